"""Lists of offices from CSV files: code, name, code of the office above. Adding them belongs to the services.

What a spreadsheet does to such a list on the way is undone where only one thing can be meant, and named with its row
otherwise.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from portal.domain.errors import Invalid
from portal.domain.offices import OfficeRow
from portal.formats.decoding import decode
from portal.formats.rosters import spreadsheet_text

_AS_TEXT = "多半是表格软件把编码当作数，去掉了开头的 0；请把编码列设为文本格式，改正后重新保存"


def read(data: bytes) -> list[OfficeRow]:
    """The offices of a CSV file, separated by commas or tabs. Raises Invalid, Unreadable."""
    text = decode(data)
    if "\0" in text:
        raise Invalid("这不是文本文件。")
    delimiter = "\t" if "\t" in text and "," not in text else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Invalid(f"这不是一份完好的 CSV 文件（{error}）。") from None
    found = list(_offices([[spreadsheet_text(cell) for cell in cells] for cells in lines]))
    if not found:
        raise Invalid("文件里没有单位。")
    _require_leading_zeros(found)
    return found


def _offices(lines: Sequence[Sequence[str]]) -> Iterator[OfficeRow]:
    """Rows before the first office that can be none (a title, headings) and blank rows are passed over."""
    is_before = True
    for number, cells in enumerate(lines, 1):
        code, name, parent, *more = [*cells, *[""] * max(0, 3 - len(cells))]
        if not any((code, name, parent, *more)) or (is_before and _is_heading(code, name, parent)):
            continue
        is_before = False
        if any(more) or not code or not name:
            raise Invalid(f"第 {number} 行应为：编码,名称,上级编码（可以没有）。")
        if code.isdecimal() and len(code) < 3:
            raise Invalid(f"第 {number} 行的单位编码“{code}”不足 3 位：{_AS_TEXT}。")
        yield OfficeRow(code, name, parent, number)


def _is_heading(code: str, name: str, parent: str) -> bool:
    """A title in one cell, or captions without any digit where codes would stand."""
    if not name and not parent:
        return not code.isdecimal()
    return not any(character.isdigit() for character in code + parent)


def _require_leading_zeros(rows: Sequence[OfficeRow]) -> None:
    """Raises Invalid for a row whose code or office above fits the others only with a zero before it."""
    codes = {row.code for row in rows}
    for row in rows:
        if row.parent and row.parent not in codes and f"0{row.parent}" in codes:
            raise Invalid(f"第 {row.line} 行的上级单位“{row.parent}”在表里是“0{row.parent}”：{_AS_TEXT}。")
        is_cut = row.parent.startswith("0") and not row.code.startswith("0") and f"0{row.code}".startswith(row.parent)
        if is_cut and f"0{row.code}" not in codes:
            raise Invalid(f"第 {row.line} 行的单位编码“{row.code}”与上级单位“{row.parent}”对不上：{_AS_TEXT}。")
