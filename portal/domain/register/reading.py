"""Reading of a list into entries: what each row says, what was read otherwise than written, and what is wrong where.

A list with an error is imported not at all. What can mean only one thing is read and told; what may mean two is an
error of its row. Finding the columns belongs to `columns`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.domain.amounts import YUAN, amount_fault, correct_amount, read_amount, to_fen
from portal.domain.code_patterns import fits
from portal.domain.documents import clean_line
from portal.domain.quotation import quote
from portal.domain.register import columns as heads
from portal.domain.register.columns import AMOUNT, CODE, IN_ORDER, KEY, NAME, OFFICE, OFFICE_NAME, Columns
from portal.domain.register.entries import MAX_CODE, MAX_NAME, EntryRow, RowError
from portal.domain.register.sheets import SheetRow, SheetRows

MAX_ROWS = 20_000
"""Rows of one list: twice those of a large district."""
MAX_ERRORS = 200
"""Errors that are told; a list with more is another list."""
_NAMED_ROWS = 8
_YES = frozenset({"是", "√", "✓", "✔", "☑", "y", "yes", "1", "true", "重点", "重点项目", "有"})
_NO = frozenset({"", "否", "×", "✗", "☐", "□", "n", "no", "0", "false", "一般", "非重点", "无", "-", "—"})
_TOTAL = re.compile(r"(?:合|小|总|共)计|总额|.{0,20}(?:合计|小计)")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_AS_TEXT = "多半是表格软件把编码当作数，去掉了开头的 0；请把编码列设为文本格式，改正后再导入"
_MOST_ZEROS = 4


@dataclass(frozen=True, slots=True)
class RegisterReading:
    """told: sentences on what was read otherwise than it is written, and on what was passed over."""

    rows: Sequence[EntryRow] = ()
    errors: Sequence[RowError] = ()
    told: Sequence[str] = ()


def read(sheets: Sequence[SheetRows], offices: Mapping[str, str], code_pattern: str) -> RegisterReading:
    """Read the first sheet that has the head of such a list. offices: code → name. code_pattern: of the year."""
    filled = [sheet for sheet in sheets if any(any(row.cells) for row in sheet.rows)]
    if not filled:
        return _refused("里面没有内容。")
    with_head = [(sheet, found) for sheet in filled if (found := heads.find(sheet.rows))]
    sheet, columns = with_head[0] if with_head else (filled[0], IN_ORDER)
    if not with_head and not _fits_in_order(sheet, offices):
        return _refused("没有找到表头：请在第一行写明“单位编码、项目编码、项目名称、金额（元）、重点”，重点可以没有。")
    if missing := columns.missing():
        return _refused(f"表头里没有找到：{'、'.join(missing)}。")
    if not columns.is_known_unit:
        return _refused(f"表头里的金额单位是“{columns.unit}”，请换算成元或万元再导入。")
    if len(sheet.rows) - columns.first > MAX_ROWS:
        return _refused(f"超过 {MAX_ROWS:,} 行；请分成几份导入，每份不超过 {MAX_ROWS:,} 行。")
    reader = _Reader(columns, offices, code_pattern)
    rows = list(reader.entries(sheet.rows))
    told = [*_on_other_sheets(sheet, filled), *reader.sentences()]
    if not rows and not reader.errors:
        return _refused("表头下面没有项目。")
    return RegisterReading(rows, reader.errors[:MAX_ERRORS], told)


def _refused(message: str) -> RegisterReading:
    return RegisterReading(errors=[RowError(0, message)])


def _fits_in_order(sheet: SheetRows, offices: Mapping[str, str]) -> bool:
    first = next(row for row in sheet.rows if any(row.cells))
    return len(first.cells) >= 4 and clean_line(first.cells[0]) in offices


def _on_other_sheets(read: SheetRows, filled: Sequence[SheetRows]) -> list[str]:
    others = [sheet.name for sheet in filled if sheet is not read]
    return [f"只读了工作表“{read.name}”，没有读：{'、'.join(others[:_NAMED_ROWS])}。"] if others else []


@dataclass(slots=True)
class _Reader:
    """Reads one sheet. notes: what was read otherwise, with the rows, by sentence."""

    columns: Columns
    offices: Mapping[str, str]
    code_pattern: str
    errors: list[RowError] = field(default_factory=list)
    notes: dict[str, list[int]] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=dict)
    office_above: str = ""
    first_lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for code, name in self.offices.items():
            self.by_name.setdefault(name, []).append(code)

    def entries(self, rows: Sequence[SheetRow]) -> Iterator[EntryRow]:
        for row in (each.cleaned() for each in rows[self.columns.first :]):
            if self._is_read(row):
                before = len(self.errors)
                entry = self._entry(row)
                if len(self.errors) == before:
                    yield entry

    def sentences(self) -> Iterator[str]:
        if self.columns.unit not in ("", YUAN):
            yield f"表里的金额以{self.columns.unit}为单位，已换算成元。"
        for sentence, lines in self.notes.items():
            named = "、".join(map(str, lines[:_NAMED_ROWS])) + ("…" if len(lines) > _NAMED_ROWS else "")
            yield f"第 {named} 行{sentence}"

    def _note(self, row: SheetRow, sentence: str) -> None:
        self.notes.setdefault(sentence, []).append(row.line)

    def _refuse(self, row: SheetRow, message: str) -> None:
        self.errors.append(RowError(row.line, message))

    def _text(self, row: SheetRow, role: str, *, merged: bool = False) -> str:
        at, texts = self.columns.places.get(role, -1), row.merged if merged else row.cells
        return texts[at] if 0 <= at < len(texts) else ""

    # --- rows --------------------------------------------------------------------------------------

    def _is_read(self, row: SheetRow) -> bool:
        """Blank rows, totals, repeated heads, headings and notes announce nothing."""
        texts, code = row.cells, self._text(row, CODE)
        if not any(texts) or heads.is_head(row, self.columns):
            return False
        is_entry = code and self._text(row, NAME)
        if not is_entry and any(_TOTAL.fullmatch("".join(text.split())) for text in texts):
            self._note(row, "是合计，没有读。")
            return False
        if not code and not self._text(row, AMOUNT) and sum(map(bool, texts)) == 1:
            self._note(row, "只有一格文字，没有读。")
            return False
        return True

    def _entry(self, row: SheetRow) -> EntryRow:
        for role in (CODE, NAME, AMOUNT):
            if (text := self._text(row, role)).startswith("="):
                self._refuse(row, f"{heads.LABELS[role]}是公式{quote(text)}；请改成值（选择性粘贴为数值）再导入。")
        office, code = self._office(row), self._code(row)
        amount, is_key = self._amount(row), self._is_key(row)
        name = self._text(row, NAME)
        if not name:
            self._refuse(row, "没有项目名称。")
        elif len(name) > MAX_NAME:
            self._refuse(row, f"项目名称超过 {MAX_NAME} 字。")
        entry = EntryRow(office, code, name, amount, is_key, row.line)
        if office and code:
            first = self.first_lines.setdefault(entry.key, row.line)
            if first != row.line:
                self._refuse(row, f"项目编码 {code} 与第 {first} 行重复（同一单位 {office}）。")
        return entry

    def _office(self, row: SheetRow) -> str:
        """The office's code; "" after an error. A blank cell below an office belongs to that office, as if merged."""
        code, name = (self._text(row, role, merged=True) for role in (OFFICE, OFFICE_NAME))
        if not code and not name:
            if not self.office_above:
                self._refuse(row, "没有单位编码。")
            else:
                self._note(row, "没有写单位，按上面一行的单位读。")
            return self.office_above
        found = self._office_of(row, code) if code else self._office_named(row, name)
        self.office_above = found
        return found

    def _office_of(self, row: SheetRow, text: str) -> str:
        if text in self.offices:
            return text
        digits = re.match(r"\D{0,2}(\d{3,12})\D", text)
        if digits and digits[1] in self.offices:
            return digits[1]
        if text in self.by_name:
            return self._office_named(row, text)
        padded = next((f"{'0' * n}{text}" for n in range(1, _MOST_ZEROS) if f"{'0' * n}{text}" in self.offices), "")
        if padded:
            self._refuse(row, f"单位编码{quote(text)}在系统里是“{padded}”：{_AS_TEXT}。")
        elif _SCIENTIFIC.fullmatch(text):
            self._refuse(row, f"单位编码{quote(text)}是科学计数法，末尾的数字已经丢失；请把编码列设为文本格式。")
        else:
            self._refuse(row, f"没有编码为{quote(text)}的单位。")
        return ""

    def _office_named(self, row: SheetRow, name: str) -> str:
        codes = self.by_name.get(name, [])
        if len(codes) == 1:
            return codes[0]
        digits = re.match(r"\D{0,2}(\d{3,12})\D", name)
        if digits and digits[1] in self.offices:
            return digits[1]
        reason = "有几个单位都叫" if codes else "没有名称为"
        self._refuse(row, f"{reason}{quote(name)}{'，请写单位编码' if codes else '的单位，请写单位编码'}。")
        return ""

    def _code(self, row: SheetRow) -> str:
        code = self._text(row, CODE)
        if not code:
            self._refuse(row, "没有项目编码。")
        elif len(code) > MAX_CODE:
            self._refuse(row, f"项目编码超过 {MAX_CODE} 个字符。")
        elif _SCIENTIFIC.fullmatch(code):
            self._refuse(row, f"项目编码{quote(code)}是科学计数法，末尾的数字已经丢失；请把编码列设为文本格式。")
        elif self.code_pattern and not code.startswith("=") and not fits(code, self.code_pattern):
            if any(fits(f"{'0' * n}{code}", self.code_pattern) for n in range(1, _MOST_ZEROS)):
                self._refuse(row, f"项目编码{quote(code)}少了开头的 0：{_AS_TEXT}。")
            else:
                self._note(row, "的项目编码不合本年度的编码格式，单位照此填报会被检查出来；请核对。")
        return code

    def _amount(self, row: SheetRow) -> int | None:
        """In fen; None after an error."""
        text, unit = self._text(row, AMOUNT), self.columns.unit or YUAN
        if text.startswith("="):
            return None
        if not text:
            self._refuse(row, "没有金额；如果原来是公式，请改成值（选择性粘贴为数值）再导入。")
            return None
        if (yuan := read_amount(text, unit)) is not None:
            return to_fen(yuan)
        corrected = correct_amount(text, unit)
        if corrected is None:
            self._refuse(row, f"金额{amount_fault(text, unit)}")
            return None
        self._note(row, "的金额不是纯数字，已按数读；请在下面核对。")
        return to_fen(read_amount(corrected, unit))

    def _is_key(self, row: SheetRow) -> bool:
        text = "".join(self._text(row, KEY).split()).lower()
        if text not in _YES | _NO:
            self._refuse(row, f"“重点”一栏是{quote(text)}；请写“是”，不是重点的空着。")
        return text in _YES
