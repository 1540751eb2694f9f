"""W23: a name and its value are about the same kind of thing (the reviewers' 指标与指标值不匹配).

A name tells its kind by its end (人数, 总成本, 合格率), a value by its unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.frameworks import bare
from portal.domain.quotation import quote
from portal.domain.rules import qualitative
from portal.domain.rules.findings import Place, YearRules
from portal.domain.rules.names import bare_name
from portal.domain.rules.values import values
from portal.domain.rules.words import load, one_of
from portal.domain.target_values import Comparator, TargetValue


class Measured(StrEnum):
    """What a name or a unit measures, in the word of the messages."""

    SHARE = "比例"
    PEOPLE = "人数"
    HOUSEHOLDS = "户数"
    TIMES = "次数"
    DAYS = "时间"
    AREA = "面积"
    LENGTH = "长度"
    MONEY = "金额"
    COUNTS = "数量"
    SCORE = "得分"


_WORDS = load("fit")
_BY_ENDING = {ending: Measured[kind.upper()] for kind, endings in _WORDS["names"].items() for ending in endings}
_LONGEST_ENDING = max(map(len, _BY_ENDING))
_BY_UNIT = {unit: Measured[kind.upper()] for kind, units in _WORDS["units"].items() for unit in units}
_EXEMPT = re.compile(rf"(?:{'|'.join(_WORDS['exempt']['names'])})$")
_SHARE_OF_MONEY, _COMPARED = (re.compile(one_of(_WORDS["exempt"][name])) for name in ("money", "compared"))
_INPUT, _EARNED = (re.compile(one_of(_WORDS["input"][name])) for name in ("names", "earned"))
_RATE_UNITS = frozenset(_WORDS["exempt"]["rate_units"])
_FITTING = {
    Measured.SHARE: {Measured.SCORE},
    Measured.PEOPLE: {Measured.COUNTS},
    Measured.HOUSEHOLDS: {Measured.COUNTS},
    Measured.TIMES: {Measured.COUNTS},
    Measured.COUNTS: set(Measured) - {Measured.SHARE, Measured.MONEY},
}
"""Kinds of units that a kind of name may have besides its own: 人数 ≥12个."""
_NUMBERED = set(Measured) - {Measured.SHARE, Measured.SCORE}
"""Kinds of which words without a number or time give no amount; 全部 does for the others."""
_NUMBER_NAMED = re.compile("|".join(_WORDS["exempt"]["number_named"]))
_TIME_NAMED, _NO_TIME = re.compile("|".join(_WORDS["exempt"]["time_named"])), re.compile(_WORDS["exempt"]["no_time"])
_EXAMPLES = {
    Measured.SHARE: "≥95%",
    Measured.PEOPLE: "≥120人",
    Measured.HOUSEHOLDS: "≥300户",
    Measured.TIMES: "≥12次",
    Measured.DAYS: "≤30天",
    Measured.AREA: "≥800平方米",
    Measured.LENGTH: "≥6公里",
    Measured.MONEY: "≤36万元",
    Measured.COUNTS: "≥24个",
}
_MULTIPLE = re.compile("^(?:百万|千万|[万亿千百])(?=.)")
_PER_MANY = re.compile(r"/(?:\d|[万千百])")
_PER_OTHER = re.compile(r"/(?!每?(?:[年月季周日天人户次]|个月|半年))")
"""A denominator other than a period or a person: 人/亿元, 秒/百小时."""
_MAX_READ = 400
_SMALL = 50
"""A change of less than this many percent, against another year, may be asked of any amount."""


def name_fits_value(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W23. The value counts what the name measures."""
    for position, row, value in values(document):
        if value is not None and value.comparator is Comparator.WORDS:
            yield from _no_number(position, row, value.words)
        if value is None or not value.number or not value.unit:
            continue
        path, name = f"indicators/{row.id}/target_value", bare_name(row.level3)
        by_name, by_unit = measured_by_name(name), _measured_by_unit(value)
        if _is_input(row, name, by_unit):
            yield (
                path,
                f"第{position}行的数量指标{quote(row.level3)}填的是投入的资金{quote(row.target_value)}，不是做了多少事，"
                "看不出产出；请改为产出的数量，资金列在成本指标。",
            )
        elif by_name is Measured.SHARE and by_unit is None and _is_count(value):
            yield (
                path,
                f"第{position}行的三级指标{quote(row.level3)}量的是{by_name}，指标值{quote(row.target_value)}却以{quote(value.unit)}计，"
                f"指标与指标值不匹配，完成多少无法核对；请把指标值改为{by_name}，例如“{_EXAMPLES[by_name]}”，或按指标值改写名称。",
            )
        elif by_name and by_unit and not _fits(by_name, by_unit, row, value):
            yield (
                path,
                f"第{position}行的三级指标{quote(row.level3)}量的是{by_name}，指标值{quote(row.target_value)}却是{by_unit}，"
                f"指标与指标值不匹配，完成多少无法核对；请把指标值改为{by_name}，例如“{_EXAMPLES[by_name]}”，"
                "或按指标值改写名称。",
            )


