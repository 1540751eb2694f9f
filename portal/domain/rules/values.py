"""Rules on target values: are they readable, are they targets, are they plausible.

Reading a value belongs in `portal.domain.target_values`; blank values belong in `completeness`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.quotation import quote
from portal.domain.rules.blanks import is_blank
from portal.domain.rules.findings import Place, YearRules
from portal.domain.rules.kinds import Kind, kind_of, plain_name
from portal.domain.rules.words import listed, load, one_of, pattern
from portal.domain.target_values import (
    BLANK,
    Comparator,
    TargetValue,
    canonical,
    gaps,
    overlaps,
    plain_characters,
    read,
)

_VAGUE = re.compile(rf"(?:{one_of(listed('values', 'vague'))})+")
_FACTS = frozenset(listed("values", "facts"))
_YARDSTICK = pattern("values", "yardsticks")
_DIMENSIONLESS = pattern("values", "dimensionless")
_NUMBER = re.compile(r"\d", re.ASCII)
_STATUTORY = load("filing")["statutory"]
_DUE, _PAYING, _UNLIKE = (re.compile(one_of(_STATUTORY[name])) for name in ("due", "paying", "unlike"))
_UNREADABLE = "读不出的指标值无法监控和评价；请写成比较符号、数值和单位，例如“≥90%”。"
_SATISFACTION = re.compile("(?<!不)满意|好评[率度]?$|认可度$")
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
_RATES_ONLY = frozenset({"及时率", "足额率", "按时率", "准确率", "足额及时率", "及时足额率"})
"""Names that say only how; the description says what is paid."""
_MAX_LISTED = 4
_MAX_READ = 400
"""Characters of a description that are read."""


def values_readable(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E6. Comparator, number and unit, or words that can be judged true or false; no placeholder left."""
    for position, row, value in _values(document):
        if BLANK in plain_characters(row.target_value):
            fault = f"{quote(row.target_value)}还没有填完；请把 {BLANK} 换成本项目的数。"
        elif value is None:
            fault = f"{read(row.target_value).fault}。{_UNREADABLE}"
        elif value.number is not None:
            fault = _incomplete(row, value)
        elif value.comparator is Comparator.WORDS:
            fault = _vague(row, value)
        else:
            fault = ""
        if fault:
            yield f"indicators/{row.id}/target_value", f"第{position}行的指标值{fault}"


