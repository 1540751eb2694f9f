"""The differences between two versions of a document, for people to read: by field and by row.

Rows are matched by id, so a moved row is reported as moved, not as deleted and inserted. Changing and merging drafts
belongs in `changes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from portal.domain import documents, forms
from portal.domain.changes import Delete, Insert, Move, row_operations
from portal.domain.documents import EXTRA, ROW_LISTS, SCALARS, Document, Row
from portal.domain.text_differences import Segment, segments


class Kind(StrEnum):
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"

    @property
    def label(self) -> str:
        return {"changed": "修改", "added": "新增", "removed": "删除", "moved": "移动"}[self.value]


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. segments: of a changed text; cells: (label, text) of a whole row."""

    path: str
    kind: Kind
    label: str
    segments: tuple[Segment, ...] = ()
    cells: tuple[tuple[str, str], ...] = ()


def compare(old: Document, new: Document) -> list[Difference]:
    """Every difference from `old` to `new` in the order of the form; rows in the order of `new`, removed ones last."""
    found = [
        _changed(new, path, before, after)
        for path in dict.fromkeys((*forms.of(new).scalars, *SCALARS[new.kind], *_extra(old), *_extra(new)))
        if (before := documents.value_at(old, path) or "") != (after := documents.value_at(new, path) or "")
    ]
    operations = row_operations(old, new)
    moved = {operation.id for operation in operations if isinstance(operation, Move)}
    inserted = {operation.id for operation in operations if isinstance(operation, Insert)}
    removed = {operation.id for operation in operations if isinstance(operation, Delete)}
    for list_name in ROW_LISTS[new.kind]:
        earlier = {row.id: row for row in documents.rows(old, list_name)}
        for row in documents.rows(new, list_name):
            if row.id in inserted:
                found.append(_whole_row(new, list_name, row, Kind.ADDED))
                continue
            if row.id in moved:
                found.append(_whole_row(new, list_name, row, Kind.MOVED))
            found += _changed_cells(new, list_name, earlier[row.id], row)
        found += (_whole_row(old, list_name, row, Kind.REMOVED) for row in earlier.values() if row.id in removed)
    return found


def _extra(document: Document) -> Iterator[str]:
    return (f"{EXTRA}/{name}" for name, _ in document.extra)


def _changed_cells(new: Document, list_name: str, before: Row, row: Row) -> list[Difference]:
    if before == row:
        return []
    return [
        _changed(new, f"{list_name}/{row.id}/{name}", old_text, new_text)
        for name in dict.fromkeys((*documents.row_names(before), *documents.row_names(row)))
        if (old_text := documents.row_text(before, name)) != (new_text := documents.row_text(row, name))
    ]


def _changed(document: Document, path: str, before: str, after: str) -> Difference:
    return Difference(path, Kind.CHANGED, forms.label(document, path), segments(before, after))


def _whole_row(document: Document, list_name: str, row: Row, kind: Kind) -> Difference:
    path = f"{list_name}/{row.id}"
    form = forms.of(document)
    names = [
        name for name in documents.row_names(row) if form.has(f"{list_name}/{name}") or documents.row_text(row, name)
    ]
    cells = tuple((form.label(f"{list_name}/{name}"), documents.row_text(row, name)) for name in names)
    return Difference(path, kind, forms.label(document, path), cells=cells)
