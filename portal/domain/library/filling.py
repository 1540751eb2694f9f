"""Fills the blank of a suggested value where the project's own texts give its number: 15人, 每人每月540元.

Only for what the project does and what it costs, and only where the texts name one number in that unit. A number that
would be wrong is worse than a blank, which the rules report.
"""

from __future__ import annotations

import re
from functools import lru_cache

from portal.domain.library.levels import kind_meant
from portal.domain.library.shape import IndicatorKind
from portal.domain.rules import headcount
from portal.domain.target_values import BLANK, plain_characters

_FILLED_KINDS = (IndicatorKind.QUANTITY, IndicatorKind.COST)
_FOR_EACH = re.compile(r"(?:每|各|分别)[^,;。\d\n]{0,8}$")
_PEOPLE = "人"
_STANDARDS = {"元/人·月": "月", "元/人·年": "年"}


def filled(value: str, level2: str, about: str) -> str:
    """`about`: the project's name, purpose and goals."""
    before, blank, unit = value.partition(BLANK)
    if not blank or not unit or BLANK in unit or kind_meant(level2) not in _FILLED_KINDS:
        return value
    numbers = _numbers(unit, about)
    return f"{before}{numbers[0]}{unit}" if len(numbers) == 1 else value


@lru_cache(maxsize=512)
def _numbers(unit: str, about: str) -> tuple[str, ...]:
    """The different numbers that stand before the unit, but those that each of several things has."""
    if unit in _STANDARDS:
        found = [f"{money:f}" for money, period in headcount.standards_named(about) if period == _STANDARDS[unit]]
    elif unit == _PEOPLE:
        found = [f"{number:f}" for number in headcount.people_named(about)]
    else:
        text = plain_characters(about)
        counted = re.compile(rf"(?<![\d.,])(\d{{1,7}}(?:\.\d{{1,2}})?)\s?{re.escape(unit)}(?![月次/·每])")
        found = [each[1] for each in counted.finditer(text) if not _FOR_EACH.search(text[: each.start()][-12:])]
    return tuple(dict.fromkeys(found))