def scale_is_sound(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """E9. The grades of a scale neither overlap nor leave a gap."""
    for position, row, value in _values(document):
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
    for position, row, value in _values(document):
        if value is not None and value.scale is not None and not value.has_target:
            yield (
                f"indicators/{row.id}/target_value",
                f"第{position}行的指标值{quote(row.target_value)}只有评分标准，没有目标值。评分标准说的是结果怎样评分，"
                "没有说今年要做到多少；请先写明目标值，例如“≥95%”，评分标准可以附在后面。",
            )


def satisfaction_below_100(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """W10. 满意度 and 知晓率 are not 100 %."""
    for position, row, value in _values(document):
        if value is None or value.number != 100 or value.unit != "%" or value.comparator is Comparator.AT_MOST:
            continue
        name = plain_name(row.level3)
        # A row without a name measures what its level says.
        asks = _SATISFACTION.search(name) or (not name and kind_of(row, year.framework) is Kind.SATISFACTION)
        if (asks and not name.endswith(_NO_OPINION_ENDINGS)) or _AWARENESS.search(name):
            yield (
                f"indicators/{row.id}/target_value",
                f"第{position}行{quote(row.level3)}的指标值是 100%。"
                "要求人人满意、人人知晓，只要问到一个例外就没有完成，目标实际上做不到；"
                "请按往年调查结果定一个能达到的数，例如“≥90%”。",
            )


def statutory_pay_in_full(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """W11. Pay and contributions fixed by law have no target under 100 %."""
    for position, row, value in _values(document):
        if value is None or kind_of(row, year.framework) not in (Kind.OUTPUT, Kind.EFFECT, Kind.COST):
            continue
        share = _share_below_100(value)
        if not share or not _is_statutory(row):
            continue
        yield (
            f"indicators/{row.id}/target_value",
            f"第{position}行衡量工资、保险等法定支出的发放或缴纳，{share}。这类支出应当按时足额兑现，"
            "少一分、晚一天都不算完成；请把目标值定为“＝100%”，或改为衡量其他方面的指标。",
        )


# --- parts of the rules --------------------------------------------------------------------------


def _values(document: ProjectDocument) -> Iterator[tuple[int, Indicator, TargetValue | None]]:
    """Position, row and value of the rows with a value; None if the value cannot be read."""
    for position, row in enumerate(document.indicators, 1):
        if not is_blank(row.target_value):
            yield position, row, read(row.target_value).value


def _incomplete(row: Indicator, value: TargetValue) -> str:
    if value.number == 0 and (value.unit or value.comparator):
        return ""  # 0次 can only mean that none may happen; zero needs no unit
    if value.comparator is None:
        target = canonical_target(value)
        if value.number == 0 or (value.unit == "%" and value.number == 100):
            meant = f"“＝{target}”"
        else:
            meant = f"“{'≤' if '元' in value.unit else '≥'}{target}”或“＝{target}”"
        return (
            f"{quote(row.target_value)}没有写比较符号，看不出是至少、至多还是恰好；"
            f"评价时无法判断是否完成。请写明，例如{meant}。"
        )
    if not value.unit and not _DIMENSIONLESS.search(f"{row.level3[:_MAX_READ]} {row.description[:_MAX_READ]}"):
        return (
            f"{quote(row.target_value)}没有写单位，同一个数可以是人、次或百分比；"
            "请在数值后写明单位，例如“≥90%”“≥12次”。"
        )
    return ""


def _first_few(places: list[str]) -> str:
    """The distinct places, of many the first few."""
    once = list(dict.fromkeys(places))
    return "、".join(once[:_MAX_LISTED]) + ("等" if len(once) > _MAX_LISTED else "")


def canonical_target(value: TargetValue) -> str:
    """The target alone, shortened for an example."""
    return canonical(TargetValue(value.comparator, value.number, value.upper, value.unit, value.words[:8]))


def _vague(row: Indicator, value: TargetValue) -> str:
    words = value.words[:_MAX_READ]
    if not _VAGUE.fullmatch(words[:20]) or len(words) > 20 or words in _FACTS or _has_yardstick(row.description):
        return ""
    return (
        f"{quote(row.target_value)}无法判断对错：没有说同什么比、到什么程度，绩效指标描述也没有写明判断办法。"
        "请改为数值，例如“较上年下降≥5%”，或写明可以核对的事实，例如“制度印发并执行”。"
    )


def _has_yardstick(description: str) -> bool:
    looked_at = description[:_MAX_READ]
    return _NUMBER.search(looked_at) is not None or _YARDSTICK.search(looked_at) is not None


def _share_below_100(value: TargetValue) -> str:
    """The required share under 100 %, as the end of a sentence; "" if there is none."""
    if value.number is not None:
        low = value.unit == "%" and value.number < 100 and value.comparator not in (Comparator.AT_MOST, Comparator.LESS)
        return f"目标值却是“{canonical_target(value)}”" if low and value.number > 50 else ""
    if value.scale is None or value.scale.unit != "%" or value.has_target:
        return ""
    best = max(value.scale.grades, key=lambda grade: grade.low or 0)
    if best.low is None or best.low >= 100 or best.low <= 50:
        return ""
    return f"评分标准却规定达到 {best.low:f}% 就是“{best.name}”"


def _is_statutory(row: Indicator) -> bool:
    name = plain_name(row.level3)
    text = f"{name}，{row.description[:_MAX_READ]}"
    if _UNLIKE.search(name) or not _DUE.search(text) or not _PAYING.search(text):
        return False
    # The name mentions the payment itself, or says only how (及时率, 足额率).
    return _PAYING.search(name) is not None or name in _RATES_ONLY
