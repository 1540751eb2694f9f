"""What is wrong with a target value that is words: the answer put off, a number left out, a degree nobody can judge.

Which rule reports it belongs in `values`; quantities do not belong here.
"""

from __future__ import annotations

import re

from portal.domain.documents import Indicator
from portal.domain.quotation import quote
from portal.domain.rules.words import listed, load, one_of
from portal.domain.target_values import BLANK, is_unit, plain_characters

_SIGNS = "≥≤><="
_AT_MOST = "不超过|不高于|不多于|至多|小于|低于|少于"
_BOUND = rf"(?:[{_SIGNS}]|{_AT_MOST}|不少于|不低于|至少|大于|多于|超过|高于|达到|约|每[年月季周]){{0,3}}"
_DEFERRED = re.compile("|".join(listed("values", "deferred")))
_INDEFINITE = re.compile(
    rf"{_BOUND}(?:{one_of(listed('values', 'indefinite'))})(?:{one_of(listed('values', 'counted'))})?"
)
_RESIDUE = re.compile(r"\*+|(?<!\d)×|[Xx]{2,}|[○□]+|[XxNn](?=个|人|次|场|户|元|万元|%|天|件|项|台|亩)|\(\s*\)|…{1,}")
"""Placeholders of templates: ≤**万元, ≥XX人, (  )个."""
_VAGUE = re.compile(rf"(?:{one_of(listed('values', 'vague'))})+")
_TREND = re.compile(rf"[^,;，；]{{0,8}}(?:{one_of(listed('values', 'trends'))})")
_TREND_FIRST = re.compile(rf"(?:{one_of(listed('values', 'trends'))})[^\W\d]{{1,6}}")
_DEGREE = re.compile(one_of(listed("values", "degrees")))
_DEGREE_FIRST = re.compile(rf"(?:{_DEGREE.pattern}){{1,2}}[^\W\d]{{1,4}}")
_UNNAMED = re.compile("|".join(listed("values", "unnamed")))
_PRAISE = re.compile(load("values")["praise"])
_FACT = re.compile("|".join(listed("values", "fact_words")))
_NO_TREND = re.compile(load("values")["no_trend"])
_FACTS = frozenset(listed("values", "facts"))
_YARDSTICK = re.compile("|".join(listed("values", "yardsticks")))
_LONGEST_PHRASE = 20
_MAX_READ = 400
"""Characters of a description that are read."""


def unfinished(typed: str) -> str:
    """Why the value is not yet one, as the end of a sentence; "" for a finished one."""
    plain = "".join(plain_characters(typed[:_MAX_READ]).split())
    if BLANK in plain:
        return f"{quote(typed)}还没有填完；请把 {BLANK} 换成本项目的数。"
    if found := _RESIDUE.search(plain):
        return f"{quote(typed)}里的“{found[0]}”是模板留下的空位，还没有填完；请换成本项目的数。"
    if is_unit(plain.lstrip(_SIGNS)):
        return f"{quote(typed)}只有单位，没有数；请写明本项目的数，例如“≥12{plain.lstrip(_SIGNS)[:6]}”。"
    return ""


def put_off(words: str) -> str:
    """Why words (in plain characters) settle nothing now, as the end of a sentence; "" if they do."""
    phrase = words[: _LONGEST_PHRASE * 2]
    if _INDEFINITE.fullmatch(phrase):
        return f"{quote(words)}没有写出数，完成多少都算完成；请写明确的数，例如“≥12次”。"
    if _DEFERRED.search(phrase):
        return (
            f"{quote(words)}把答案留到了以后：年初没有目标，年底就没有可比的。"
            "请按测算、合同、下达的任务或上年的实际写明一个数，例如“≤36万元”“≥12次”。"
        )
    return ""


def is_vague(words: str, row: Indicator) -> bool:
    """Whether the words name only a degree or direction, and the row's description does not say how they are judged."""
    if len(words) > _LONGEST_PHRASE or words in _FACTS:
        return False
    return _names_degree(words) and not is_judged(row)


def _names_degree(words: str) -> bool:
    if any(pattern.fullmatch(words) for pattern in (_VAGUE, _UNNAMED)):
        return True
    core = _DEGREE.sub("", words)
    if _PRAISE.search(words) and _FACT.search(core) is None:
        return True
    is_phrase = any(pattern.fullmatch(words) for pattern in (_TREND, _TREND_FIRST, _DEGREE_FIRST))
    return is_phrase and not _NO_TREND.search(core)


def is_judged(row: Indicator) -> bool:
    """Whether the description says how words are judged; a figure alone (8个小区) or the name again does not."""
    description = plain_characters(row.description[:_MAX_READ])
    return _YARDSTICK.search(description) is not None and description.strip() not in plain_characters(row.level3)


def vague_message(row: Indicator) -> str:
    return (
        f"{quote(row.target_value)}无法判断对错：没有说同什么比、到什么程度，绩效指标描述也没有写明判断办法。"
        "请改为数值，例如“较上年下降≥5%”，或写明可以核对的事实，例如“制度印发并执行”。"
    )
