"""View models of operations of the change log: who changed which cell when, from what to what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain import documents, forms
from portal.domain.changes import Delete, Insert, Move, Operation, Set
from portal.domain.differences import Kind
from portal.domain.documents import ROW_LISTS, Document
from portal.domain.text_differences import Segment, excerpt
from portal.services.drafting.change_log import LoggedOperation
from portal.web.filters import moment

_KINDS: dict[type[Operation], Kind] = {
    Set: Kind.CHANGED,
    Insert: Kind.ADDED,
    Delete: Kind.REMOVED,
    Move: Kind.MOVED,
}


@dataclass(frozen=True, slots=True)
class EditLine:
    """kind: of `differences.Kind`. path: of the cell or row, "" for a row that is gone. segments: of a changed text."""

    version: int
    at: str
    by: str
    place: str
    path: str
    kind: Kind
    segments: tuple[Segment, ...]


def edit_lines(document: Document, operations: Iterable[LoggedOperation]) -> list[EditLine]:
    """document: in whose rows the places are named."""
    return [_line(document, logged) for logged in operations]


def _line(document: Document, logged: LoggedOperation) -> EditLine:
    operation = logged.operation
    place, kind = place_of(document, operation)
    return EditLine(
        version=logged.version,
        at=moment(logged.at),
        by=logged.by,
        place=place,
        path=_path(document, operation),
        kind=kind,
        segments=excerpt(operation.base, operation.new) if isinstance(operation, Set) else (),
    )


def place_of(document: Document, operation: Operation) -> tuple[str, Kind]:
    """The label of the cell or row, and what became of it."""
    path = _path(document, operation)
    return forms.label(document, path) if path else "后来删除的一行", _KINDS[type(operation)]


def _path(document: Document, operation: Operation) -> str:
    if isinstance(operation, Set):
        return operation.path
    lists = (name for name in ROW_LISTS[document.kind] if documents.find_row(document, name, operation.id))
    return next((f"{name}/{operation.id}" for name in lists), "")
