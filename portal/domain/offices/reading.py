"""Reading of a list of offices: code, name, office above, telephone. What reading any list shares: `domain.rosters`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.domain import rosters
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid
from portal.domain.offices import tree
from portal.domain.offices.rows import MAX_NAME, OFFICE_CODE, OfficeRow
from portal.domain.quotation import quote
from portal.domain.rosters import (
    MAX_ERRORS,
    Columns,
    Head,
    OfficeIndex,
    Reading,
    RosterReader,
    RowError,
    SheetRow,
    SheetRows,
    refused,
)
from portal.domain.rosters.reader import AS_TEXT, LOST_DIGITS, is_scientific, with_lost_zeros
from portal.domain.telephones import telephone

MAX_OFFICES = 1_000
"""Rows of one list: twice the offices of a large district. Five hundred take two seconds, while others wait to save."""
CODE, NAME, PARENT, PARENT_NAME, PHONE = "code", "name", "parent", "parent_name", "phone"
HEAD = Head(
    {
        CODE: (
            "单位编码",
            "编码",
            "单位代码",
            "代码",
            "预算单位编码",
            "预算单位代码",
            "单位编号",
            "部门编码",
            "部门代码",
        ),
        NAME: ("单位名称", "名称", "预算单位名称", "预算单位", "单位", "单位全称", "部门名称", "部门"),
        PARENT: (
            *("上级单位编码", "上级编码", "上级单位", "上级", "上级代码", "上级单位代码"),
            *("主管部门编码", "主管单位编码", "主管部门代码"),
        ),
        PARENT_NAME: ("上级单位名称", "上级名称", "主管部门", "主管部门名称", "主管单位", "主管单位名称"),
        PHONE: ("电话", "联系电话", "办公电话", "单位电话", "电话号码", "固定电话"),
    },
    anchors=(CODE, NAME),
    keys=(CODE,),
)
IN_ORDER = Columns({CODE: 0, NAME: 1, PARENT: 2, PHONE: 3})
"""The columns of a list without a head."""


def read(sheets: Sequence[SheetRows], held: Mapping[str, OfficeRow]) -> Reading[OfficeRow]:
    """Read the first sheet that has the head of such a list. held: the offices of the portal."""
    found = rosters.find_sheet(sheets, HEAD)
    if found is None:
        return refused("里面没有内容。")
    sheet, with_head, told = found
    if with_head is None and not _fits_in_order(sheet):
        return refused("没有找到表头：请在第一行写明“单位编码、单位名称、上级单位、电话”，后两列可以没有。")
    columns = with_head or IN_ORDER
    if len(sheet.rows) - columns.first > MAX_OFFICES:
        return refused(f"超过 {MAX_OFFICES:,} 行；请只保留单位的清单，或者分成几份导入。")
    reader = _Reader(HEAD, columns, held=held)
    rows = reader.offices(sheet.rows)
    if not rows and not reader.errors:
        return refused("表头下面没有单位。")
    errors = sorted(reader.errors, key=lambda error: error.line)[:MAX_ERRORS]
    return Reading(rows, errors, [*told, *reader.sentences()])


def _fits_in_order(sheet: SheetRows) -> bool:
    first = next(row for row in sheet.rows if any(row.cells))
    return len(first.cells) >= 2 and clean_line(first.cells[0]).isdecimal()


@dataclass(slots=True, kw_only=True)
class _Reader(RosterReader):
    held: Mapping[str, OfficeRow]
    first_lines: dict[str, int] = field(default_factory=dict)

    def offices(self, rows: Sequence[SheetRow]) -> list[OfficeRow]:
        read = [(row, self._office(row)) for row in self.announcing(rows)]
        names = {code: row.name for code, row in self.held.items()} | {each.code: each.name for _, each in read}
        index = OfficeIndex(names, where="系统或清单里")
        found = [each._replace(parent=self._parent(row, each, index)) for row, each in read]
        self._refuse_circles(found)
        self._note_equal_names(found)
        return found

    def _office(self, row: SheetRow) -> OfficeRow:
        """Without the office above, which may stand below."""
        self.refuse_formulas(row, (CODE, NAME, PARENT, PHONE))
        name = self.text(row, NAME)
        if not name:
            self.refuse(row, "没有单位名称。")
        elif len(name) > MAX_NAME:
            self.refuse(row, f"单位名称超过 {MAX_NAME} 字。")
        return OfficeRow(self._code(row), name, None, self._phone(row), row.line)

    def _code(self, row: SheetRow) -> str:
        code = self.text(row, CODE)
        if fault := self._fault_of_code(code):
            self.refuse(row, fault)
        elif (first := self.first_lines.setdefault(code, row.line)) != row.line:
            self.refuse(row, f"单位编码 {code} 与第 {first} 行重复。")
        return code

    def _fault_of_code(self, code: str) -> str:
        if code.startswith("="):
            return ""  # told as a formula
        if not code:
            return "没有单位编码。"
        if is_scientific(code):
            return f"单位编码{quote(code)}{LOST_DIGITS}。"
        if padded := next((each for each in with_lost_zeros(code) if each in self.held), ""):
            return f"单位编码{quote(code)}在系统里是“{padded}”：{AS_TEXT}。"
        if code.isdecimal() and len(code) < 3:
            return f"单位编码{quote(code)}不足 3 位：{AS_TEXT}。"
        return "" if re.fullmatch(OFFICE_CODE, code) else f"单位编码应为 3 到 12 位数字，而不是{quote(code)}。"

    def _phone(self, row: SheetRow) -> str | None:
        text = self.text(row, PHONE)
        if text.startswith("="):
            return None
        try:
            return telephone(text) or None
        except Invalid as fault:
            self.refuse(row, fault.message)
            return None

    def _parent(self, row: SheetRow, office: OfficeRow, index: OfficeIndex) -> str | None:
        """None where the cell is blank, and after an error."""
        code, name = (self.text(row, role, merged=True) for role in (PARENT, PARENT_NAME))
        if not (code or name) or code.startswith("="):
            return None
        try:
            parent = index.code_of(code) if code else index.named(name)
        except Invalid as fault:
            self.refuse(row, f"上级单位：{fault.message}")
            return None
        is_cut = parent.startswith("0") and not office.code.startswith("0") and f"0{office.code}".startswith(parent)
        if is_cut:
            self.refuse(row, f"单位编码{quote(office.code)}与上级单位“{parent}”对不上：{AS_TEXT}。")
        return parent

    def _refuse_circles(self, rows: Sequence[OfficeRow]) -> None:
        parents = {code: row.parent or "" for code, row in self.held.items()}
        parents |= {row.code: row.parent for row in rows if row.parent is not None}
        rings = tree.circles(parents)
        for ring in rings:
            line = next(row.line for row in rows if row.code in ring)
            self.errors.append(RowError(line, f"{tree.words_of_circle(ring)}；请核对这些单位的上级。"))
        if not rings:
            deep = [row for row in rows if row.code and not tree.lineage(row.code, parents)]
            self.errors += [RowError(row.line, "单位层级太深。") for row in deep]

    def _note_equal_names(self, rows: Sequence[OfficeRow]) -> None:
        first: dict[str, int] = {}
        for row in rows:
            if first.setdefault(row.name, row.line) != row.line:
                self.notes.setdefault("的单位与前面的一个单位同名，请核对。", []).append(row.line)
