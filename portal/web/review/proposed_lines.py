"""View models of proposed changes (代拟改法): old → new of each text, new rows, and rows to be taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain import changes, documents, forms
from portal.domain.changes import Delete, Insert, Operation, Set
from portal.domain.differences import Kind
from portal.domain.documents import ROW_LISTS, Document
from portal.domain.text_differences import Segment, segments


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """kind: changed (segments), added or removed (cells: label and text of each)."""

    kind: str
    label: str
    segments: Sequence[Segment] = ()
    cells: Sequence[tuple[str, str]] = ()


def proposed_lines(document: Document, operations: Sequence[Operation]) -> list[ProposedLine]:
    """`document`: the text that the viewer sees, which may already be another than the one they were made on."""
    inserted = {each.id: each for each in operations if isinstance(each, Insert)}
    found = []
    for operation in operations:
        match operation:
            case Set(path, base, new) if changes.row_of(operation) not in inserted:
                found.append(ProposedLine(Kind.CHANGED, forms.label(document, path), segments(base, new)))
            case Insert(list_name, row_id):
                found.append(_added(document, list_name, row_id, operations))
            case Delete(row_id):
                found += _removed(document, row_id)
    return found


def _added(document: Document, list_name: str, row_id: str, operations: Sequence[Operation]) -> ProposedLine:
    form, at = forms.of(document), f"{list_name}/{row_id}/"
    cells = [
        (form.label(f"{list_name}/{each.path.removeprefix(at)}"), each.new)
        for each in operations
        if isinstance(each, Set) and each.path.startswith(at)
    ]
    return ProposedLine(Kind.ADDED, f"{form.label(list_name)}增加一行", cells=cells)


def _removed(document: Document, row_id: str) -> list[ProposedLine]:
    """A row that is gone already has nothing to show."""
    form = forms.of(document)
    for list_name in ROW_LISTS[document.kind]:
        if row := documents.find_row(document, list_name, row_id):
            names = [name for name in documents.row_names(row) if documents.row_text(row, name)]
            cells = [(form.label(f"{list_name}/{name}"), documents.row_text(row, name)) for name in names]
            return [ProposedLine(Kind.REMOVED, f"删除{forms.label(document, f'{list_name}/{row_id}')}", cells=cells)]
    return [ProposedLine(Kind.REMOVED, "删除的行已不在表中")]
