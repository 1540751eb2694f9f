"""谁改的: a link in each cell to who changed it, for those who read how a text came about and do not write it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal.domain import documents, forms
from portal.domain.documents import ROW_LISTS, Document
from portal.domain.permissions import Permission
from portal.web.table_page import TablePage

EDITING = "editing"


@dataclass(frozen=True, slots=True)
class EditMark:
    url: str
    place: str
    severity: str = EDITING


def with_edit_marks(notes: Mapping[str, Sequence[Any]], loaded: TablePage) -> Mapping[str, Sequence[Any]]:
    """The notes by path, with a mark in each cell if the viewer may see its editing."""
    if loaded.shown is None or not loaded.may(Permission.SEE_EDITING) or loaded.may(Permission.EDIT):
        return notes
    document = loaded.shown.document
    page = url_for("editing.editing", table_id=loaded.table.id)
    marks = {path: EditMark(f"{page}?path={path}", forms.label(document, path)) for path in _cells(document)}
    return {path: (*notes.get(path, ()), *_one(marks, path)) for path in dict.fromkeys((*notes, *marks))}


def _cells(document: Document) -> list[str]:
    return [
        path
        for path in forms.places(document)
        if documents.split_cell(document.kind, path) or path.partition("/")[0] not in ROW_LISTS[document.kind]
    ]


def _one(marks: Mapping[str, EditMark], path: str) -> Sequence[EditMark]:
    return [marks[path]] if path in marks else ()
