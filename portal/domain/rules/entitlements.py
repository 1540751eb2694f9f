"""W11: pay, contributions and grants fixed per head are due in full and on time, so no target is under 100 %."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.rules.findings import Place, YearRules
from portal.domain.rules.kinds import Kind, kind_of, plain_name
from portal.domain.rules.values import canonical_target, values
from portal.domain.rules.words import load, one_of
from portal.domain.target_values import Comparator, TargetValue

_WORDS = load("filing")["statutory"]
_DUE, _PAYING, _UNLIKE = (re.compile(one_of(_WORDS[name])) for name in ("due", "paying", "unlike"))
_GRANT, _IN_FULL, _NOT_PER_HEAD = (re.compile(one_of(_WORDS[name])) for name in ("grants", "in_full", "not_per_head"))
_PER_HEAD = re.compile(one_of(_WORDS["per_head"] + _WORDS["personal"]))
_RATES_ONLY = frozenset({"及时率", "足额率", "按时率", "准确率", "足额及时率", "及时足额率"})
"""Names that say only how; the description says what is paid."""
_MAX_READ = 400
_HALF = 50
_PAID_OUT = (Kind.OUTPUT, Kind.EFFECT, Kind.COST)


def paid_in_full(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """W11. What a person is entitled to has no target under 100 %."""
    for position, row, value in values(document):
        if value is None or kind_of(row, year.framework) not in _PAID_OUT:
            continue
        share = _share_below_100(value)
        if not share or not (what := _entitlement(row)):
            continue
        yield (
            f"indicators/{row.id}/target_value",
            f"第{position}行衡量{what}的发放或缴纳，{share}。这类支出应当按时足额兑现，"
            "少一分、晚一天都不算完成；请把目标值定为“＝100%”，或改为衡量其他方面的指标。",
        )


def _share_below_100(value: TargetValue) -> str:
    """The required share under 100 %, as the end of a sentence; "" if there is none."""
    if value.number is not None:
        low = value.unit == "%" and value.number < 100 and value.comparator not in (Comparator.AT_MOST, Comparator.LESS)
        return f"目标值却是“{canonical_target(value)}”" if low and value.number > _HALF else ""
    if value.scale is None or value.scale.unit != "%" or value.has_target:
        return ""
    best = max(value.scale.grades, key=lambda grade: grade.low or 0)
    if best.low is None or best.low >= 100 or best.low <= _HALF:
        return ""
    return f"评分标准却规定达到 {best.low:f}% 就是“{best.name}”"


def _entitlement(row: Indicator) -> str:
    """What is paid: pay and contributions fixed by law, or a grant fixed per head; "" for anything else."""
    name = plain_name(row.level3)
    text = f"{name}，{row.description[:_MAX_READ]}"
    if _UNLIKE.search(name):
        return ""
    # The name mentions the payment itself, or says only how (及时率, 足额率).
    if _DUE.search(text) and _PAYING.search(text) and (_PAYING.search(name) or name in _RATES_ONLY):
        return "工资、保险等法定支出"
    if _GRANT.search(name) and _IN_FULL.search(name) and _PER_HEAD.search(text) and not _NOT_PER_HEAD.search(name):
        return "按人按标准发放的补助"
    return ""
