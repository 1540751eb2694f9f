"""A sheet whose cells show what changed since another version: deleted and inserted text, new rows, rows that went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from portal.domain import forms
from portal.domain.differences import Difference, Kind
from portal.domain.documents import ASSIGNED_FIELDS, Document
from portal.domain.forms import Sheet
from portal.domain.forms.sheets import Block, Cell, Role, SheetRow
from portal.domain.text_differences import Segment

_TAGS = {"delete": "del", "insert": "ins"}


@dataclass(frozen=True, slots=True)
class MarkedSheet:
    """sheet: with marked texts. removed: the rows that are no longer there. count: of all changes."""

    sheet: Sheet
    removed: Sequence[Difference]
    count: int


def marked_sheet(new: Document, differences: Sequence[Difference]) -> MarkedSheet:
    """differences: from another version to `new`."""
    changes = [each for each in differences if each.path not in ASSIGNED_FIELDS]
    texts = {each.path: _text(each.segments) for each in changes if each.kind is Kind.CHANGED}
    added = {each.path for each in changes if each.kind is Kind.ADDED}
    sheet = forms.layout(new)
    blocks = tuple(_marked_block(block, texts, added) for block in sheet.blocks)
    removed = [each for each in changes if each.kind is Kind.REMOVED]
    return MarkedSheet(replace(sheet, blocks=blocks), removed, len(changes))


def _text(segments: Sequence[Segment]) -> Markup:
    return Markup().join(
        Markup("<{0}>{1}</{0}>").format(Markup(_TAGS[op]), text) if op in _TAGS else escape(text)
        for op, text in segments
    )


def _marked_block(block: Block, texts: Mapping[str, Markup], added: set[str]) -> Block:
    return replace(block, rows=tuple(_marked_row(row, texts, row.path in added) for row in block.rows))


def _marked_row(row: SheetRow, texts: Mapping[str, Markup], is_added: bool) -> SheetRow:
    return replace(row, cells=tuple(_marked_cell(cell, texts, is_added) for cell in row.cells))


def _marked_cell(cell: Cell, texts: Mapping[str, Markup], is_added: bool) -> Cell:
    """Texts that are joined, split or set in Markdown are left as they are."""
    if cell.role is not Role.VALUE or cell.part or cell.pieces or cell.is_marked:
        return cell
    if is_added and cell.text:
        return replace(cell, text=Markup("<ins>{}</ins>").format(cell.text))
    return replace(cell, text=texts[cell.path]) if cell.path in texts else cell
