"""A document as the fields that a browser posts from its edit form."""

from __future__ import annotations

from typing import Any

from portal.domain import documents, forms
from portal.domain.documents import ROW_LISTS, Document


def typed_paths(document: Document) -> list[str]:
    """Return the paths of the texts that the edit form of `document` contains."""
    form = forms.of(document)
    return [
        path
        for path in documents.texts(document)
        if path not in documents.ASSIGNED_FIELDS and form.has(documents.field_of(document.kind, path))
    ]


def fields_of(document: Document, version: int, **more: str) -> dict[str, Any]:
    """Return the posted fields: name → text, or a list of texts for a repeated name."""
    fields: dict[str, Any] = {"version": str(version)}
    fields |= {path: documents.value_at(document, path) for path in typed_paths(document)}
    fields["_lists"] = list(ROW_LISTS[document.kind])
    for list_name in ROW_LISTS[document.kind]:
        fields[list_name] = [row.id for row in documents.rows(document, list_name)]
    return fields | more
