"""The largest table in the clipboard's HTML: rows of cells, then the grid in which merged cells are spread out.

Excel, WPS, Word and browsers write tables that differ in much and agree in this: `table`, `tr`, `td`, the two
spans, and line breaks by `br` or paragraphs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.domain.pasting import Block
from portal.formats.clipboard import tags
from portal.formats.clipboard.limits import MAX_COLUMNS, MAX_ROWS, cell_text, check_columns, check_rows, check_tokens
from portal.formats.clipboard.tags import Tag

_CELLS = ("td", "th")
_LINES = frozenset(
    ("p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "tr")
)
"""Elements that stand on lines of their own within a cell."""
_WHITE = " \t\n\r\f"
_FOLD = re.compile(f"[{_WHITE}]+")


@dataclass(slots=True)
class _Cell:
    tag: Tag
    pieces: list[str] = field(default_factory=list)
    """Texts of the line that is being read."""
    lines: list[str] = field(default_factory=list)

    def end_line(self, is_break: bool) -> None:
        """`is_break`: a br ends a line that is empty too, the end of a paragraph does not."""
        line = _folded("".join(self.pieces))
        if line or is_break:
            self.lines.append(line)
        self.pieces.clear()

    def text(self) -> str:
        self.end_line(is_break=False)
        return "\n".join(line.replace("\xa0", " ").strip(" ") for line in self.lines)


@dataclass(slots=True)
class _Row:
    is_hidden: bool
    cells: list[_Cell] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """Keeps the largest table that was closed. Tables within a cell are text of that cell."""

    best: list[_Row] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    cell: _Cell | None = None
    depth: int = 0

    def take(self, token: Tag | str) -> None:
        if isinstance(token, str):
            if self.cell:
                self.cell.pieces.append(token)
        elif token.name == "table":
            self._table(token)
        elif self.depth <= 1 and token.name in ("tr", *_CELLS):
            self._row_or_cell(token)
        elif self.cell:
            self._within(self.cell, token)

    def _table(self, token: Tag) -> None:
        if self.cell:
            self.cell.end_line(is_break=False)
        self.depth = max(self.depth - 1, 0) if token.is_end else self.depth + 1
        if self.depth == (0 if token.is_end else 1):
            self.close()

    def close(self) -> None:
        """The first of two tables of one size stays."""
        if sum(len(row.cells) for row in self.rows) > sum(len(row.cells) for row in self.best):
            self.best = self.rows
        self.rows, self.cell = [], None

    def _row_or_cell(self, token: Tag) -> None:
        self.cell = None
        if token.is_end:
            return
        if token.name == "tr" or not self.rows:
            self.rows.append(_Row(token.name == "tr" and token.is_hidden))
            check_rows(len(self.rows))
        if token.name in _CELLS and not token.is_hidden:
            self.cell = _Cell(token)
            self.rows[-1].cells.append(self.cell)
            check_columns(len(self.rows[-1].cells))

    def _within(self, cell: _Cell, token: Tag) -> None:
        if token.name == "br":
            cell.end_line(is_break=True)
        elif token.name in _LINES:
            cell.end_line(is_break=False)
        elif token.name in _CELLS:
            cell.pieces.append(" ")


def read(html: str) -> Block:
    """The block of the largest table; no rows where there is none, or none with two cells and a text.

    Raises Invalid beyond the limits.
    """
    reader = _Reader()
    for count, token in enumerate(tags.read(html), 1):
        check_tokens(count)
        reader.take(token)
    reader.close()
    block = _spread(reader.best)
    cells = len(block.rows) * block.width - len(block.beside | block.below)
    return block if cells > 1 and any(any(row) for row in block.rows) else Block()


def _folded(line: str) -> str:
    """White space as browsers show it: a line end in the source between two wide characters is nothing."""

    def fold(white: re.Match[str]) -> str:
        left, right = line[white.start() - 1 : white.start()], line[white.end() : white.end() + 1]
        return "" if "\n" in white[0] and _is_wide(left) and _is_wide(right) else " "

    return _FOLD.sub(fold, line).strip(_WHITE)


def _is_wide(character: str) -> bool:
    return character != "" and unicodedata.east_asian_width(character) in "WF"


# --- the grid ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Filled:
    """One place in the grid; `rows_left`: how many rows below it are covered too."""

    text: str
    is_beside: bool = False
    is_below: bool = False
    rows_left: int = 0

    def below(self) -> _Filled:
        return _Filled(self.text, self.is_beside, True, self.rows_left - 1)


def _spread(rows: Sequence[_Row]) -> Block:
    grid: list[dict[int, _Filled]] = []
    above: dict[int, _Filled] = {}
    for n, row in enumerate(rows):
        line = {column: filled.below() for column, filled in above.items() if filled.rows_left}
        _fill(line, row, n)
        above = line
        # hidden rows count for the spans of cells, and are not what somebody saw and copied
        if not row.is_hidden:
            grid.append(line)
    width = max((max(line, default=-1) + 1 for line in grid), default=0)
    places = [(n, column, filled) for n, line in enumerate(grid) for column, filled in line.items()]
    return Block(
        tuple(tuple(line[column].text if column in line else "" for column in range(width)) for line in grid),
        frozenset((n, column) for n, column, filled in places if filled.is_beside),
        frozenset((n, column) for n, column, filled in places if filled.is_below),
    )


def _fill(line: dict[int, _Filled], row: _Row, position: int) -> None:
    column = 0
    for cell in row.cells:
        while column in line:
            column += 1
        check_columns(column + 1)
        ignored = cell.tag.ignored_spans
        rows_left = 0 if "rowspan" in ignored else min(cell.tag.span("rowspan"), MAX_ROWS) - 1
        end = min(column + cell.tag.span("colspan"), MAX_COLUMNS)
        line[column] = _Filled(cell_text(cell.text(), position, column), rows_left=rows_left)
        for covered in range(column + 1, end):
            # garbled spans may overlap; the cell from above has the text
            line.setdefault(covered, _Filled("", "colspan" not in ignored, rows_left=rows_left))
        column = end
