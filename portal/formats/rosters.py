"""Lists as rows of sheets: .xlsx, .xls and .et workbooks, CSV and other texts, and pasted cells.

What the rows mean is in `portal.domain.register` and `portal.domain.offices`; what reading shares in `domain.rosters`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from portal.domain.documents import clean_line
from portal.domain.errors import Invalid
from portal.domain.rosters import MAX_ROWS, SheetRow, SheetRows
from portal.formats.clipboard import tabbed
from portal.formats.decoding import decode
from portal.formats.excel import old, workbook
from portal.formats.excel.sheets import RawSheet, TooLarge
from portal.formats.packages import Package
from portal.formats.reading import Unreadable
from portal.formats.sniffing import format_of

MAX_BYTES = 20 * 1024 * 1024
_TOO_LONG = f"表超过 {MAX_ROWS:,} 行；请只保留清单，或者分成几份导入，每份不超过 {MAX_ROWS:,} 行。"
_MOST_COLUMNS = 100
_FORMULA = re.compile(r"'([^']*)|=\"([^\"]*)\"")
"""How a spreadsheet keeps a code as text: '061 and ="061"."""


def read(name: str, data: bytes) -> list[SheetRows]:
    """Raises Unreadable, Invalid."""
    if not data.strip():
        raise Invalid("文件是空的。")
    try:
        match format_of(name, data):
            case "xlsx":
                return _of_sheets(workbook.sheets(Package(data)))
            case "xls":
                return _of_sheets(old.sheets(data))
            case "text":
                return read_text(decode(data))
    except TooLarge:
        raise Invalid(_TOO_LONG) from None
    raise Unreadable("清单请用 Excel 工作簿（.xlsx、.xls）或 CSV 文件导入，或者把单元格复制后粘贴。")


def read_text(text: str) -> list[SheetRows]:
    """Cells separated by tabs (pasted from a spreadsheet), commas or semicolons. Raises Invalid."""
    if "\0" in text:
        raise Invalid("这不是文本文件。")
    if text.count("\n") > 3 * MAX_ROWS:
        raise Invalid(_TOO_LONG)
    separator = next((sign for sign in "\t,，;；" if sign in text), ",")
    if separator == "\t":
        lines = tabbed.matrix(text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n"), most_rows=3 * MAX_ROWS)
    else:
        try:
            lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        except csv.Error as error:
            raise Invalid(f"这不是一份完好的 CSV 文件（{error}）。") from None
    rows = [[spreadsheet_text(cell) for cell in cells[:_MOST_COLUMNS]] for cells in lines]
    return [SheetRows("", [SheetRow.of(n, cells) for n, cells in enumerate(rows, 1)])]


def spreadsheet_text(text: str) -> str:
    """A cell on one line, without the signs by which a spreadsheet keeps a code as text."""
    cleaned = clean_line(text)
    as_text = _FORMULA.fullmatch(cleaned)
    return (as_text[1] or as_text[2] or "") if as_text else cleaned


def _of_sheets(sheets: Iterable[RawSheet]) -> list[SheetRows]:
    return [SheetRows(sheet.name, _rows(sheet)) for sheet in sheets]


def _rows(sheet: RawSheet) -> Sequence[SheetRow]:
    """The visible rows with text; hidden rows and columns are left out."""
    used = sorted({row for row, _ in sheet.cells} - sheet.hidden_rows)
    width = min(max((column for _, column in sheet.cells), default=-1) + 1, _MOST_COLUMNS)
    shown = [column for column in range(width) if column not in sheet.hidden_columns]
    own = {row: {} for row in used}  # type: dict[int, dict[int, str]]
    for (row, column), text in sheet.cells.items():
        if row in own:
            own[row][column] = text
    merged = {row: dict(cells) for row, cells in own.items()}
    for (top, left), (bottom, right) in sheet.merges:
        text = sheet.cells.get((top, left), "")
        for row in range(top, min(bottom, used[-1] if used else -1) + 1):
            if row in merged:
                merged[row].update(dict.fromkeys(range(left, min(right + 1, width)), text))
    return [
        SheetRow(
            row + 1,
            [own[row].get(column, "") for column in shown],
            [merged[row].get(column, "") for column in shown],
        )
        for row in used
    ]
