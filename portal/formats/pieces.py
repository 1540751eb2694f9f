"""What a file holds, from top to bottom: lines of text and tables as grids. Readers of each format make these.

Which documents they are is decided in `assembling`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.domain.forms import Grid, GridCell
from portal.formats.reading import Unreadable

MAX_ROWS = 20_000
MAX_POSITIONS = 300_000
"""Rows of one table, and positions (rows × columns) of all tables of a file: ten times those of a large department."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; `place` says where the file has it. columns: texts that tabs separate. marked: with `**` around
    emphasised words, "" if there are none. is_beside: a text box or a note, which no table can hold.
    """

    text: str
    place: str
    marked: str = ""
    is_beside: bool = False

    @property
    def columns(self) -> list[str]:
        return [text.strip() for text in self.text.split("\t")]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; name: where the file has it, for example 第 2 个表格. title: of the sheet."""

    grid: Grid
    name: str
    title: str = ""


Piece = Line | Table


@dataclass(slots=True)
class RawCell:
    """A cell as its file describes it: bounds may be wrong. is_above: it continues the cell above (Word)."""

    text: str
    column: int
    colspan: int = 1
    rowspan: int = 1
    is_above: bool = False


class Limits:
    """Counts rows and positions of a file while it is read. Raises Unreadable beyond the limits."""

    def __init__(self) -> None:
        self.positions = 0

    def check(self, rows: int, columns: int, name: str) -> None:
        if rows > MAX_ROWS:
            raise Unreadable(f"{name}超过 {MAX_ROWS} 行，不是绩效目标表；请只保留目标表再导入。")
        self.positions += rows * columns
        if self.positions > MAX_POSITIONS:
            raise Unreadable("文件里的表格太大，不是绩效目标表；请只保留目标表再导入。")


def grid_of(rows: Sequence[Sequence[RawCell]], name: str, *, keeps_merges: bool = True) -> Grid:
    """The grid of these rows: continued cells joined, spans cut where they would overlap or leave the table."""
    taken: dict[tuple[int, int], int] = {}
    cells: list[list[int | str]] = []
    for n, row in enumerate(rows):
        for raw in row:
            above = taken.get((n - 1, raw.column)) if raw.is_above else None
            if above is not None and _continues(cells[above], n, raw):
                cells[above][2] = n + 1 - int(cells[above][0])
                taken.update(dict.fromkeys(((n, c) for c in range(raw.column, raw.column + raw.colspan)), above))
                continue
            if raw.rowspan == raw.colspan == 1:
                if taken.setdefault((n, raw.column), len(cells)) == len(cells):
                    cells.append([n, raw.column, 1, 1, raw.text])
                continue
            height = min(raw.rowspan, len(rows) - n)
            while height > 1 and any((n + height - 1, c) in taken for c in range(raw.column, raw.column + raw.colspan)):
                height -= 1
            width = raw.colspan
            while width > 1 and any((n, raw.column + k) in taken for k in range(width)):
                width -= 1
            if (n, raw.column) in taken:
                continue
            positions = [(n + r, raw.column + c) for r in range(height) for c in range(width)]
            if any(position in taken for position in positions):
                height, positions = 1, positions[:width]
            taken.update(dict.fromkeys(positions, len(cells)))
            cells.append([n, raw.column, height, width, raw.text])
    return Grid(tuple(_cell(cell, name) for cell in cells), keeps_merges)


def _continues(above: list[int | str], row: int, raw: RawCell) -> bool:
    """Whether the cell above ends directly above this one and is as wide. Word shows no text in the lower part."""
    return (above[1], above[3]) == (raw.column, raw.colspan) and int(above[0]) + int(above[2]) == row


def _cell(found: list[int | str], name: str) -> GridCell:
    row, column, height, width, text = found
    place = f"{name}第 {int(row) + 1} 行第 {int(column) + 1} 列"
    return GridCell(int(row), int(column), int(height), int(width), str(text), place)


def filled(rows: Sequence[Sequence[RawCell]], width: int) -> Iterator[list[RawCell]]:
    """Rows with an empty cell at each position that the file does not mention."""
    open_until: dict[int, int] = {}
    for n, row in enumerate(rows):
        found = {raw.column: raw for raw in row}
        made: list[RawCell] = []
        column = 0
        while column < width:
            if open_until.get(column, 0) > n:
                column += 1
                continue
            raw = found.get(column) or RawCell("", column)
            made.append(raw)
            end = column + raw.colspan
            open_until.update(dict.fromkeys(range(column, end), n + raw.rowspan))
            column = end
        yield made
