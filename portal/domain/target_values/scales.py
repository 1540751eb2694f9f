"""Grading scales (评分标准): read from a value, and checked for overlaps and gaps between grades."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from portal.domain.target_values.shape import Grade, Scale

_NAMES = (
    "优秀|优良|优|良好|良|中等|中|基本合格|不合格|合格|不及格|及格|较好|较差|很好|很差|好|一般|差|不达标|基本达标|达标"
    "|[一二三四]等|[A-E甲乙丙丁][档等]"
)
_NUMBER = r"\d{1,12}(?:\.\d{1,6})?"
_UNIT = "(?:%|‰|个百分点|个工作日|个月|小时|分钟|人次|万元|公里|[分天日周月年元人次件户个起项处场米吨度例])?"
_MARK = r"(?:\((?P<{0}>不?含|不?包[含括])[^()]{{0,6}}\))?"
_LESS, _MORE = "[<≤]|小于等于|小于|不超过|低于|不足|少于|不高于", "[>≥]|大于等于|不低于|大于|不少于|达到|超过|高于"
_RANGE = (
    # 80%≤x<90% and its reverse; also 80%≤x，<90%
    rf"(?P<a>{_NUMBER})(?P<ua>{_UNIT})(?P<ca>[<≤>≥])[A-Za-z\u4e00-\u9fff]{{0,8}}(?P<cb>[<≤>≥])(?P<b>{_NUMBER})(?P<ub>{_UNIT})"
    # ≥80%且<90%
    rf"|(?P<cc>{_MORE})(?P<c>{_NUMBER})(?P<uc>{_UNIT})[且并,、]{{0,2}}(?P<cd>{_LESS})(?P<d>{_NUMBER})(?P<ud>{_UNIT})"
    # 80%-90%, 80%（含）-90%（不含）, [80%,90%)
    rf"|(?P<open>[\[(])?(?P<e>{_NUMBER})(?P<ue>{_UNIT}){_MARK.format('me')}(?:[-~]{{1,2}}|至|到|(?(open),|(?!)))"
    rf"(?P<f>{_NUMBER})(?P<uf>{_UNIT}){_MARK.format('mf')}(?P<close>(?(open)[\])]))"
    # ≥90%
    rf"|(?P<cg>{_MORE}|{_LESS})(?P<g>{_NUMBER})(?P<ug>{_UNIT})"
    # 90%以上, 70%（不含）以下, 100%
    rf"|(?P<h>{_NUMBER})(?P<uh>{_UNIT}){_MARK.format('mh')}(?P<ch>及?以[上下内]|之[上下内])?{_MARK.format('mi')}"
)
_GRADE = re.compile(
    rf"(?:{_RANGE})(?:的?(?:评?定?为|属于|属|是|得)|[:=])?[\"“]?(?P<name>{_NAMES})[\"”]?"
    r"(?:等级|等次|[等级档])?(?:[,(](?P<apart>不含)[^;,。()]{0,6}\)?)?(?=$|[\s;,。、.)/])"
)
_GRADE_NAMED_FIRST = re.compile(
    rf"(?:^|(?<=[\s;,。、.(/]))[\"“]?(?P<name>{_NAMES})[\"”]?(?:等级|等次|[等级档])?(?:[:=为]|\((?=[^()]))(?:{_RANGE})"
    r"\)?(?=$|[\s;,。、.)/])"
)
_INCLUDING = ("≥", "≤", "达到", "大于等于", "小于等于", "不低于", "不少于", "不超过", "不高于")
_MIN_GRADES = 2
_ANY_NAME = re.compile("[优良中格好差般标等档]")
_SPACES = re.compile(r"[^\S\n]+")
_WHOLE_STEP = Decimal(1)


def split(text: str) -> tuple[Scale | None, str]:
    """The scale in a text of plain characters, None below two grades; and the rest of the text."""
    text = _SPACES.sub("", text)
    if not _ANY_NAME.search(text):
        return None, text
    for pattern in (_GRADE, _GRADE_NAMED_FIRST):
        found = list(pattern.finditer(text))
        if len(found) >= _MIN_GRADES:
            unit = next((unit for match in found for unit in _units(match)), "")
            grades = tuple(_grade(match) for match in found)
            return Scale(grades, unit), pattern.sub("", text)
    return None, text


def overlaps(scale: Scale) -> list[str]:
    """Values that belong to two grades: "90%", "80%至85%"."""
    found = []
    for lower, higher in _neighbours(scale):
        if lower.high is None or higher.low is None or lower.high > higher.low:
            found.append(_between(scale, higher.low, lower.high))
        elif lower.high == higher.low and lower.high_in and higher.low_in:
            found.append(_written(scale, lower.high))
    return found


def gaps(scale: Scale) -> list[str]:
    """Values that belong to no grade. Consecutive whole numbers, as in 80–89 and 90–100, leave no gap."""
    found = []
    for lower, higher in _neighbours(scale):
        if lower.high is None or higher.low is None or lower.high > higher.low:
            continue
        if lower.high == higher.low:
            if not lower.high_in and not higher.low_in:
                found.append(_written(scale, lower.high))
        elif not _consecutive(lower, higher):
            found.append(_between(scale, lower.high, higher.low))
    first, last = _ordered(scale)[0], _ordered(scale)[-1]
    if scale.unit == "%" and first.low is not None and first.low > 0 and first.low != first.high:
        found.append(f"{_written(scale, first.low)}以下")
    if scale.unit == "%" and last.high is not None and last.high < 100 and last.low is not None:
        found.append(f"{_written(scale, last.high)}以上")
    return found


def with_clear_bounds(scale: Scale) -> Scale | None:
    """The scale in which a bound of two grades belongs to the one written first, the better one.

    None where that leaves an overlap or a gap.
    """
    grades = list(scale.grades)
    order = sorted(range(len(grades)), key=lambda n: _ordered(scale).index(grades[n]))
    for low, high in pairwise(order):
        lower, higher = grades[low], grades[high]
        if lower.high is not None and lower.high == higher.low and lower.high_in == higher.low_in:
            grades[low] = replace(lower, high_in=low < high)
            grades[high] = replace(higher, low_in=high < low)
    clear = replace(scale, grades=tuple(grades))
    return clear if not overlaps(clear) and not gaps(clear) else None


def _ordered(scale: Scale) -> list[Grade]:
    least = Decimal("-Infinity")
    return sorted(scale.grades, key=lambda g: (least if g.low is None else g.low, -least if g.high is None else g.high))


def _neighbours(scale: Scale) -> Iterator[tuple[Grade, Grade]]:
    ordered = _ordered(scale)
    return pairwise(ordered)


def _consecutive(lower: Grade, higher: Grade) -> bool:
    assert lower.high is not None
    assert higher.low is not None
    whole = lower.high == lower.high.to_integral_value() and higher.low == higher.low.to_integral_value()
    return whole and lower.high_in and higher.low_in and higher.low - lower.high <= _WHOLE_STEP


def _between(scale: Scale, low: Decimal | None, high: Decimal | None) -> str:
    if low is None or high is None:
        bound = low if high is None else high
        return "全部数值" if bound is None else f"{_written(scale, bound)}{'以上' if high is None else '以下'}"
    return f"{_written(scale, low)}至{_written(scale, high)}"


def _written(scale: Scale, number: Decimal) -> str:
    return f"{number.normalize():f}{scale.unit}"


# --- one grade -----------------------------------------------------------------------------------


def _units(match: re.Match[str]) -> Iterator[str]:
    for name in ("ua", "ub", "uc", "ud", "ue", "uf", "ug", "uh"):
        if match[name]:
            yield match[name]


def _grade(match: re.Match[str]) -> Grade:
    name = match["name"]
    if match["a"]:
        return _bounded(name, match["a"], match["ca"] in "≤≥", match["b"], match["cb"] in "≤≥")
    if match["c"]:
        return _bounded(name, match["c"], _included(match["cc"]), match["d"], _included(match["cd"]))
    if match["e"]:
        low_in = match["open"] != "(" and not _excludes(match["me"])
        return _bounded(name, match["e"], low_in, match["f"], match["close"] != ")" and not _excludes(match["mf"]))
    if match["g"]:
        return _one_bound(name, match["g"], _included(match["cg"]), re.fullmatch(_MORE, match["cg"]) is not None)
    number, direction = Decimal(match["h"]), match["ch"]
    if direction is None:
        return Grade(name, number, True, number, True)
    apart = any(_excludes(mark) for name, mark in match.groupdict().items() if name in ("mh", "mi", "apart"))
    return _one_bound(name, match["h"], not apart, direction.endswith("上"))


def _bounded(name: str, one: str, one_in: bool, two: str, two_in: bool) -> Grade:
    """80%-90% and 90%-80% are the same grade."""
    low, high = Decimal(one), Decimal(two)
    return Grade(name, low, one_in, high, two_in) if low <= high else Grade(name, high, two_in, low, one_in)


def _one_bound(name: str, number: str, included: bool, upwards: bool) -> Grade:
    bound = Decimal(number)
    return Grade(name, low=bound, low_in=included) if upwards else Grade(name, high=bound, high_in=included)


def _included(comparator: str) -> bool:
    return (
        comparator in ("≥", "≤", "达到")
        or "等于" in comparator
        or (comparator.startswith("不") and comparator != "不足")
    )


def _excludes(mark: str | None) -> bool:
    return mark is not None and mark.startswith("不")
