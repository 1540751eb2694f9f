"""A sheet: a document laid out by its form, as cells with bounds. A grid: the cells of a file.

Page, edit grid, print view and Word walk the sheet. `layouts` builds sheets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from portal.domain.documents import ASSIGNED_FIELDS, MARKED, ONE_LINE
from portal.domain.forms.patterns import Pattern


class Role(StrEnum):
    CAPTION = "caption"
    VALUE = "value"
    COUNT = "count"
    """The number of a row."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its bounds; rows are counted within its block.

    path: of a value, its (first) field with row id; of a caption over several fields, their group. field: the same
    without row id. label: of the field. labels: of a caption, the field that it labels. part: sign, number or unit of a
    target value. pieces: literal text and (path, text) of fields, if a value joins several. covers: the cells of the
    rows that a merged value covers. is_over: a caption above its value. runs_down: a caption beside the whole list.
    is_main: the cell of a row that shows notes on the row.
    """

    row: int
    column: int
    rowspan: int
    colspan: int
    role: Role
    text: str
    path: str = ""
    field: str = ""
    label: str = ""
    labels: str = ""
    part: str = ""
    pieces: tuple[str | tuple[str, str], ...] = ()
    covers: tuple[str, ...] = ()
    is_over: bool = False
    runs_down: bool = False
    is_main: bool = False

    @property
    def is_one_line(self) -> bool:
        return self.field in ONE_LINE

    @property
    def is_marked(self) -> bool:
        return self.field in MARKED

    @property
    def is_fixed(self) -> bool:
        """Whether the portal assigns the text."""
        return self.field in ASSIGNED_FIELDS

    @property
    def is_number(self) -> bool:
        """Amounts, percents and weights."""
        return self.field.startswith(("budget/", "spending_plan/")) or self.field == "indicators/weight"

    @property
    def is_head(self) -> bool:
        """Whether the cell names the subject of a row: levels, the name of a duty, the title of a safeguard."""
        return self.field in _HEADS


_HEADS = frozenset({"indicators/level1", "indicators/level2", "duties/name", "safeguards/title"})


BLANK_ROW = "blankrow"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """path: of the list row, "" outside lists."""

    cells: tuple[Cell, ...]
    path: str = ""

    @property
    def id(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows on one grid: the head of a section, or (`list_name`) its list, with `head_count` rows of captions first.

    label: of the list; noun: for one row of it; blank: an empty row with the id BLANK_ROW.
    """

    width: int
    rows: tuple[SheetRow, ...]
    heading: str = ""
    list_name: str = ""
    head_count: int = 0
    label: str = ""
    noun: str = ""
    blank: SheetRow | None = None

    @property
    def runs_down(self) -> bool:
        """Whether its first column is a caption beside all rows."""
        return any(cell.runs_down for row in self.head for cell in row.cells)

    @property
    def counts_rows(self) -> bool:
        return self.blank is not None and any(cell.role is Role.COUNT for cell in self.blank.cells)

    @property
    def head(self) -> tuple[SheetRow, ...]:
        return self.rows[: self.head_count]

    @property
    def body(self) -> tuple[SheetRow, ...]:
        return self.rows[self.head_count :]


@dataclass(frozen=True, slots=True)
class Sheet:
    """title: "" if the form has none; above: the line between title and table.

    identity: caption and value of identity fields that the table does not show.
    """

    title: str
    above: tuple[Cell, ...]
    blocks: tuple[Block, ...]
    identity: tuple[tuple[Cell, Cell], ...] = ()

    def cells(self) -> Iterator[Cell]:
        yield from self.above
        for block in self.blocks:
            for row in block.rows:
                yield from row.cells

    def shows(self, path: str) -> bool:
        return any(path == cell.path or path in cell.covers for cell in self.cells())


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a file: bounds and text. place: where the file has it, in words for its reader."""

    row: int
    column: int
    rowspan: int
    colspan: int
    text: str
    place: str = field(default="", compare=False)

    @property
    def position(self) -> tuple[int, int]:
        return (self.row, self.column)

    @property
    def end_row(self) -> int:
        return self.row + self.rowspan

    @property
    def end_column(self) -> int:
        return self.column + self.colspan


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a file, from any source. No two cells overlap.

    keeps_merges: whether the source says which cells are merged; if not, a blank level may mean the level above.
    """

    cells: tuple[GridCell, ...]
    keeps_merges: bool = True

    @property
    def width(self) -> int:
        return max((cell.column + cell.colspan for cell in self.cells), default=0)

    @property
    def height(self) -> int:
        return max((cell.row + cell.rowspan for cell in self.cells), default=0)


def as_grid(sheet: Sheet) -> Grid:
    """The sheet as a file holds it: title and line above in rows of their own, then the blocks one below the other."""
    width = max((block.width for block in sheet.blocks), default=1)
    cells: list[GridCell] = []
    row = 0
    if sheet.title:
        cells.append(GridCell(0, 0, 1, width, sheet.title))
        row = 1
    if sheet.above:
        cells += (GridCell(row, cell.column, 1, cell.colspan, cell.text) for cell in sheet.above)
        row += 1
    for block in sheet.blocks:
        if block.heading:
            cells.append(GridCell(row, 0, 1, width, block.heading))
            row += 1
        for line in block.rows:
            cells += (
                GridCell(row + cell.row, cell.column, cell.rowspan, cell.colspan, cell.text) for cell in line.cells
            )
        row += len(block.rows)
    return Grid(tuple(cells))


def pattern_pieces(pattern: Pattern, texts: dict[str, str]) -> tuple[str | tuple[str, str], ...]:
    """The pieces of a value that joins several fields; () for one field alone."""
    if pattern.is_plain:
        return ()
    return tuple(piece if isinstance(piece, str) else (piece.path, texts[piece.path]) for piece in pattern.pieces)
