"""Reader of the largest table in the clipboard's HTML: rows of cells, then a grid with merged cells spread out.

It relies only on what Excel, WPS, Word and browsers have in common: `table`, `tr`, `td`, `colspan`, `rowspan`, and line
breaks by `br` or paragraphs. Plain text is read in `tabbed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from portal.domain.pasting import Block
from portal.formats.clipboard.limits import (
    MAX_COLUMNS,
    MAX_ROWS,
    cell_text,
    check_columns,
    check_nesting,
    check_rows,
    check_tags,
)
from portal.formats.html.cells import CELLS, LINES, NOT_SHOWN, HtmlCell, is_hidden


@dataclass(slots=True)
class _Row:
    is_hidden: bool
    cells: list[HtmlCell] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """Parser target that keeps the largest closed table. A table inside a cell is text of that cell."""

    best: list[_Row] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    cell: HtmlCell | None = None
    tables: int = 0
    nesting: int = 0
    """Number of open elements; `not_shown` counts those from the first hidden element on."""
    not_shown: int = 0

    # --- called by the parser, which also closes unclosed elements

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.nesting += 1
        check_nesting(self.nesting)
        if self.not_shown or name in NOT_SHOWN:
            self.not_shown += 1
        elif name == "table":
            self._start_table()
        elif self.tables <= 1 and name == "tr":
            self._start_row(is_hidden(attributes))
        elif self.tables <= 1 and name in CELLS:
            self._start_cell(attributes)
        elif self.cell and name == "br":
            self.cell.end_line(is_break=True)
        else:
            self._cross_boundary(name)

    def end(self, name: str) -> None:
        self.nesting -= 1
        if self.not_shown:
            self.not_shown -= 1
        elif name == "table":
            self._end_table()
        elif self.tables <= 1 and name in ("tr", *CELLS):
            self.cell = None
        else:
            self._cross_boundary(name)

    def data(self, text: str) -> None:
        if self.cell and not self.not_shown:
            self.cell.pieces.append(text)

    def close(self) -> list[_Row]:
        self._keep_larger()
        return self.best

    # ---

    def _start_table(self) -> None:
        self._cross_boundary("div")
        self.tables += 1
        if self.tables == 1:
            self._keep_larger()

    def _end_table(self) -> None:
        self._cross_boundary("div")
        self.tables -= 1
        if self.tables == 0:
            self._keep_larger()

    def _keep_larger(self) -> None:
        """Keep the first of two tables of equal size."""
        if sum(len(row.cells) for row in self.rows) > sum(len(row.cells) for row in self.best):
            self.best = self.rows
        self.rows, self.cell = [], None

    def _start_row(self, is_hidden: bool) -> None:
        self.cell = None
        self.rows.append(_Row(is_hidden))
        check_rows(len(self.rows))

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        if not self.rows:
            self._start_row(is_hidden=False)
        self.cell = None
        if not is_hidden(attributes):
            self.cell = HtmlCell.of(attributes)
            self.rows[-1].cells.append(self.cell)
            check_columns(len(self.rows[-1].cells))

    def _cross_boundary(self, name: str) -> None:
        """Handle the start or end of an element within a cell."""
        if self.cell and name in LINES:
            self.cell.end_line(is_break=False)
        elif self.cell and name in CELLS:
            self.cell.pieces.append(" ")


def read(html: str) -> Block:
    """Read the largest table. Raises Invalid beyond the limits.

    The block has no rows if there is no table with at least two cells and one text.
    """
    check_tags(html.count("<"))
    block = _spread(_parse(html))
    cells = len(block.rows) * block.width - len(block.beside | block.below)
    return block if cells > 1 and any(any(row) for row in block.rows) else Block()


def _parse(html: str) -> list[_Row]:
    """Read rows from the parser's events: it builds no tree, and the first exceeded limit ends the parsing."""
    parser = etree.HTMLParser(target=_Reader(), encoding="utf-8", recover=True, no_network=True, huge_tree=False)
    # The parser would turn NUL and lone surrogates, which documents cannot store, into replacement characters.
    parser.feed(html.replace("\0", "").encode(errors="ignore"))
    rows: list[_Row] = parser.close()
    return rows


# --- the grid ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Position:
    """One position of the grid. rows_left: number of rows below that the cell covers too."""

    text: str
    is_beside: bool = False
    is_below: bool = False
    rows_left: int = 0

    def below(self) -> _Position:
        return _Position(self.text, self.is_beside, True, self.rows_left - 1)


def _spread(rows: Sequence[_Row]) -> Block:
    grid: list[dict[int, _Position]] = []
    above: dict[int, _Position] = {}
    for n, row in enumerate(rows):
        line = {column: filled.below() for column, filled in above.items() if filled.rows_left}
        _fill(line, row, n)
        above = line
        # Spans count hidden rows, but the person did not see or copy them.
        if not row.is_hidden:
            grid.append(line)
    width = max((max(line, default=-1) + 1 for line in grid), default=0)
    places = [(n, column, filled) for n, line in enumerate(grid) for column, filled in line.items()]
    return Block(
        tuple(tuple(line[column].text if column in line else "" for column in range(width)) for line in grid),
        frozenset((n, column) for n, column, filled in places if filled.is_beside),
        frozenset((n, column) for n, column, filled in places if filled.is_below),
    )


def _fill(line: dict[int, _Position], row: _Row, position: int) -> None:
    column = 0
    for cell in row.cells:
        while column in line:
            column += 1
        check_columns(column + 1)
        rows_left = 0 if "rowspan" in cell.ignored_spans else min(cell.row_span, MAX_ROWS) - 1
        end = min(column + cell.column_span, MAX_COLUMNS)
        line[column] = _Position(cell_text(cell.text(), position, column), rows_left=rows_left)
        for covered in range(column + 1, end):
            # Invalid spans may overlap: the cell from above keeps its text.
            line.setdefault(covered, _Position("", "colspan" not in cell.ignored_spans, rows_left=rows_left))
        column = end
