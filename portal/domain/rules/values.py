"""Rules on target values: are they readable, are they targets, are they plausible.

Reading a value belongs in `portal.domain.target_values`; blank values belong in `completeness`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.quotation import quote
from portal.domain.rules import qualitative
from portal.domain.rules.blanks import is_blank
from portal.domain.rules.findings import Place, YearRules
from portal.domain.rules.kinds import Kind, kind_of, plain_name
from portal.domain.rules.words import pattern
from portal.domain.target_values import (
    Comparator,
    TargetValue,
    canonical,
    gaps,
    is_multiple,
    overlaps,
    read,
)

_DIMENSIONLESS = pattern("values", "dimensionless")
_LATIN = re.compile("[A-Za-z]{2}|(?<![产增加价总均分])值$")
"""Names of indices: PUE, pH值."""
_MONEY_NAME = re.compile("(?:成本|费用?|额|资金|经费|支出|投资|造价|单价|价格|收入|标准|租金|工资|预算|概算)$")
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(40_000, 55_000)
"""Days of 2009 to 2050 as Excel numbers them."""
_TIME_NAME = re.compile("时间|时限|日期|时点|期限")
_FREQUENCY = re.compile(r"每(?:[天日周月季年]\S{0,4}次|[人户村班间台车站家]\S{0,3}[\d一两二三四五六]+[^\d\s]{1,3})$")
"""每日一次 and 每人一台 can only mean that."""
_UNIT_IN_WORDS = re.compile("百分比|百分率")
_WHOLE = Decimal(100)
_EARNED = re.compile("收入|产值|增收|营收|税收|利润|销售|节约|挽回|增加值|引资|到账|募集")
_THE_LESS_THE_BETTER = re.compile(
    "投诉|事故|差错|失业|流失|死亡|逾期|违规|案件数|发案|能耗|浓度|时限|时长|工期|周期|等候|响应时间"
)
_UNREADABLE = "读不出的指标值无法监控和评价；请写成比较符号、数值和单位，例如“≥90%”。"
_SATISFACTION = re.compile("(?<!不)满意(?!项|结果)|好评[率度]?$|认可度$")
_AWARENESS = re.compile("知晓(?:率|度|情况|程度)$")
_NO_OPINION_ENDINGS = (
    "次数",
    "完成率",
    "调查率",
    "覆盖率",
    "回收率",
    "回访率",
    "整改率",
    "重办率",
    "开展率",
    "发放率",
    "参与率",
    "处理率",
)
_MAX_LISTED = 4
_MAX_READ = 400
"""Characters of a description that are read."""


def values_readable(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E6. A number with its unit, or words that can be judged true or false; nothing put off or left out."""
    for position, row, value in values(document):
        fault = qualitative.unfinished(row.target_value)
        if day := date_as_number(row, value):
            fault = f"{quote(row.target_value)}像是 Excel 里变成了数的日期，即 {day}；请改写为日期，例如“{day}前”。"
        elif not fault and value is None:
            fault = f"{read(row.target_value).fault}。{_UNREADABLE}"
        elif not fault and value is not None:
            fault = _incomplete(row, value)
        if fault:
            yield f"indicators/{row.id}/target_value", f"第{position}行的指标值{fault}"


