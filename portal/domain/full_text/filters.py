"""FILTERS: what can be written as `名称:值` in the search box. The box's explanation and the reader are made from it.

How a condition is asked of the database belongs in `queries.full_text`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from portal.domain.amounts import YUAN, correct_amount, read_amount, to_fen
from portal.domain.errors import Invalid
from portal.domain.quotation import quote
from portal.domain.register import Standing
from portal.domain.rules import RULES
from portal.domain.searching import folded
from portal.domain.states import State


@dataclass(frozen=True, slots=True)
class YearRange:
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class StandingChoice:
    """Any of the standings; overdue: with the office although its day has passed."""

    standings: frozenset[Standing]
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class AmountRange:
    """In fen, both inclusive; None: no bound."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class RuleIds:
    """A finding of any of these rules."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfficeText:
    """The beginning of an office's code, or part of its name."""

    text: str


@dataclass(frozen=True, slots=True)
class NameText:
    text: str


@dataclass(frozen=True, slots=True)
class CodeText:
    text: str


Condition = YearRange | StandingChoice | AmountRange | RuleIds | OfficeText | NameText | CodeText


@dataclass(frozen=True, slots=True)
class FilterKind:
    """name: as written before the colon; aliases: as people write it too.

    read: the condition of a folded value; raises Invalid. meaning, example: for the explanation.
    """

    name: str
    aliases: tuple[str, ...]
    read: Callable[[str], Condition]
    meaning: str
    example: str


# --- 年度 ----------------------------------------------------------------------------------------

_YEARS = re.compile(r"(\d{4})年?(?:度)?(?:[-~至到](\d{4})年?(?:度)?)?", re.ASCII)


def _read_years(value: str) -> YearRange:
    found = _YEARS.fullmatch(value)
    if found is None:
        raise Invalid(f"年度{quote(value)}看不懂；请写四位数字，例如 年度:2020，一段写成 年度:2018-2020。")
    first, last = int(found[1]), int(found[2] or found[1])
    if first > last:
        raise Invalid(f"年度{quote(value)}的前后颠倒了；请写成 年度:{last}-{first}。")
    return YearRange(first, last)


# --- 状态 ----------------------------------------------------------------------------------------

OVERDUE = "逾期"
_RETURNED = (Standing.RETURNED, Standing.IN_ADJUSTMENT)
_AT_BUREAU = (Standing.UNDER_REVIEW, Standing.TO_APPROVE)
_OF_TABLES = tuple(each for each in Standing if each not in (Standing.NOT_BEGUN, Standing.EXEMPT))
_STANDINGS = {
    **{each.label: (each,) for each in _OF_TABLES},
    State.SUBMITTED.label: _AT_BUREAU,
    State.RETURNED.label: _RETURNED,
    "送审": _AT_BUREAU,
    "退回": _RETURNED,
    "批复": (Standing.APPROVED,),
    "草稿": (Standing.DRAFTED,),
    "退回调整": (Standing.IN_ADJUSTMENT,),
    "已作废": (Standing.VOIDED,),
}
_SEPARATORS = re.compile(r"[、,/|]")


def _read_standings(value: str) -> StandingChoice:
    chosen: list[Standing] = []
    overdue = False
    for word in filter(None, _SEPARATORS.split(value)):
        if word in (OVERDUE, f"已{OVERDUE}"):
            overdue = True
        elif word in _STANDINGS:
            chosen += _STANDINGS[word]
        else:
            known = "、".join((*(each.label for each in _OF_TABLES), OVERDUE))
            raise Invalid(f"没有{quote(word)}这个状态；可以写 {known}。")
    return StandingChoice(frozenset(chosen), overdue)


# --- 金额 ----------------------------------------------------------------------------------------

_BOUND = re.compile(r"(>=|<=|>|<|=|≥|≤|≧|≦|大于|小于)?(.+)")
_RANGE = re.compile(r"(.+?)[-~至到](.+)")


def _read_amounts(value: str) -> AmountRange:
    if (ends := _RANGE.fullmatch(value)) and not value.startswith(tuple("<>=≥≤≧≦")):
        least, most = _fen(ends[1]), _fen(ends[2])
        if least > most:
            raise Invalid(f"金额{quote(value)}的前后颠倒了；请写成 金额:{ends[2]}-{ends[1]}。")
        return AmountRange(least, most)
    found = _BOUND.fullmatch(value)
    assert found
    fen = _fen(found[2])
    match found[1]:
        case ">" | "大于":
            return AmountRange(least=fen + 1)
        case "<" | "小于":
            return AmountRange(most=fen - 1)
        case ">=" | "≥" | "≧":
            return AmountRange(least=fen)
        case "<=" | "≤" | "≦":
            return AmountRange(most=fen)
    return AmountRange(fen, fen)


def _fen(text: str) -> int:
    amount = read_amount(text) if text.isascii() else None
    fen = to_fen(amount if amount is not None else read_amount(correct_amount(text, YUAN) or ""))
    if fen is None:
        raise Invalid(f"金额{quote(text)}看不懂；请写数字，可以带万或亿，例如 金额:>100000、金额:10万-20万。")
    return fen


# --- 规则 ----------------------------------------------------------------------------------------


def _read_rules(value: str) -> RuleIds:
    by_id = [rule.id for rule in RULES if rule.id.lower() == value]
    found = by_id or [rule.id for rule in RULES if value in folded(rule.name)]
    if not found:
        raise Invalid(f"没有{quote(value)}这条检查规则；请写编号或简称，例如 规则:W12、规则:人数对不上。")
    return RuleIds(tuple(found))


FILTERS: tuple[FilterKind, ...] = (
    FilterKind("年度", ("年", "年份", "预算年度"), _read_years, "一个年度或一段年度", "年度:2018-2020"),
    FilterKind("状态", (), _read_standings, "表现在在哪一步，几个用顿号隔开，也可以写逾期", "状态:退回"),
    FilterKind("金额", ("预算数", "预算"), _read_amounts, "预算数，单位元，可以写万", "金额:>100000"),
    FilterKind("单位", ("预算单位", "办事处"), OfficeText, "单位的编码或名称的一部分", "单位:古城"),
    FilterKind("规则", ("检查", "发现", "问题"), _read_rules, "检查发现了什么，写编号或简称", "规则:W12"),
    FilterKind("名称", ("项目", "项目名称"), NameText, "只在项目名称里找", "名称:经费"),
    FilterKind("编码", ("项目编码",), CodeText, "只在项目编码里找", "编码:610-1301"),
)
