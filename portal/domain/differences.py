"""The differences between two versions of a document, for people to read: by field, by row, by word.

Rows are matched by id, so a moved row is reported as moved, not as deleted and inserted. Changing and merging drafts
belongs in `changes`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from portal.domain import documents, forms
from portal.domain.changes import Delete, Insert, Move, between
from portal.domain.documents import ROW_LISTS, Document, Row, split_cell

_WORDS = re.compile(r"[0-9A-Za-z.%]+|\s+|.", re.DOTALL)
_MAX_COMPARED = 4_000
"""Characters above which two texts are shown whole, not word by word: the matcher is quadratic."""

_MIN_RUN = 3
"""A shorter run of equal characters between two changes counts as part of one change."""


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
    """One change. segments: (equal | delete | insert, text) of a changed text; cells: (label, text) of a whole row."""

    path: str
    kind: Kind
    label: str
    segments: tuple[tuple[str, str], ...] = ()
    cells: tuple[tuple[str, str], ...] = ()


def compare(old: Document, new: Document) -> list[Difference]:
    """Every difference from `old` to `new` in the order of the form; rows in the order of `new`, removed ones last."""
    found = [
        _changed(new, path, before, after)
        for path in dict.fromkeys((*forms.of(new).scalars, *documents.texts(old), *documents.texts(new)))
        if split_cell(new.kind, path) is None
        and (before := documents.value_at(old, path) or "") != (after := documents.value_at(new, path) or "")
    ]
    operations = between(old, new)
    moved = {operation.id for operation in operations if isinstance(operation, Move)}
    inserted = {operation.id for operation in operations if isinstance(operation, Insert)}
    removed = {operation.id for operation in operations if isinstance(operation, Delete)}
    for list_name in ROW_LISTS[new.kind]:
        for row in documents.rows(new, list_name):
            if row.id in inserted:
                found.append(_whole_row(new, list_name, row, Kind.ADDED))
                continue
            if row.id in moved:
                found.append(_whole_row(new, list_name, row, Kind.MOVED))
            found += _changed_cells(old, new, list_name, row)
        found += [
            _whole_row(old, list_name, row, Kind.REMOVED) for row in documents.rows(old, list_name) if row.id in removed
        ]
    return found


def _changed_cells(old: Document, new: Document, list_name: str, row: Row) -> list[Difference]:
    before = documents.find_row(old, list_name, row.id)
    if before is None:
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


def segments(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """(op, text) pairs that turn `before` into `after`, op being equal, delete or insert; numbers are not split."""
    if len(before) + len(after) > _MAX_COMPARED:
        return tuple((op, text) for op, text in (("delete", before), ("insert", after)) if text)
    a, b = _WORDS.findall(before), _WORDS.findall(after)
    found: list[tuple[str, str]] = []
    deleted, inserted = "", ""
    for op, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        old, new = "".join(a[a1:a2]), "".join(b[b1:b2])
        is_short_run = op == "equal" and len(old) < _MIN_RUN and (deleted or inserted) and a2 < len(a) and b2 < len(b)
        if op != "equal" or is_short_run:
            deleted, inserted = deleted + old, inserted + new
            continue
        found += _change(deleted, inserted)
        deleted, inserted = "", ""
        found.append(("equal", old))
    return (*found, *_change(deleted, inserted))


def _change(deleted: str, inserted: str) -> list[tuple[str, str]]:
    return [(op, text) for op, text in (("delete", deleted), ("insert", inserted)) if text]
