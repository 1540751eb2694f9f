"""Reads a target value: splits off the scale, then reads the rest as a quantity or as words.

Forms found in real tables: ``≧90%``, ``=100.00(%)``, ``100百分比``, ``540元/人·月``, ``985米``, ``≤10次``,
``达到95%以上``, ``不少于三次``, ``百分之九十``, ``3-5次``, ``11月30日前``, ``合理``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from portal.domain.chinese_numerals import NUMERALS
from portal.domain.quotation import quote
from portal.domain.target_values import scales
from portal.domain.target_values.characters import plain_characters
from portal.domain.target_values.quantities import EDGES, TIME, quantity
from portal.domain.target_values.shape import Comparator, Reading, TargetValue

LONGEST = 600
"""Characters of a value; nobody types a longer target."""
_SCALE_HEADING = re.compile(r"[,;:(]?(?:其中|评分标准|评价标准|评分|评价|考核标准|评分等级|等级)?[:(]?[;,。、)\s]*$")
_ABOUT = re.compile(rf"(?:大约|约|将近|近(?!零|(?:\d|[{NUMERALS}]){{1,3}}个?[年月季周]))(?:\d|[{NUMERALS}])")


def read(text: str) -> Reading:
    """The reading of `text`; `Reading()` for a blank one. Never raises."""
    if not text.strip():
        return Reading()
    if len(text) > LONGEST:
        return Reading(fault=f"{quote(text)}有 {len(text)} 字，指标值应当是一个数或一句话")
    return _read(text)


@lru_cache(maxsize=4_096)
def _read(text: str) -> Reading:
    """Cached: several rules read one value, and offices repeat the same values."""
    scale, rest = scales.split(plain_characters(text))
    if scale is None:
        return _target(text, rest)
    rest = _SCALE_HEADING.sub("", rest.strip(EDGES)).strip(EDGES + "()")
    if not rest:
        return Reading(TargetValue(scale=scale))
    found = _target(text, rest)
    if found.value is None:
        return found
    value = found.value
    return Reading(TargetValue(value.comparator, value.number, value.upper, value.unit, value.words, scale))


def _target(text: str, plain: str) -> Reading:
    words = plain_characters("".join(plain.split())).strip(EDGES)
    if not words:
        return Reading(fault=f"{quote(text)}里没有可以读的内容")
    time = TIME.search(words)
    if time is not None and not _is_note(time.start(), words):
        return Reading(TargetValue(Comparator.WORDS, words=words))
    if _ABOUT.match(words):
        return Reading(fault=f"{quote(text)}是约数，完成没有完成说不清")
    found = quantity(words)
    if found is not None and (time is None or found.value is not None):
        return found if found.value else Reading(fault=f"{quote(text)}{found.fault}")
    if not any(character.isalnum() for character in words):
        return Reading(fault=f"{quote(text)}没有数值也没有文字")
    return Reading(TargetValue(Comparator.WORDS, words=words))


def _is_note(at: int, words: str) -> bool:
    """Whether the date at `at` only says when: the target before it is complete without it."""
    found = quantity(words[:at].rstrip(EDGES + "("))
    if found is None or found.value is None or found.value.words:
        return False
    return found.value.comparator is not None or found.value.unit == "%"
