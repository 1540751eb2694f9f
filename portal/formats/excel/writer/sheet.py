"""One table as a worksheet: cells, heights, marks, comments, print settings. Colours that check it are in `checks`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

from portal.domain import forms
from portal.domain.documents import ROW_ID, Document, ProjectDocument, title
from portal.domain.forms import Block, Cell, Role
from portal.domain.imprint import Imprint
from portal.domain.offline import OfflineTable
from portal.formats.excel import marks
from portal.formats.excel.marks import CellMark, ColumnMark, SheetMarks
from portal.formats.excel.writer import cells, pages
from portal.formats.excel.writer.checks import Checks
from portal.formats.excel.writer.fitted import FittedSheet
from portal.formats.excel.writer.placing import Line, PlacedCell, place
from portal.formats.excel.writer.styles import POINTS, TEXT, Styles
from portal.formats.word.measures import line_count

SPARE_ROWS = 5
"""Blank rows at the end of each list of an offline copy."""
_SPARE = "+"
_FIRST_ROW, _FIRST_COLUMN = 1, 1
_LINE_HEIGHT, _LEAST_HEIGHT, _PADDING = 13.5, 22, 8
_MOST_HEIGHT = 409
_TWIPS = 105
"""Twips in one character of a column's width, without the margins of cells."""
_AUTHOR = "财政局"


@dataclass(slots=True)
class ListPlace:
    """Where a list stands: rows of the worksheet, and the column of each field, with the part of a value."""

    first: int
    last: int
    columns: dict[tuple[str, str], int]


@dataclass(slots=True)
class Written:
    """What stands where: head fields by path, lists by name; cells that comments can stand at, by path."""

    fields: dict[str, tuple[int, int]] = field(default_factory=dict)
    lists: dict[str, ListPlace] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    marks: list[CellMark] = field(default_factory=list)
    cuts: list[str] = field(default_factory=list)


