"""One worksheet while it is written: cells with their look and their mark, and what stands where.

Which cells there are is decided in `sheet`, from top to bottom.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.domain.forms import Cell, Role
from portal.formats.excel import marks
from portal.formats.excel.marks import CellMark
from portal.formats.excel.writer import cells
from portal.formats.excel.writer.fitted import FittedSheet
from portal.formats.excel.writer.placing import PlacedCell
from portal.formats.excel.writer.styles import GENERAL, TEXT, Format, Styles

FIRST_ROW = FIRST_COLUMN = 1
"""Where the table begins; before it stand the hidden keys."""

Place = tuple[int, int]
"""Row and column of the worksheet, from 0."""


@dataclass(slots=True)
class ListPlace:
    """Where a list stands: its rows, and the column of each field of a row, with the part of a value."""

    first: int
    last: int
    columns: dict[tuple[str, str], int]


@dataclass(slots=True)
class Written:
    """What stands where: fields outside lists by path, lists by name, and the cell of each path for comments.

    cuts: paths of texts in lists that their cells could not take whole.
    """

    fields: dict[str, Place] = field(default_factory=dict)
    lists: dict[str, ListPlace] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    marks: list[CellMark] = field(default_factory=list)
    cuts: list[str] = field(default_factory=list)


class Canvas:
    """is_fixed: nothing that is changed on the sheet will be taken. row: the next one to write."""

    def __init__(self, sheet: FittedSheet, styles: Styles, *, is_fixed: bool) -> None:
        self.sheet, self.styles, self.is_fixed = sheet, styles, is_fixed
        self.row = FIRST_ROW
        self.written = Written()

    def key(self, key: str) -> None:
        """The key of the row."""
        self.sheet.write_string(self.row, 0, key)

    def next_row(self, height: float) -> None:
        """End the row. height: in points, whatever is written into it later."""
        self.sheet.set_row(self.row, height)
        self.row += 1

    def next_fitted_row(self, height: float) -> None:
        """End a row of a list; Excel fits its height again when a text changes."""
        self.sheet.fit_row(self.row, height)
        self.row += 1

    def line(self, text: str, columns: int, look: Format, height: float) -> None:
        """A row with one text over all columns, which is no text of the document."""
        self.key(marks.OWN_ROW)
        if columns > 1:
            self.sheet.merge_range(self.row, FIRST_COLUMN, self.row, columns, "", look)
        self.sheet.write_string(self.row, FIRST_COLUMN, cells.shown(text), look)
        self.next_row(height)

    def head_cell(self, placed: PlacedCell, look: Format) -> None:
        """A cell outside lists, marked if it holds a text of the document."""
        place = self._write(placed, look)
        cell = placed.cell
        if cell.role is Role.VALUE:
            self.written.fields[cell.path] = place
            is_cut = cells.shown(cell.text) != cell.text
            self.written.marks.append(
                CellMark(marks.head_key(self.row), marks.column_key(placed.column), cell.path, is_cut)
            )

    def list_cell(self, placed: PlacedCell, look: Format) -> None:
        self._write(placed, look)
        if cells.shown(placed.cell.text) != placed.cell.text:
            self.written.cuts.append(placed.cell.path)

    def look(self, cell: Cell) -> Format:
        if cell.role is Role.CAPTION:
            return self.styles.caption()
        if cell.field == "indicators/level1":
            return self.styles.level()
        number = cells.number_format(cell, cell.text) or (GENERAL if cell.is_number and not cell.text else TEXT)
        is_short = cell.is_one_line or cell.is_head or bool(cell.part or cell.pieces)
        return self.styles.value(is_short=is_short, is_fixed=self.is_fixed or cell.is_fixed, number_format=number)

    def _write(self, placed: PlacedCell, look: Any) -> Place:
        cell, row, column = placed.cell, self.row, placed.column + FIRST_COLUMN
        if placed.rowspan > 1 or placed.colspan > 1:
            self.sheet.merge_range(row, column, row + placed.rowspan - 1, column + placed.colspan - 1, "", look)
        if not cell.text:
            self.sheet.write_blank(row, column, None, look)
        elif cell.role is Role.VALUE and cells.number_format(cell, cell.text):
            self.sheet.write_number(row, column, float(cell.text), look)
        else:
            self.sheet.write_string(row, column, cells.shown(cell.text), look)
        self.written.places.setdefault(cell.path, (row, column))
        return row, column
