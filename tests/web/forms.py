"""What a browser would post: a document as the fields of its edit form."""

from __future__ import annotations

from typing import Any

from portal.domain import documents
from portal.domain.documents import ROW_LISTS, Document


def fields_of(document: Document, version: int, **more: str) -> dict[str, Any]:
    """Field name → text, or texts where a name repeats."""
    fields: dict[str, Any] = {"version": str(version)}
    fields |= {path: text for path, text in documents.texts(document).items() if path not in documents.FIXED_AT_BIRTH}
    for list_name in ROW_LISTS[document.kind]:
        fields[list_name] = [row.id for row in documents.rows(document, list_name)]
    return fields | more
