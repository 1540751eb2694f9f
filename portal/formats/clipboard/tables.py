"""Reader of the largest table in the clipboard's HTML: rows of cells, then a grid with merged cells spread out.

It relies only on what Excel, WPS, Word and browsers have in common: `table`, `tr`, `td`, `colspan`, `rowspan`, and line
breaks by `br` or paragraphs. Plain text is read in `tabbed`.
"""

from __future__ import annotations

import re
import unicodedata
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

_CELLS = ("td", "th")
_LINES = frozenset(
    ("p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "tr")
)
"""Block elements: each starts a new line within a cell."""
_NOT_SHOWN = frozenset(("style", "script", "xml", "title", "template"))
_WHITE = " \t\n\r\f"
_FOLD = re.compile(f"[{_WHITE}]+")
_SPAN = re.compile(r"\s*([0-9]{1,5})")
_SEVERAL_CELLS = re.compile(r"mso-ignore:\s*(colspan)?-?(rowspan)?", re.IGNORECASE)
_HIDDEN = re.compile(r"\bdisplay\s*:\s*none\b", re.IGNORECASE)


@dataclass(slots=True)
class _Cell:
    """ignored_spans: spans to ignore; Excel writes several blank cells, or cells that a long text covers, as one."""

    column_span: int
    row_span: int
    ignored_spans: frozenset[str]
    pieces: list[str] = field(default_factory=list)
    """Texts of the current line."""
    lines: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, attributes: Mapping[str, str]) -> _Cell:
        found = _SEVERAL_CELLS.search(attributes.get("style", ""))
        ignored = frozenset(name.lower() for name in found.groups() if name) if found else frozenset()
        return cls(_span(attributes, "colspan"), _span(attributes, "rowspan"), ignored)

    def end_line(self, is_break: bool) -> None:
        """is_break: a br also ends an empty line; the end of a paragraph does not."""
        line = _collapsed("".join(self.pieces))
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
    """Parser target that keeps the largest closed table. A table inside a cell is text of that cell."""

    best: list[_Row] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    cell: _Cell | None = None
    tables: int = 0
    nesting: int = 0
    """Number of open elements; `not_shown` counts those from the first hidden element on."""
    not_shown: int = 0

    # --- called by the parser, which also closes unclosed elements

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.nesting += 1
        check_nesting(self.nesting)
        if self.not_shown or name in _NOT_SHOWN:
            self.not_shown += 1
        elif name == "table":
            self._start_table()
        elif self.tables <= 1 and name == "tr":
            self._start_row(_is_hidden(attributes))
        elif self.tables <= 1 and name in _CELLS:
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
        elif self.tables <= 1 and name in ("tr", *_CELLS):
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
        if not _is_hidden(attributes):
            self.cell = _Cell.of(attributes)
            self.rows[-1].cells.append(self.cell)
            check_columns(len(self.rows[-1].cells))

    def _cross_boundary(self, name: str) -> None:
        """Handle the start or end of an element within a cell."""
        if self.cell and name in _LINES:
            self.cell.end_line(is_break=False)
        elif self.cell and name in _CELLS:
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


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return _HIDDEN.search(attributes.get("style", "")) is not None


def _span(attributes: Mapping[str, str], name: str) -> int:
    """`colspan` or `rowspan`, at least 1."""
    found = _SPAN.match(attributes.get(name, ""))
    return max(int(found[1]), 1) if found else 1


def _collapsed(line: str) -> str:
    """Collapse white space as browsers do: drop a line end between two wide characters."""

    def fold(white: re.Match[str]) -> str:
        left, right = line[white.start() - 1 : white.start()], line[white.end() : white.end() + 1]
        return "" if "\n" in white[0] and _is_wide(left) and _is_wide(right) else " "

    return _FOLD.sub(fold, line).strip(_WHITE)


def _is_wide(character: str) -> bool:
    return character != "" and unicodedata.east_asian_width(character) in "WF"


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
