"""A list as a workbook of one sheet: a title, heads that filter, rows. No formulas, no links made from texts."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from portal.formats.excel.writer.cells import shown
from portal.formats.excel.writer.styles import GENERAL, TEXT, Styles

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NARROWEST, _WIDEST = 8, 40


def write_list(title: str, heads: Sequence[str], rows: Sequence[Sequence[str | int | float]]) -> bytes:
    """Texts stay texts, unit codes with their zeros too; numbers stay numbers."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, _OPTIONS)
    styles, sheet = Styles(book), book.add_worksheet("清单")
    sheet.write_string(0, 0, shown(title), styles.of(font_size=12, text_wrap=False))
    for column, head in enumerate(heads):
        sheet.write_string(1, column, shown(head), styles.caption())
        sheet.set_column(column, column, _width(head, [row[column] for row in rows]))
    text = styles.of(border=1, num_format=TEXT)
    whole, part = styles.of(border=1, num_format=GENERAL), styles.of(border=1, num_format="#,##0.00")
    for n, row in enumerate(rows, 2):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(n, column, shown(value), text)
            else:
                sheet.write_number(n, column, value, part if isinstance(value, float) else whole)
    sheet.freeze_panes(2, 1)
    sheet.autofilter(1, 0, max(len(rows) + 1, 2), len(heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    book.close()
    return stream.getvalue()


def _width(head: str, values: Sequence[object]) -> int:
    """Han characters are twice as wide as digits."""
    widths = [sum(1 + (ord(character) > 0xFF) for character in str(text)) for text in (head, *values)]
    return min(max(*widths, _NARROWEST) + 2, _WIDEST)