class SheetWriter:
    """Writes one document. table: of an offline copy, else None."""

    def __init__(
        self,
        book: xlsxwriter.Workbook,
        styles: Styles,
        name: str,
        key: str,
        document: Document,
        imprint: Imprint,
        table: OfflineTable | None,
    ) -> None:
        self.sheet: Any = book.add_worksheet(name, FittedSheet)
        self.styles, self.document, self.imprint, self.table = styles, document, imprint, table
        self.form = forms.of(document)
        self.layout = forms.layout(document)
        self.placing = place(self.layout)
        self.is_wide = pages.is_wide(self.layout)
        self.widths = pages.widths(self.layout, self.placing.stops, is_wide=self.is_wide)
        self.row = _FIRST_ROW
        self.key = key
        self.written = Written()

    @property
    def width(self) -> int:
        return len(self.placing.stops) - 1

    def write(self) -> SheetMarks:
        self._columns()
        self._title()
        for line in self.placing.above:
            self._above(line)
        lines = list(self.placing.lines)
        at = 0
        while at < len(lines):
            block = lines[at].block
            end = next((n for n in range(at, len(lines)) if lines[n].block is not block), len(lines))
            self._block(block, lines[at:end])
            at = end
        Checks(self.sheet, self.styles, self.form, self.written, is_offline=self.table is not None).add()
        self._comments()
        pages.set_up(self.sheet, self.imprint, (self.row - 1, self.width), is_wide=self.is_wide)
        return self._marks()

    # --- keys and columns -------------------------------------------------------------------------

    def _columns(self) -> None:
        keys = self.styles.of(font_size=15, text_wrap=False)
        self.sheet.set_column(0, 0, 3, keys, {"hidden": True})
        self.sheet.set_row(0, None, None, {"hidden": True})
        self.sheet.write_string(0, 0, self.key)
        for n, width in enumerate(self.widths):
            self.sheet.set_column(_FIRST_COLUMN + n, _FIRST_COLUMN + n, width)
            self.sheet.write_string(0, _FIRST_COLUMN + n, marks.column_key(n))

    def _key(self, key: str) -> None:
        self.sheet.write_string(self.row, 0, key)

    def _marks(self) -> SheetMarks:
        lists = {
            name: tuple(
                ColumnMark(marks.column_key(at - _FIRST_COLUMN), name_, part)
                for (name_, part), at in place.columns.items()
            )
            for name, place in self.written.lists.items()
        }
        ordinal = self.document.ordinal if isinstance(self.document, ProjectDocument) else 0
        known = self.table or OfflineTable(0, 0, "")
        return SheetMarks(
            self.document.form,
            title(self.document)[:200],
            ordinal,
            tuple(self.written.marks),
            lists,
            tuple(self.written.cuts),
            known.id,
            known.version,
            known.digest,
        )

    # --- lines ------------------------------------------------------------------------------------

    def _title(self) -> None:
        text = self.layout.title or title(self.document)
        self._key(marks.OWN_ROW)
        self._merged(self.row, 0, 1, self.width, cells.shown(text), self.styles.title())
        self.written.places[""] = (self.row, _FIRST_COLUMN)
        self.sheet.set_row(self.row, 32)
        self.row += 1
        if self.table and self.table.refusal:
            self._key(marks.OWN_ROW)
            notice = self.styles.of(font_color="#9C1C0F", align="center")
            self._merged(self.row, 0, 1, self.width, f"{self.table.refusal}在这里改动的不会取回。", notice)
            self.row += 1

    def _above(self, line: Line) -> None:
        caption = line.cells[0].cell
        is_identity = caption.labels != "" and len(line.cells) == 2
        if is_identity:
            self._head_line(line)
            return
        self._key(marks.head_key(self.row))
        for n, placed in enumerate(line.cells):
            is_right = n > 0 or (len(line.cells) == 1 and placed.cell.role is Role.CAPTION)
            self._cell(placed, self.styles.above(is_right=is_right))
        self.sheet.set_row(self.row, 18)
        self.row += 1

    def _block(self, block: Block | None, lines: Sequence[Line]) -> None:
        if block is None:
            return
        if block.heading:
            self._key(marks.OWN_ROW)
            self._merged(self.row, 0, 1, self.width, block.heading, self.styles.heading())
            self.sheet.set_row(self.row, 26)
            self.row += 1
        if block.list_name:
            self._list(block, lines)
        else:
            for line in lines:
                self._head_line(line)

    def _head_line(self, line: Line) -> None:
        self._key(marks.head_key(self.row))
        for placed in line.cells:
            self._cell(placed, self._look(placed.cell))
        self.sheet.set_row(self.row, self._height(line.cells))
        self.row += 1

    def _height(self, placed: Iterable[PlacedCell]) -> float:
        """Excel fits the height of rows to their texts, but not to those of merged cells. In points."""
        lines = 1
        for each in placed:
            width = sum(self.widths[each.column : each.column + each.colspan])
            own = sum(line_count(line, int(width * _TWIPS), POINTS) for line in each.cell.text.split("\n"))
            lines = max(lines, -(-own // each.rowspan))
        return min(_MOST_HEIGHT, max(_LEAST_HEIGHT, lines * _LINE_HEIGHT + _PADDING))

    # --- lists ------------------------------------------------------------------------------------

    def _list(self, block: Block, lines: Sequence[Line]) -> None:
        head = [line for line in lines if line.is_list_head]
        body = [line for line in lines if not line.is_list_head]
        spare = [self._spare(block)] * (SPARE_ROWS if self._takes_rows() else 0)
        first = self.row + len(head)
        columns = {
            (placed.cell.field.partition("/")[2], placed.cell.part): placed.column + _FIRST_COLUMN
            for placed in self._spare(block).cells
            if placed.cell.role is Role.VALUE
        }
        self.written.lists[block.list_name] = ListPlace(first, first + len(body) + len(spare) - 1, columns)
        self.written.places.setdefault(block.list_name, (self.row, _FIRST_COLUMN))
        for line in head:
            self._list_head(block, line, len(spare))
        for n, line in enumerate((*body, *spare), 1):
            self._key(marks.row_key(block.list_name, line.row_id or _SPARE))
            self._list_row(block, line, n)
        self._key(marks.end_key(block.list_name))
        for column in range(self.width):
            self.sheet.write_blank(self.row, column + _FIRST_COLUMN, None, self.styles.below())
        self.sheet.set_row(self.row, 6)
        self.row += 1

    def _takes_rows(self) -> bool:
        return self.table is not None and not self.table.refusal

    def _spare(self, block: Block) -> Line:
        """A blank row in the columns of the list."""
        assert block.blank is not None
        places = {stop: n for n, stop in enumerate(self.placing.stops)}
        made = []
        for cell in block.blank.cells:
            start, end = places[pages.share(cell.column, block)], places[pages.share(cell.column + cell.colspan, block)]
            made.append(PlacedCell(cell, start, end - start))
        return Line(tuple(made), block)

    def _list_head(self, block: Block, line: Line, spare: int) -> None:
        self._key(marks.list_key(block.list_name))
        for placed in line.cells:
            if placed.cell.runs_down:
                placed.rowspan += spare
            self._cell(placed, self.styles.caption())
            self.written.places.setdefault(placed.cell.field, (self.row, placed.column + _FIRST_COLUMN))
        inside = [placed for placed in line.cells if not placed.cell.runs_down]
        self.sheet.set_row(self.row, self._height(inside))
        self.row += 1

    def _list_row(self, block: Block, line: Line, n: int) -> None:
        for placed in line.cells:
            if placed.cell.role is Role.COUNT:
                self._count(block, placed, n if ROW_ID.fullmatch(line.row_id) else "")
                continue
            self._cell(placed, self._look(placed.cell), is_in_list=True)
            if placed.cell.is_main and ROW_ID.fullmatch(line.row_id):
                self.written.places[f"{block.list_name}/{line.row_id}"] = (self.row, placed.column + _FIRST_COLUMN)
        self.sheet.fit_row(self.row, self._height(each for each in line.cells if not each.cell.runs_down))
        self.row += 1

    def _count(self, block: Block, placed: PlacedCell, shown: int | str) -> None:
        """The number of a row, which follows when rows are inserted or sorted. shown: until Excel calculates."""
        place = self.written.lists[block.list_name]
        head = pages.absolute(place.first - 1, placed.column + _FIRST_COLUMN)
        first, last = (pages.in_column(self.row, column) for column in (min(place.columns.values()), self.width))
        formula = f'=IF(COUNTA({first}:{last})=0,"",ROW()-ROW({head}))'
        look = self.styles.value(is_short=True, is_fixed=True, number_format="General")
        self.sheet.write_formula(self.row, placed.column + _FIRST_COLUMN, formula, look, shown)

    # --- cells ------------------------------------------------------------------------------------

    def _look(self, cell: Cell) -> Any:
        if cell.role is Role.CAPTION:
            return self.styles.caption()
        if cell.field == "indicators/level1":
            return self.styles.level()
        number = cells.number_format(cell, cell.text)
        if not number:
            number = "General" if cell.is_number and not cell.text else TEXT
        is_short = cell.is_one_line or cell.is_head or bool(cell.part or cell.pieces)
        is_fixed = cell.is_fixed or (self.table is not None and bool(self.table.refusal))
        return self.styles.value(is_short=is_short, is_fixed=is_fixed, number_format=number)

    def _cell(self, placed: PlacedCell, look: Any, *, is_in_list: bool = False) -> None:
        cell, column = placed.cell, placed.column + _FIRST_COLUMN
        text = cells.shown(cell.text)
        if placed.rowspan > 1 or placed.colspan > 1:
            last = (self.row + placed.rowspan - 1, column + placed.colspan - 1)
            self.sheet.merge_range(self.row, column, *last, "", look)
        if cell.role is Role.VALUE and cells.number_format(cell, cell.text):
            self.sheet.write_number(self.row, column, float(cell.text), look)
        elif text:
            self.sheet.write_string(self.row, column, text, look)
        else:
            self.sheet.write_blank(self.row, column, None, look)
        self.written.places.setdefault(cell.path, (self.row, column))
        if cell.role is Role.VALUE and text != cell.text and is_in_list:
            self.written.cuts.append(cell.path)
        if cell.role is Role.VALUE and not is_in_list:
            self.written.fields[cell.path] = (self.row, column)
            is_cut = text != cell.text
            row, at = marks.head_key(self.row), marks.column_key(placed.column)
            self.written.marks.append(CellMark(row, at, cell.path, is_cut))

    def _merged(self, row: int, column: int, rows: int, columns: int, text: str, look: Any) -> None:
        left = column + _FIRST_COLUMN
        if rows > 1 or columns > 1:
            self.sheet.merge_range(row, left, row + rows - 1, left + columns - 1, "", look)
        self.sheet.write_string(row, left, text, look)

    def _comments(self) -> None:
        by_place: dict[tuple[int, int], list[str]] = {}
        for remark in self.table.remarks if self.table else ():
            by_place.setdefault(self._place_of(remark.path), []).append(remark.words)
        for (row, column), words in by_place.items():
            text = cells.cut(cells.shown("\n\n".join(words)), 30_000)
            height = 40 + 16 * sum(line_count(line, 4_200, 9) for line in text.split("\n"))
            options = {"author": _AUTHOR, "width": 320, "height": min(height, 600), "font_size": 9, "color": "#FFF7DB"}
            self.sheet.write_comment(row, column, text, options)

    def _place_of(self, path: str) -> tuple[int, int]:
        """The cell of the path, else of what contains it, else the title."""
        while path and path not in self.written.places:
            path = path.rpartition("/")[0]
        return self.written.places[path]
