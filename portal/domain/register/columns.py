"""Which column of a list holds what, by the captions of its head, which may have two rows and stand below titles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.amounts import WAN, YUAN
from portal.domain.documents import clean_line
from portal.domain.register.sheets import SheetRow

OFFICE, OFFICE_NAME, CODE, NAME, AMOUNT, KEY = "office", "office_name", "code", "name", "amount", "key"
_CAPTIONS: Mapping[str, Sequence[str]] = {
    OFFICE: ("单位编码", "预算单位编码", "单位代码", "预算单位代码", "单位编号", "部门编码", "部门代码"),
    OFFICE_NAME: ("单位名称", "预算单位名称", "预算单位", "单位", "部门名称", "部门", "项目单位", "用款单位"),
    CODE: ("项目编码", "项目代码", "项目编号"),
    NAME: ("项目名称", "项目", "预算项目名称", "预算项目"),
    AMOUNT: (
        *("金额", "预算数", "预算金额", "项目金额", "预算", "年初预算", "年初预算数", "项目预算", "预算资金"),
        *("资金总额", "总金额", "金额合计", "合计金额", "安排金额", "批复金额", "下达金额", "本年预算数"),
    ),
    KEY: ("重点", "重点项目", "是否重点", "是否重点项目", "重点标志", "重点标识"),
}
_ROLES = {caption: role for role, captions in _CAPTIONS.items() for caption in captions}
LABELS: Mapping[str, str] = {
    **{OFFICE: "单位编码", OFFICE_NAME: "单位名称", CODE: "项目编码"},
    **{NAME: "项目名称", AMOUNT: "金额", KEY: "重点"},
}
_IN_BRACKETS = re.compile(r"[（(\[【].*?[）)\]】]")
_BRACKETS = re.compile(r"[（(\[【](.*?)[）)\]】]")
_DECORATION = re.compile(r"[\s:：*＊、]")
_UNIT_ABOVE = re.compile(r"单位[:：]\s*(?:人民币)?\s*([百千万亿]*元)")
_UNIT = re.compile(r"[百千万亿]*元")
_MOST_BEFORE_HEAD = 30
"""Rows of titles and notes that may stand above the head."""


@dataclass(frozen=True, slots=True)
class Columns:
    """places: role → column. first: number of the rows up to the head and with it. unit: as the list says it, or ""."""

    places: Mapping[str, int]
    first: int
    unit: str = ""

    @property
    def is_head_missing(self) -> bool:
        return self.first == 0

    def missing(self) -> list[str]:
        """Labels of the columns without which a list announces nothing."""
        found = [LABELS[role] for role in (CODE, NAME, AMOUNT) if role not in self.places]
        return found if OFFICE in self.places or OFFICE_NAME in self.places else [LABELS[OFFICE], *found]

    @property
    def is_known_unit(self) -> bool:
        return self.unit in ("", YUAN, WAN)


IN_ORDER = Columns({OFFICE: 0, CODE: 1, NAME: 2, AMOUNT: 3, KEY: 4}, first=0)
"""The columns of a list without a head."""


def find(rows: Sequence[SheetRow]) -> Columns | None:
    """The columns by the first head; None where no row names both the code and the name of projects."""
    for n, row in enumerate(rows[:_MOST_BEFORE_HEAD]):
        pair = _in_two_rows(row, rows[n + 1]) if n + 1 < len(rows) else {}
        single = _places(row.merged)
        best, used = (pair, 2) if len(pair) > len(single) else (single, 1)
        if CODE in best and NAME in best:
            above = rows[: n + used]
            return Columns(best, n + used, _unit(above, best.get(AMOUNT)))
    return None


def is_head(row: SheetRow, columns: Columns) -> bool:
    """Whether a row repeats the head, as the pages of a printed list do."""
    places = [(role, columns.places[role]) for role in (CODE, NAME)]
    return all(at < len(row.merged) and _ROLES.get(_bare(row.merged[at])) == role for role, at in places)


def _places(texts: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, text in enumerate(texts):
        if role := _ROLES.get(_bare(text)):
            found.setdefault(role, column)
    return found


def _in_two_rows(above: SheetRow, below: SheetRow) -> dict[str, int]:
    """项目 over 编码 and 名称: the joined caption counts, then the lower one, then an upper one that reaches down."""
    found: dict[str, int] = {}
    width = max(len(above.merged), len(below.merged))
    for column in range(width):
        upper, lower = (_bare(row.merged[column]) if column < len(row.merged) else "" for row in (above, below))
        tries = (lower,) if upper == lower else (upper + lower, lower, "" if lower else upper)
        if role := next((_ROLES[text] for text in tries if text in _ROLES), None):
            found.setdefault(role, column)
    return found


def _bare(text: str) -> str:
    return _DECORATION.sub("", _IN_BRACKETS.sub("", clean_line(text)))


def _unit(rows: Sequence[SheetRow], column: int | None) -> str:
    """From the brackets of the amount's caption, else from 单位：万元 above."""
    for row in reversed(rows):
        text = clean_line(row.merged[column]) if column is not None and column < len(row.merged) else ""
        for inside in _BRACKETS.findall(text):
            if found := _UNIT.search(inside):
                return found[0]
    for row in rows:
        for cell in row.cells:
            if found := _UNIT_ABOVE.search(clean_line(cell)):
                return found[1]
    return ""
