"""One document as a worksheet, from top to bottom: keys, title, head, lists. Colours that check it are in `checks`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import xlsxwriter

from portal.domain import forms
from portal.domain.documents import ROW_ID, Document, ProjectDocument, title
from portal.domain.forms import Block, Role
from portal.domain.imprint import Imprint
from portal.domain.offline import OfflineTable
from portal.formats.excel import marks
from portal.formats.excel.marks import ColumnMark, SheetMarks
from portal.formats.excel.writer import pages, remarks
from portal.formats.excel.writer.canvas import FIRST_COLUMN, Canvas, ListPlace
from portal.formats.excel.writer.checks import Checks
from portal.formats.excel.writer.fitted import FittedSheet
from portal.formats.excel.writer.placing import Line, PlacedCell, columns_of, place, placed
from portal.formats.excel.writer.styles import GENERAL, POINTS, Styles
from portal.formats.word.measures import line_count

SPARE_ROWS = 5
"""Blank rows at the end of each list of an offline copy."""
_SPARE = "+"
"""Instead of a row's id."""
_LINE_HEIGHT, _PADDING, _LEAST_HEIGHT, _MOST_HEIGHT = 13.5, 8, 22, 409
_TITLE_HEIGHT, _ABOVE_HEIGHT, _HEADING_HEIGHT, _END_HEIGHT = 32, 18, 26, 6
"""In points; Excel has no row above 409."""
_TWIPS = 105
"""In the width of one character of a column, without the margins of the cell."""


