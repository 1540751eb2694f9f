"""The columns of a list of the register, and the unit of its amounts."""

from __future__ import annotations

import re

from portal.domain.amounts import WAN, YUAN
from portal.domain.documents import clean_line
from portal.domain.rosters import Columns, Head

OFFICE, OFFICE_NAME, CODE, NAME, AMOUNT, KEY = "office", "office_name", "code", "name", "amount", "key"
HEAD = Head(
    {
        OFFICE: ("单位编码", "预算单位编码", "单位代码", "预算单位代码", "单位编号", "部门编码", "部门代码"),
        OFFICE_NAME: ("单位名称", "预算单位名称", "预算单位", "单位", "部门名称", "部门", "项目单位", "用款单位"),
        CODE: ("项目编码", "项目代码", "项目编号"),
        NAME: ("项目名称", "项目", "预算项目名称", "预算项目"),
        AMOUNT: (
            *("金额", "预算数", "预算金额", "项目金额", "预算", "年初预算", "年初预算数", "项目预算", "预算资金"),
            *("资金总额", "总金额", "金额合计", "合计金额", "安排金额", "批复金额", "下达金额", "本年预算数"),
        ),
        KEY: ("重点", "重点项目", "是否重点", "是否重点项目", "重点标志", "重点标识"),
    },
    anchors=(CODE, NAME),
    keys=(CODE, AMOUNT),
)
IN_ORDER = Columns({OFFICE: 0, CODE: 1, NAME: 2, AMOUNT: 3, KEY: 4})
"""The columns of a list without a head."""
KNOWN_UNITS = ("", YUAN, WAN)
_BRACKETS = re.compile(r"[（(\[【](.*?)[）)\]】]")
_UNIT_ABOVE = re.compile(r"单位[:：]\s*(?:人民币)?\s*([百千万亿]*元)")
_UNIT = re.compile(r"[百千万亿]*元")


def missing(columns: Columns) -> list[str]:
    """Labels of the columns without which a list announces nothing."""
    found = HEAD.missing(columns, (CODE, NAME, AMOUNT))
    is_office_named = OFFICE in columns.places or OFFICE_NAME in columns.places
    return found if is_office_named else [HEAD.label(OFFICE), *found]


def unit_of(columns: Columns) -> str:
    """The unit as the list says it, or "": in the brackets of the amount's caption, else as 单位：万元 above."""
    column = columns.places.get(AMOUNT)
    for row in reversed(columns.above):
        text = clean_line(row.merged[column]) if column is not None and column < len(row.merged) else ""
        for inside in _BRACKETS.findall(text):
            if found := _UNIT.search(inside):
                return found[0]
    for row in columns.above:
        for cell in row.cells:
            if found := _UNIT_ABOVE.search(clean_line(cell)):
                return found[1]
    return ""
