"""Reading of a list into entries: what each row says, what was read otherwise than written, and what is wrong where.

What reading any list shares is in `domain.rosters`; the columns are in `columns`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from portal.domain import rosters
from portal.domain.amounts import YUAN, amount_fault, correct_amount, read_amount, to_fen
from portal.domain.code_patterns import fits
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid
from portal.domain.quotation import quote
from portal.domain.register import columns as heads
from portal.domain.register.columns import AMOUNT, CODE, HEAD, IN_ORDER, KEY, KNOWN_UNITS, NAME, OFFICE, OFFICE_NAME
from portal.domain.register.entries import MAX_CODE, MAX_NAME, EntryRow
from portal.domain.rosters import MAX_ERRORS, MAX_ROWS, OfficeIndex, Reading, RosterReader, SheetRow, SheetRows, refused
from portal.domain.rosters.reader import AS_TEXT, LOST_DIGITS, is_scientific, with_lost_zeros

RegisterReading: TypeAlias = Reading[EntryRow]

_YES = frozenset({"是", "√", "✓", "✔", "☑", "y", "yes", "1", "true", "重点", "重点项目", "有"})
_NO = frozenset({"", "否", "×", "✗", "☐", "□", "n", "no", "0", "false", "一般", "非重点", "无", "-", "—"})


def read(sheets: Sequence[SheetRows], offices: Mapping[str, str], code_pattern: str) -> RegisterReading:
    """Read the first sheet that has the head of such a list. offices: code → name. code_pattern: of the year."""
    found = rosters.find_sheet(sheets, HEAD)
    if found is None:
        return refused("里面没有内容。")
    sheet, with_head, told = found
    if with_head is None and not _fits_in_order(sheet, offices):
        return refused("没有找到表头：请在第一行写明“单位编码、项目编码、项目名称、金额（元）、重点”，重点可以没有。")
    columns = with_head or IN_ORDER
    if missing := heads.missing(columns):
        return refused(f"表头里没有找到：{'、'.join(missing)}。")
    if (unit := heads.unit_of(columns)) not in KNOWN_UNITS:
        return refused(f"表头里的金额单位是“{unit}”，请换算成元或万元再导入。")
    if len(sheet.rows) - columns.first > MAX_ROWS:
        return refused(f"超过 {MAX_ROWS:,} 行；请分成几份导入，每份不超过 {MAX_ROWS:,} 行。")
    reader = _Reader(HEAD, columns, offices=OfficeIndex(offices), code_pattern=code_pattern, unit=unit or YUAN)
    rows = list(reader.entries(sheet.rows))
    if unit not in ("", YUAN):
        told.append(f"表里的金额以{unit}为单位，已换算成元。")
    told += reader.sentences()
    if not rows and not reader.errors:
        return refused("表头下面没有项目。")
    return Reading(rows, reader.errors[:MAX_ERRORS], told)


def _fits_in_order(sheet: SheetRows, offices: Mapping[str, str]) -> bool:
    first = next(row for row in sheet.rows if any(row.cells))
    return len(first.cells) >= 4 and clean_line(first.cells[0]) in offices


@dataclass(slots=True, kw_only=True)
class _Reader(RosterReader):
    offices: OfficeIndex
    code_pattern: str
    unit: str
    office_above: str = ""
    first_lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def entries(self, rows: Sequence[SheetRow]) -> Iterator[EntryRow]:
        for row in self.announcing(rows):
            before = len(self.errors)
            entry = self._entry(row)
            if len(self.errors) == before:
                yield entry

    def _entry(self, row: SheetRow) -> EntryRow:
        self.refuse_formulas(row, (CODE, NAME, AMOUNT))
        office, code = self._office(row), self._code(row)
        amount, is_key = self._amount(row), self._is_key(row)
        name = self.text(row, NAME)
        if not name:
            self.refuse(row, "没有项目名称。")
        elif len(name) > MAX_NAME:
            self.refuse(row, f"项目名称超过 {MAX_NAME} 字。")
        entry = EntryRow(office, code, name, amount, is_key, row.line)
        if office and code:
            first = self.first_lines.setdefault(entry.key, row.line)
            if first != row.line:
                self.refuse(row, f"项目编码 {code} 与第 {first} 行重复（同一单位 {office}）。")
        return entry

    def _office(self, row: SheetRow) -> str:
        """The office's code; "" after an error. A blank cell below an office belongs to that office, as if merged."""
        code, name = (self.text(row, role, merged=True) for role in (OFFICE, OFFICE_NAME))
        if not code and not name:
            if not self.office_above:
                self.refuse(row, "没有单位编码。")
            else:
                self.note(row, "没有写单位，按上面一行的单位读。")
            return self.office_above
        try:
            self.office_above = self.offices.code_of(code) if code else self.offices.named(name)
        except Invalid as fault:
            self.office_above = ""
            self.refuse(row, fault.message)
        return self.office_above

    def _code(self, row: SheetRow) -> str:
        code = self.text(row, CODE)
        if not code:
            self.refuse(row, "没有项目编码。")
        elif len(code) > MAX_CODE:
            self.refuse(row, f"项目编码超过 {MAX_CODE} 个字符。")
        elif is_scientific(code):
            self.refuse(row, f"项目编码{quote(code)}{LOST_DIGITS}。")
        elif self.code_pattern and not code.startswith("=") and not fits(code, self.code_pattern):
            if any(fits(padded, self.code_pattern) for padded in with_lost_zeros(code)):
                self.refuse(row, f"项目编码{quote(code)}少了开头的 0：{AS_TEXT}。")
            else:
                self.note(row, "的项目编码不合本年度的编码格式，单位照此填报会被检查出来；请核对。")
        return code

    def _amount(self, row: SheetRow) -> int | None:
        """In fen; None after an error."""
        text, unit = self.text(row, AMOUNT), self.unit
        if text.startswith("="):
            return None
        if not text:
            self.refuse(row, "没有金额；如果原来是公式，请改成值（选择性粘贴为数值）再导入。")
            return None
        if (yuan := read_amount(text, unit)) is not None:
            return to_fen(yuan)
        corrected = correct_amount(text, unit)
        if corrected is None:
            self.refuse(row, f"金额{amount_fault(text, unit)}")
            return None
        self.note(row, "的金额不是纯数字，已按数读；请在下面核对。")
        return to_fen(read_amount(corrected, unit))

    def _is_key(self, row: SheetRow) -> bool:
        text = "".join(self.text(row, KEY).split()).lower()
        if text not in _YES | _NO:
            self.refuse(row, f"“重点”一栏是{quote(text)}；请写“是”，不是重点的空着。")
        return text in _YES