class SheetWriter:
    """Writes one document. table: of an offline copy, else None."""

    def __init__(
        self,
        book: xlsxwriter.Workbook,
        styles: Styles,
        name: str,
        document: Document,
        imprint: Imprint,
        table: OfflineTable | None,
    ) -> None:
        self.sheet: FittedSheet = book.add_worksheet(name, FittedSheet)
        self.styles, self.document, self.imprint, self.table = styles, document, imprint, table
        self.layout = forms.layout(document)
        self.placing = place(self.layout)
        self.is_wide = pages.is_wide(self.layout)
        self.widths = pages.widths(self.layout, self.placing.stops, is_wide=self.is_wide)
        self.canvas = Canvas(self.sheet, styles, is_fixed=table is not None and table.refusal != "")

    def write(self, key: str) -> SheetMarks:
        """key: of the sheet among the marks."""
        self._columns(key)
        self._title()
        for line in self.placing.above:
            self._above(line)
        for block, lines in groupby(self.placing.lines, key=lambda line: line.block):
            self._block(block, list(lines))
        form, written = forms.of(self.document), self.canvas.written
        Checks(self.sheet, self.styles, form, written, is_offline=self.table is not None).add()
        remarks.add(self.sheet, written, self.table)
        pages.set_up(self.sheet, self.imprint, (self.canvas.row - 1, len(self.widths)), is_wide=self.is_wide)
        return self._marks()

    # --- keys and marks ---------------------------------------------------------------------------

    def _columns(self, key: str) -> None:
        # The large font gives each row some height, also where the keys are hidden.
        self.sheet.set_column(0, 0, 3, self.styles.of(font_size=15, text_wrap=False), {"hidden": True})
        self.sheet.set_row(0, None, None, {"hidden": True})
        self.sheet.write_string(0, 0, key)
        for n, width in enumerate(self.widths):
            self.sheet.set_column(FIRST_COLUMN + n, FIRST_COLUMN + n, width)
            self.sheet.write_string(0, FIRST_COLUMN + n, marks.column_key(n))

    def _marks(self) -> SheetMarks:
        written, known = self.canvas.written, self.table or OfflineTable(0, 0, "")
        lists = {
            name: tuple(
                ColumnMark(marks.column_key(column - FIRST_COLUMN), field, part)
                for (field, part), column in own.columns.items()
            )
            for name, own in written.lists.items()
        }
        return SheetMarks(
            form=self.document.form,
            title=title(self.document)[:200],
            ordinal=self.document.ordinal if isinstance(self.document, ProjectDocument) else 0,
            cells=tuple(written.marks),
            lists=lists,
            cuts=tuple(written.cuts),
            table_id=known.id,
            version=known.version,
            digest=known.digest,
        )

    # --- title and head ---------------------------------------------------------------------------

    def _title(self) -> None:
        text = self.layout.title or title(self.document)
        self.canvas.written.places[""] = (self.canvas.row, FIRST_COLUMN)
        self.canvas.line(text, len(self.widths), self.styles.title(), _TITLE_HEIGHT)
        if self.table and self.table.refusal:
            notice = f"{self.table.refusal}在这里改动的不会取回。"
            self.canvas.line(notice, len(self.widths), self.styles.notice(), _ABOVE_HEIGHT)

    def _above(self, line: Line) -> None:
        """The line above the table; a caption with its value beside it stands in cells like those of the table."""
        if line.cells[0].cell.labels:
            self._head_line(line)
            return
        self.canvas.key(marks.head_key(self.canvas.row))
        for n, each in enumerate(line.cells):
            is_right = n > 0 or (len(line.cells) == 1 and each.cell.role is Role.CAPTION)
            self.canvas.head_cell(each, self.styles.above(is_right=is_right))
        self.canvas.next_row(_ABOVE_HEIGHT)

    def _block(self, block: Block | None, lines: Sequence[Line]) -> None:
        if block and block.heading:
            self.canvas.line(block.heading, len(self.widths), self.styles.heading(), _HEADING_HEIGHT)
        if block and block.list_name:
            self._list(block, lines)
        else:
            for line in lines:
                self._head_line(line)

    def _head_line(self, line: Line) -> None:
        self.canvas.key(marks.head_key(self.canvas.row))
        for each in line.cells:
            self.canvas.head_cell(each, self.canvas.look(each.cell))
        self.canvas.next_row(self._height(line.cells))

    def _height(self, own: Iterable[PlacedCell]) -> float:
        """In points, estimated: Excel fits rows to their texts, but not to those of merged cells."""
        lines = 1
        for each in own:
            width = int(_TWIPS * sum(self.widths[each.column : each.column + each.colspan]))
            count = sum(line_count(text, width, POINTS) for text in each.cell.text.split("\n"))
            lines = max(lines, -(-count // each.rowspan))
        return min(_MOST_HEIGHT, max(_LEAST_HEIGHT, lines * _LINE_HEIGHT + _PADDING))

    # --- lists ------------------------------------------------------------------------------------

    def _list(self, block: Block, lines: Sequence[Line]) -> None:
        head = [line for line in lines if line.is_list_head]
        body = [line for line in lines if not line.is_list_head]
        blank = self._blank_row(block)
        spare = [blank] * (SPARE_ROWS if self.table and not self.table.refusal else 0)
        first = self.canvas.row + len(head)
        columns = {
            (each.cell.field.partition("/")[2], each.cell.part): each.column + FIRST_COLUMN
            for each in blank.cells
            if each.cell.role is Role.VALUE
        }
        place = ListPlace(first, first + len(body) + len(spare) - 1, columns)
        self.canvas.written.lists[block.list_name] = place
        self.canvas.written.places.setdefault(block.list_name, (self.canvas.row, FIRST_COLUMN))
        for line in head:
            self._list_head(block, line, len(spare))
        for n, line in enumerate((*body, *spare), 1):
            self._list_row(block, line, place, n)
        self._list_end(block)

    def _blank_row(self, block: Block) -> Line:
        assert block.blank is not None
        places = columns_of(block, self.placing.stops)
        return Line(tuple(placed(cell, places) for cell in block.blank.cells), block)

    def _list_head(self, block: Block, line: Line, spare: int) -> None:
        self.canvas.key(marks.list_key(block.list_name))
        for each in line.cells:
            each.rowspan += spare if each.cell.runs_down else 0
            self.canvas.head_cell(each, self.styles.caption())
            self.canvas.written.places.setdefault(each.cell.field, (self.canvas.row, each.column + FIRST_COLUMN))
        self.canvas.next_row(self._height(each for each in line.cells if not each.cell.runs_down))

    def _list_row(self, block: Block, line: Line, place: ListPlace, n: int) -> None:
        """n: the number of the row, from 1."""
        self.canvas.key(marks.row_key(block.list_name, line.row_id or _SPARE))
        is_written = ROW_ID.fullmatch(line.row_id) is not None
        for each in line.cells:
            if each.cell.role is Role.COUNT:
                self._count(each, place, n if is_written else "")
                continue
            self.canvas.list_cell(each, self.canvas.look(each.cell))
            if each.cell.is_main and is_written:
                where = (self.canvas.row, each.column + FIRST_COLUMN)
                self.canvas.written.places[f"{block.list_name}/{line.row_id}"] = where
        self.canvas.next_fitted_row(self._height(line.cells))

    def _count(self, own: PlacedCell, place: ListPlace, shown: int | str) -> None:
        """The number of a row, which follows when rows are inserted or sorted. shown: until Excel calculates."""
        column = own.column + FIRST_COLUMN
        head = pages.absolute(place.first - 1, column)
        first, last = (pages.in_column(self.canvas.row, n) for n in (min(place.columns.values()), len(self.widths)))
        formula = f'=IF(COUNTA({first}:{last})=0,"",ROW()-ROW({head}))'
        look = self.styles.value(is_short=True, is_fixed=True, number_format=GENERAL)
        self.sheet.write_formula(self.canvas.row, column, formula, look, shown)

    def _list_end(self, block: Block) -> None:
        """The thin row by which the end of the list is known."""
        self.canvas.key(marks.end_key(block.list_name))
        for column in range(len(self.widths)):
            self.sheet.write_blank(self.canvas.row, column + FIRST_COLUMN, None, self.styles.below())
        self.canvas.next_row(_END_HEIGHT)
