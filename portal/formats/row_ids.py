"""Row ids that readers assign. An id depends only on the position in the file: reading twice gives equal documents."""

from __future__ import annotations


def row_id(list_name: str, table: int, position: int) -> str:
    """table: position of the table in the file from 1; 0 for the department part. position: in the list, from 1."""
    return f"{list_name[0]}{table:04d}{position:04d}"
