"""Lines and tables of a file that belong together: the lines above a table, and the tables that continue it.

What they say is read in `assembling`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from portal.domain.forms import Grid, GridCell, captions, recognition
from portal.formats.pieces import Line, Piece, Table


@dataclass(slots=True)
class Group:
    """Lines, then tables that continue each other, with the lines between them."""

    pieces: list[Piece] = field(default_factory=list)

    @property
    def lines(self) -> Iterator[Line]:
        return (piece for piece in self.pieces if isinstance(piece, Line))

    @property
    def tables(self) -> list[Table]:
        return [piece for piece in self.pieces if isinstance(piece, Table)]


def grouped(pieces: Sequence[Piece]) -> Iterator[Group]:
    lines: list[Line] = []
    last = Group()
    for piece in pieces:
        if isinstance(piece, Line):
            lines.append(piece)
            continue
        if not _continues(last, lines, piece):
            if last.pieces:
                yield last
            last = Group()
        last.pieces += [*lines, piece]
        lines = []
    if last.pieces:
        yield last
    if lines:
        yield Group([*lines])


def _continues(group: Group, lines: Sequence[Line], table: Table) -> bool:
    """Whether a table continues the one above: it names no project of its own, and no title announces it."""
    if table.title or not group.pieces:
        return False
    known = {_squeezed(line.text) for line in group.lines}
    if not all(_is_within_table(line.text) or _squeezed(line.text) in known for line in lines):
        return False
    names = {captions.key_without_unit(name) for name in captions.names("project_name")}
    keys = {captions.key_without_unit(cell.text) for cell in table.grid.cells}
    first = (cell.text for cell in table.grid.cells[:_FIRST_CELLS])
    return not keys & names and not any(recognition.announces(text) and not _is_within_table(text) for text in first)


_FIRST_CELLS = 3
_CONTINUED = re.compile(r"(?:.{0,40}表)?[(（]?(?:续|接)[上前]?[表页]?[0-9一二三四五六七八九]{0,2}[)）]?[:：]?")
_PAGE_NUMBER = re.compile(r"[-—–―]?第?[0-9]{1,3}页?(?:[,，/]?共?[0-9]{1,3}页)?[-—–―]?")


def _is_within_table(text: str) -> bool:
    """Whether a line says that a table goes on (续表, …申报表（续）), numbers a page, or heads a part of it."""
    squeezed = _squeezed(text)
    marks_page = _CONTINUED.fullmatch(squeezed) or _PAGE_NUMBER.fullmatch(squeezed)
    return marks_page is not None or recognition.names_part(text)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def grid(group: Group) -> Grid:
    """Lines in rows of their own and tables, one below the other."""
    width = max((table.grid.width for table in group.tables), default=1)
    cells: list[GridCell] = []
    row = 0
    for piece in group.pieces:
        if isinstance(piece, Table):
            cells += (replace(cell, row=cell.row + row) for cell in piece.grid.cells) if row else piece.grid.cells
            row += piece.grid.height
            continue
        texts = [text for text in piece.columns if text] if len(piece.text) < _LONG_LINE else [piece.text]
        for n, text in enumerate(texts):
            span = width if len(texts) == 1 else 1
            cells.append(GridCell(row, n, 1, span, text, piece.place))
        row += 1
    return Grid(tuple(cells), all(table.grid.keeps_merges for table in group.tables))


_LONG_LINE = 200
