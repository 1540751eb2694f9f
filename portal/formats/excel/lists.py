"""Writer of a list as a workbook: one sheet with a head that stays, filters, and notes above. Tables: `writer`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from portal.formats.excel.writer.cells import shown
from portal.formats.excel.writer.styles import SONG

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4 = 9
_CELL = {"font_name": SONG, "valign": "top", "border": 1, "border_color": "#9AA7B4"}
_CODES = {Decimal: "#,##0.00", int: "General", date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm"}

Value = str | int | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """width: in characters. is_long: its texts go over several lines."""

    label: str
    width: int
    is_long: bool = False


def write_list(
    title: str, notes: Sequence[str], columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, printed: int = 0
) -> bytes:
    """Numbers are written as numbers, amounts (Decimal) with two decimals, dates as dates, every text as it is.

    Times come in local time, without a zone. printed: how many of the columns go on paper, 0 for all.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, _OPTIONS)
    book.formats[0].set_font_name(SONG)
    book.set_properties({"title": title})
    head = book.add_format(_CELL | {"bold": True, "bg_color": "#E8EEF4", "align": "center"})
    sheet = book.add_worksheet(title[:31])
    sheet.write_string(0, 0, shown(title), book.add_format({"font_name": SONG, "bold": True, "font_size": 14}))
    for n, note in enumerate(notes, 1):
        sheet.write_string(n, 0, shown(note))
    top = len(notes) + 1
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(top, place, column.label, head)
    last = _write_rows(book, sheet, top + 1, columns, rows)
    sheet.autofilter(top, 0, last, len(columns) - 1)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    if printed:
        sheet.print_area(0, 0, last, printed - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&9 第 &P 页　共 &N 页")
    book.close()
    return stream.getvalue()


def _write_rows(
    book: xlsxwriter.Workbook, sheet: Worksheet, first: int, columns: Sequence[Column], rows: Iterable[Sequence[Value]]
) -> int:
    """Return the line of the last row; the line before `first` where there is none."""
    text, long = book.add_format(_CELL), book.add_format(_CELL | {"text_wrap": True})
    formats = {type_: book.add_format(_CELL | {"num_format": code}) for type_, code in _CODES.items()}
    line = first - 1
    for line, row in enumerate(rows, first):
        for place, value in enumerate(row):
            if value is None:
                sheet.write_blank(line, place, None, text)
            elif isinstance(value, str):
                sheet.write_string(line, place, shown(value), long if columns[place].is_long else text)
            elif isinstance(value, date):
                sheet.write_datetime(line, place, value, formats[type(value)])
            else:
                sheet.write_number(line, place, value, formats[type(value)])
    return line
