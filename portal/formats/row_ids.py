"""Ids that readers give to rows: they depend on the place in the file alone, so reading twice gives the same."""

from __future__ import annotations


def row_id(list_name: str, table: int, position: int) -> str:
    """The id of a row by its list, its table (1, 2, …; 0 is the department part) and its position in the list."""
    return f"{list_name[0]}{table:04d}{position:04d}"
