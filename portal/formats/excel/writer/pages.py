"""Widths of columns and print settings of a sheet: A4, one page wide, header and footer as in the Word file."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from portal.domain.forms import Sheet
from portal.domain.imprint import Imprint
from portal.formats.excel.writer.cells import cut
from portal.formats.excel.writer.placing import Stops

_A4 = 9
_WIDE, _NARROW = 132, 96
"""Characters over all columns, landscape and portrait."""
_COLUMNS_OF_WIDE = 6
_FIRST = 12
"""Width of the first column of the form in characters; the others are equally wide, as in the Word file."""
_LEAST = 8
_LONGEST_HEADER = 255


def is_wide(sheet: Sheet) -> bool:
    """Whether the form has a list of so many columns that the page is landscape."""
    lists = [block.blank for block in sheet.blocks if block.blank]
    return any(len(row.cells) >= _COLUMNS_OF_WIDE for row in lists)


def widths(sheet: Sheet, stops: Stops, *, is_wide: bool) -> list[float]:
    """The width of each column of the worksheet in characters."""
    total = _WIDE if is_wide else _NARROW
    own = next((block.width for block in sheet.blocks if block.list_name), sheet.blocks[0].width if sheet.blocks else 1)

    def position(stop: Fraction) -> float:
        column = float(stop * own)
        if own == 1 or column <= 1:
            return column * (_FIRST if own > 1 else total)
        return _FIRST + (total - _FIRST) * (column - 1) / (own - 1)

    return [max(_LEAST, round(position(right) - position(left), 1)) for left, right in pairwise(stops)]


def absolute(row: int, column: int) -> str:
    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def in_column(row: int, column: int) -> str:
    """A reference that follows the row."""
    return str(xl_rowcol_to_cell(row, column, col_abs=True))


def set_up(sheet: Any, imprint: Imprint, last: tuple[int, int], *, is_wide: bool) -> None:
    """last: the last row and column that are printed."""
    sheet.set_paper(_A4)
    if is_wide:
        sheet.set_landscape()
    else:
        sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.7)
    sheet.center_horizontally()
    sheet.print_area(1, 1, *last)
    sheet.hide_gridlines(2)
    sheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, *last)})
    sheet.set_header(_line(imprint.source, imprint.taken))
    page = "&C&9 第 &P 页　共 &N 页"
    anchor = " ".join(imprint.anchor.split())
    sheet.set_footer(page + (f"&R&8 审计记录：{anchor[: anchor.find(':') + 17]}" if anchor else ""))


def _line(left: str, right: str) -> str:
    """A header; Excel takes 255 characters, and `&` begins a code."""
    short = [cut("".join(text.split("\n")), 100).replace("&", "&&") for text in (left, right)]
    # Blanks behind the size: the text may begin with a digit.
    return f"&L&9 {short[0]}&R&9 {short[1]}"[:_LONGEST_HEADER]