def comparator_written(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W22. A number with a unit has a comparator; 0次 can only mean that none may happen."""
    for position, row, value in values(document):
        if value is None or value.number is None or value.comparator is not None or value.number == 0:
            continue
        if (not value.unit and not _is_dimensionless(row)) or _FREQUENCY.match(row.target_value):
            continue  # E6 reports the missing unit
        artefact = "（“百分比”是别的系统导出时带出的单位名称）" if _UNIT_IN_WORDS.search(row.target_value) else ""
        yield (
            f"indicators/{row.id}/target_value",
            f"第{position}行的指标值{quote(row.target_value)}没有写比较符号{artefact}，看不出是至少、至多还是恰好；"
            f"请写明，例如{_meant(row, value)}。",
        )


def scale_is_sound(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E9. The grades of a scale neither overlap nor leave a gap."""
    for position, row, value in values(document):
        if value is None or value.scale is None:
            continue
        twice, never = overlaps(value.scale), gaps(value.scale)
        told = [f"{_first_few(twice)} 同时属于两档"] if twice else []
        told += [f"{_first_few(never)} 不属于任何一档"] if never else []
        if told:
            yield (
                f"indicators/{row.id}/target_value",
                f"第{position}行的评分标准{quote(row.target_value)}中，{'；'.join(told)}"
                "（“以上”“以下”包含本数）。结果恰好落在这里时评不出等次；请写明每档含不含边界，例如“≥80%且＜90%为良”。",
            )


def scale_beside_target(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E10. A scale stands beside a target, not instead of it."""
    for position, row, value in values(document):
        if value is not None and value.scale is not None and not value.has_target:
            yield (
                f"indicators/{row.id}/target_value",
                f"第{position}行的指标值{quote(row.target_value)}只有评分标准，没有目标值。评分标准说的是结果怎样评分，"
                "没有说今年要做到多少；请先写明目标值，例如“≥95%”，评分标准可以附在后面。",
            )


def satisfaction_below_100(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """W10. 满意度 and 知晓率 are not 100 %."""
    for position, row, value in values(document):
        if value is None or value.number != 100 or value.unit != "%" or value.comparator is Comparator.AT_MOST:
            continue
        name = plain_name(row.level3)
        # A row without a name measures what its level says.
        if asks_opinion(name) or (not name and kind_of(row, year.framework) is Kind.SATISFACTION):
            yield (
                f"indicators/{row.id}/target_value",
                f"第{position}行{quote(row.level3)}的指标值是 100%。"
                "要求人人满意、人人知晓，只要问到一个例外就没有完成，目标实际上做不到；"
                "请按往年调查结果定一个能达到的数，例如“≥90%”。",
            )


def asks_opinion(name: str) -> bool:
    """Whether a measure asks people whether they are satisfied or know of something."""
    if _AWARENESS.search(name):
        return True
    return _SATISFACTION.search(name) is not None and not name.endswith(_NO_OPINION_ENDINGS)


# --- parts of the rules --------------------------------------------------------------------------


def values(document: ProjectDocument) -> Iterator[tuple[int, Indicator, TargetValue | None]]:
    """Position, row and value of the rows with a value; None if the value cannot be read."""
    for position, row in enumerate(document.indicators, 1):
        if not is_blank(row.target_value):
            yield position, row, read(row.target_value).value


def _incomplete(row: Indicator, value: TargetValue) -> str:
    """What a readable value lacks, as the end of a sentence; a grading scale alone is no target (E10)."""
    if value.comparator is Comparator.WORDS:
        words = value.words
        return qualitative.put_off(words) or (
            qualitative.vague_message(row) if qualitative.is_vague(words, row) else ""
        )
    if value.number is None or (value.number == 0 and (value.unit or value.comparator)):
        return ""  # zero needs no unit
    if lacks_yuan(row, value):
        return f"{quote(row.target_value)}没有写单位；请写明，例如“{sign_meant(row, value)}{_target_number(value)}元”。"
    if not value.unit and not _is_dimensionless(row):
        return (
            f"{quote(row.target_value)}没有写单位，同一个数可以是人、次或百分比；"
            "请在数值后写明单位，例如“≥90%”“≥12次”。"
        )
    return ""


def lacks_yuan(row: Indicator, value: TargetValue) -> bool:
    """Whether a sum of money is written in 万 without 元."""
    is_money = "成本" in row.level2 or _MONEY_NAME.search(plain_name(row.level3)) is not None
    return is_multiple(value.unit) and is_money


def date_as_number(row: Indicator, value: TargetValue | None) -> str:
    """The date that a spreadsheet has turned into a number (44,561); "" for any other value."""
    if value is None or value.unit or value.comparator or value.number is None or value.words:
        return ""
    is_time = _TIME_NAME.search(row.level3[:_MAX_READ]) or row.level2.strip().startswith("时效")
    if not is_time or value.number not in _EXCEL_DAYS:
        return ""
    day = _EXCEL_EPOCH + timedelta(days=int(value.number))
    return f"{day.year}年{day.month}月{day.day}日"


def _is_dimensionless(row: Indicator) -> bool:
    """Whether the measure has no unit: an index, a ratio, pH."""
    name = plain_name(row.level3)
    return _DIMENSIONLESS.search(f"{name} {row.description[:_MAX_READ]}") is not None or _LATIN.search(name) is not None


def _meant(row: Indicator, value: TargetValue) -> str:
    """Examples of the value with a comparator."""
    target = canonical_target(value)
    if value.unit == "%" and value.number == _WHOLE:
        return f"“＝{target}”"
    return f"“{sign_meant(row, value)}{target}”或“＝{target}”"


def sign_meant(row: Indicator, value: TargetValue) -> str:
    """≤ for what should be little: money spent, complaints, the time taken."""
    if value.comparator not in (None, Comparator.WITHIN):
        return str(value.comparator)
    spent = "元" in value.unit and not _EARNED.search(row.level3[:_MAX_READ])
    return "≤" if spent or _THE_LESS_THE_BETTER.search(plain_name(row.level3)) else "≥"


def _target_number(value: TargetValue) -> str:
    return canonical(TargetValue(number=value.number, unit=value.unit))


def _first_few(places: list[str]) -> str:
    """The distinct places, of many the first few."""
    once = list(dict.fromkeys(places))
    return "、".join(once[:_MAX_LISTED]) + ("等" if len(once) > _MAX_LISTED else "")


def canonical_target(value: TargetValue) -> str:
    """The target alone, shortened for an example."""
    return canonical(TargetValue(value.comparator, value.number, value.upper, value.unit, value.words[:8]))