def _no_number(position: int, row: Indicator, words: str) -> Iterator[Place]:
    """A number is due, and the value is words that name none; E6 reports those that settle nothing."""
    by_name = measured_by_name(bare_name(row.level3))
    if by_name not in _NUMBERED:
        return
    if _TIME_NAMED.search(_NO_TIME.sub("", words)) if by_name is Measured.DAYS else _NUMBER_NAMED.search(words):
        return
    if not (qualitative.unfinished(words) or qualitative.put_off(words) or qualitative.is_vague(words, row)):
        yield (
            f"indicators/{row.id}/target_value",
            f"第{position}行的三级指标{quote(row.level3)}量的是{by_name}，指标值{quote(row.target_value)}里却没有数，"
            f"完成多少无法核对；请写明年内要做到的数，例如“{_EXAMPLES[by_name]}”。",
        )


def measured_by_name(name: str) -> Measured | None:
    """What a name measures, by the longest known ending."""
    if _EXEMPT.search(name):
        return None
    endings = (name[-length:] for length in range(min(_LONGEST_ENDING, len(name)), 0, -1))
    return next((_BY_ENDING[ending] for ending in endings if ending in _BY_ENDING), None)


def _measured_by_unit(value: TargetValue) -> Measured | None:
    if _PER_MANY.search(value.unit):
        return None  # 例/10万人 is a rate, and 批次/千人 a quantity
    unit = value.unit.partition("/")[0].partition("·")[0].partition("(")[0]
    return _BY_UNIT.get(unit) or _BY_UNIT.get(_MULTIPLE.sub("", unit))


def _is_count(value: TargetValue) -> bool:
    """Whether a unit in no list counts things or measures something, not one thing for each of another (mg/L)."""
    return "/" not in value.unit and value.unit not in _RATE_UNITS


def _fits(by_name: Measured, by_unit: Measured, row: Indicator, value: TargetValue) -> bool:
    if by_name is by_unit or by_unit in _FITTING.get(by_name, ()):
        return True
    if by_name is Measured.SHARE and _PER_OTHER.search(value.unit):
        return True
    if by_unit is not Measured.SHARE:
        return False
    description = row.description[:_MAX_READ]
    if by_name is Measured.MONEY and _SHARE_OF_MONEY.search(description):
        return True
    return value.number is not None and value.number < _SMALL and _COMPARED.search(description) is not None


def _is_input(row: Indicator, name: str, by_unit: Measured | None) -> bool:
    """Whether money put in is given as a quantity delivered."""
    if by_unit is not Measured.MONEY or bare(row.level2) != "数量":
        return False
    return _INPUT.search(name) is not None and not _EARNED.search(name)
