"""A target that is a quantity: comparator, number or range, unit, counting period, and a note.

Input is text in plain characters without white space. `reading` tells quantities, words, dates and scales apart.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from importlib.resources import files

from portal.domain.chinese_numerals import BELOW_HUNDRED, NUMERALS, read_numeral
from portal.domain.target_values.shape import Comparator, Reading, TargetValue

EDGES = " \t\n;,。、:.．"
"""Characters around a target that carry no meaning."""
_DAY = rf"(?:\d{{1,2}}|[{BELOW_HUNDRED}]{{1,3}})"
TIME = re.compile(
    rf"(?:19|20)\d\d(?:年|[./-]\d{{1,2}}(?:[./-]|月))|{_DAY}月(?:份|{_DAY}[日号]|[底末初前]|[上中下]旬|之前|以前)|^{_DAY}月$"
    rf"|[年月季周](?:度|份)?[底末初]|{_DAY}[日号](?:之前|以前|前)|\d{{1,2}}\.\d{{1,2}}日?前|[次当本上下][年月周日季]|第[一二三四1-4]季度|[一二三四]季度"
    r"|\d:\d\d"
)
"""A point in time. A target that names one is words: true or false on that day."""

_MAX_UNIT = 6
"""Characters of each part of an unlisted unit: 贝可勒尔/千克."""
_UNITS = tomllib.loads(files("portal.domain.target_values").joinpath("units.toml").read_text("utf-8"))
_BASE = "|".join(map(re.escape, sorted(_UNITS["base"], key=len, reverse=True)))
_MULTIPLE = "|".join(_UNITS["multiples"])
_PER = rf"[/·]?每?(?:[/·]|(?<=每))(?:(?:\d{{1,6}})?(?:{_MULTIPLE})?(?:{_BASE})|\d{{1,6}}(?:{_MULTIPLE})?)"
"""The denominator of a unit; it may count: 例/10万人, 元/100平方米."""
_UNIT = re.compile(rf"(?:{_MULTIPLE})?(?:{_BASE})(?:\((?:{_BASE})\))?(?:{_PER}){{0,3}}")
_ONLY_MULTIPLE = re.compile(rf"(?:{_MULTIPLE})(?=$|[及以之内,;(])")
"""A multiple without a unit: 30万以内."""
_PERIODS = "年度|半年|年|月|季度|季|周|日|天|人|户|学期"
_WORDS_FOR = {
    Comparator.AT_LEAST: "大于等于|大于或等于|不低于|不少于|不小于|不得低于|不得少于|至少|最低|最少|≥",
    Comparator.AT_MOST: "小于等于|小于或等于|不超过|不高于|不大于|不多于|不得超过|不得高于|至多|最高|最多|≤",
    Comparator.MORE: "大于|超过|高于|多于|>",
    Comparator.LESS: "小于|低于|少于|不足|<",
    Comparator.EQUAL: "等于|=",
}
_COMPARATOR = re.compile("|".join(f"(?P<{each.name}>{words})" for each, words in _WORDS_FOR.items()))
_BEFORE_NUMBER = r":?[\d≥≤<>=不大小高低达为至百控保稳九八七六]"
_MEASURE = rf"[^\W\d_{NUMERALS}较比增长升降减]{{0,10}}(?:率|满意度|知晓度)(?={_BEFORE_NUMBER})(?:为|达(?!到)|:)?"
_PREFIX = re.compile(
    rf"(?:达到|控制在|保持在|保持|维持在|稳定在|完成|实现|力争|确保|全年|每年|年度|累计|总计|共计|共|平均|{_MEASURE})"
)
"""Words before the number that do not change it, including the name of the measure: 满意度≥90%."""
_EACH = re.compile(rf"(?:每(?P<period>{_PERIODS})(?!末|底|初|\d{{1,2}}[日号])|(?P<average>[年月日人户])均)")
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,15})(?:\.\d{1,6})?", re.ASCII)
_NUMERAL = re.compile(rf"[{NUMERALS}]{{1,20}}(?:点[{NUMERALS}]{{1,6}})?")
_ALL = re.compile("百分之百|百分之一百|百分百")
_TENTHS = re.compile(rf"成(?P<half>[{NUMERALS}])?(?=$|以[上下内]|[,;(及])")
_NO_COUNT = re.compile("次性(?!能|病)|年一遇|A{1,5}(?:级|景区|以上|$)")
"""A number before one of these counts nothing: 1次性, 20年一遇, 5A级."""
_SEPARATOR = re.compile(
    r"[-~]{1,2}|至|到|(?P<tolerance>±)|[≤<][A-Za-z\u4e00-\u9fff]{0,8}[≤<]"
    r"|(?P<downwards>[≥>][A-Za-z\u4e00-\u9fff]{0,8}[≥>])|以上[,、且至到-]{0,2}(?=\d{1,12}(?:\.\d{1,6})?\D{0,6}以[下内])"
)
_UPWARDS = re.compile(r"\(?(?:含|包括)?\)?(?:及|\(含\))?(?:以上|之上)(?:\((?:含|包括)[^()]{0,6}\))?|起$")
_DOWNWARDS = re.compile(r"\(?(?:含|包括)?\)?(?:及|\(含\))?(?:以内|之内|以下|之下)(?:\((?:含|包括)[^()]{0,6}\))?|内")
_SECOND_BOUND = re.compile(rf"[,;、且并]{{0,2}}(?:{_WORDS_FOR[Comparator.AT_MOST]}|{_WORDS_FOR[Comparator.LESS]})")
_INCLUDING = re.compile(r"\((?P<without>不)?(?:含|包含|包括)(?:本数|(?P<bound>\d{1,12}(?:\.\d{1,6})?)[^()\d]{0,4})?\)")
"""Whether the bound itself is included: 以下（不含5万元）. 不含2天公示期 is a note."""
_INCLUSIVE: dict[bool, dict[Comparator | None, Comparator]] = {
    True: {Comparator.MORE: Comparator.AT_LEAST, Comparator.LESS: Comparator.AT_MOST},
    False: {Comparator.AT_LEAST: Comparator.MORE, Comparator.AT_MOST: Comparator.LESS},
}
_NOTE = re.compile(r"\([^()]*\)")
_MAX_DECIMALS = 6
_RATIO = re.compile(r"[:×xX*/比]\d", re.ASCII)
_RANKS = ("级", "类", "档")
_SCORING = re.compile("扣|得满分|得分|不得分|加分|计分")
"""How points are deducted: such text is a note on the target, not a second target."""
_ARABIC = "-0123456789"
_DIGIT = re.compile(r"\d", re.ASCII)


def quantity(words: str) -> Reading | None:
    """A number with comparator, unit and note; None if the words are no quantity. A fault does not quote the text."""
    at, per, before = _start(words)
    number, unit, after = _number(words, at)
    if number is None or _RATIO.match(words, after) or _NO_COUNT.match(words, after):
        return None
    number, upper, unit, end = _range(words, number, after, unit, before)
    if upper is not None and upper < number:
        return Reading(fault="的起止颠倒了，应当从小到大")
    if not unit:
        unit, end = _unit(words, end)
    direction, end = _direction(words, end)
    if not unit and words.startswith("(", end):  # 100以上(人)
        unit, end = _unit(words, end)
    meant = _INCLUDING.match(words, end) if upper is None else None
    if meant and (meant["bound"] is None or Decimal(meant["bound"]) == number):
        inclusive = _INCLUSIVE[meant["without"] is None]
        before, direction, end = inclusive.get(before, before), inclusive.get(direction, direction), meant.end()
    rest = words[end:].strip(EDGES)
    if at == 0 and words[0] not in _ARABIC and (rest or (not unit and not direction and after < len(words))):
        return None  # 一次办结, 三同时: words that begin with a numeral
    unlisted = rest[:-1].startswith("/") if unit else rest != ""
    if unlisted and not direction and words.startswith(rest, end) and _may_be_unit(f"{rest}/{per}"):
        unit, rest = unit + rest, ""
    if not before and not direction and unit in _RANKS:
        return None  # 二级, 一类: a rank, not a count
    if _DIGIT.search(_NOTE.sub("", TIME.sub("", rest))) and not _SCORING.search(rest):
        return Reading(fault="里不止一个数，分不清以哪个为准")
    if _contradict(before, direction):
        return Reading(fault="的比较方向前后矛盾")
    comparator = before or direction if upper is None else Comparator.WITHIN
    if per and unit not in ("", "%"):  # a share has no period
        unit = f"{unit}/{per}"
    return Reading(TargetValue(comparator, number, upper, unit, rest))


def _start(words: str) -> tuple[int, str, Comparator | None]:
    """Where the number begins, the periods after 每, and the comparator before the number."""
    at, per, comparator = 0, [], None
    for _ in range(6):
        if found := _EACH.match(words, at):
            per.append(found["period"] or found["average"])
        elif found := _COMPARATOR.match(words, at):
            if comparator is not None:
                break
            comparator = Comparator[str(found.lastgroup)]
        elif not (found := _PREFIX.match(words, at)):
            break
        at = found.end()
    return at, "·".join(per), comparator


def _number(words: str, at: int) -> tuple[Decimal | None, str, int]:
    """The number at `at`, its unit if written before it (百分之), and where the number ends."""
    if found := _ALL.match(words, at):
        return Decimal(100), "%", found.end()
    if words.startswith("百分之", at):
        number, _, end = _number(words, at + 3)
        return number, "%", end
    if found := _NUMBER.match(words, at):
        return _tenths(words, Decimal(found[0].replace(",", "")), found.end())
    if found := _NUMERAL.match(words, at):
        for end in range(found.end(), found.start(), -1):
            number = read_numeral(words[at:end])
            if number is not None:
                return _tenths(words, number, end)
    return None, "", at


def _tenths(words: str, number: Decimal, end: int) -> tuple[Decimal, str, int]:
    """九成 is 90 %, 九成五 95 %."""
    tenths = _TENTHS.match(words, end)
    if tenths is None or not 0 <= number <= 10:
        return number, "", end
    half = read_numeral(tenths["half"]) if tenths["half"] else None
    return number * 10 + (half or 0), "%", tenths.end()


def _range(
    words: str, number: Decimal, at: int, unit: str, before: Comparator | None
) -> tuple[Decimal, Decimal | None, str, int]:
    """Both ends, the unit and the end position, for 3-5次, 80%-90%, ≥80%且≤90% and 100%±2%.

    The upper end is None if there is no range. A range includes its ends, however they are written.
    """
    none = number, None, unit, at
    own, after = (unit, at) if unit else _unit(words, at)
    if before in (Comparator.AT_LEAST, Comparator.MORE):
        separator = _SECOND_BOUND.match(words, after)
    else:
        separator = _SEPARATOR.match(words, after) if before in (None, Comparator.EQUAL) else None
    if separator is None:
        return none
    second, second_unit, end = _number(words, separator.end())
    if second is None or words.startswith("-", separator.end()):
        return none
    if not second_unit:
        second_unit, end = _unit(words, end)
    kind = separator.groupdict()
    if kind.get("tolerance"):
        by = number * second / 100 if second_unit == "%" and own not in ("", "%") else second
        unit_meant = own or second_unit
        if second_unit not in ("", "%", unit_meant) or _decimals(number + by) > _MAX_DECIMALS:
            return none
        return number - by, number + by, unit_meant, end
    if own and second_unit and own != second_unit:
        return none
    if kind.get("downwards"):
        number, second = second, number
    return number, second, own or second_unit, end


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _unit(words: str, at: int) -> tuple[str, int]:
    for sign in ("(%)", "百分比", "百分率", "%"):
        if words.startswith(sign, at):
            return "%", at + len(sign)
    bracket = words.startswith("(", at)
    found = _UNIT.match(words, at + bracket) or _ONLY_MULTIPLE.match(words, at + bracket)
    if found is None:
        return "", at
    if bracket:
        return (found[0], found.end() + 1) if words.startswith(")", found.end()) else ("", at)
    return found[0], found.end()


def _direction(words: str, at: int) -> tuple[Comparator | None, int]:
    if found := _UPWARDS.match(words, at):
        return Comparator.AT_LEAST, found.end()
    if found := _DOWNWARDS.match(words, at):
        return Comparator.AT_MOST, found.end()
    return None, at


def _contradict(before: Comparator | None, after: Comparator | None) -> bool:
    """超过90%以上 agrees, and the comparator before the number counts; 不超过90%以上 contradicts itself."""
    if before is None or after is None:
        return False
    upwards = before in (Comparator.AT_LEAST, Comparator.MORE)
    return before is Comparator.EQUAL or upwards is not (after is Comparator.AT_LEAST)


def is_unit(text: str) -> bool:
    """Whether a text in plain characters is a listed unit and nothing else."""
    return _UNIT.fullmatch(text) is not None


def is_multiple(unit: str) -> bool:
    """Whether a unit is only a multiple and names nothing that is counted."""
    return unit in _UNITS["multiples"]


def _may_be_unit(text: str) -> bool:
    """Whether the text may be an unlisted unit: short parts of letters that name no direction."""
    return max(map(len, text.split("/"))) <= _MAX_UNIT and all(
        (character.isalpha() and character not in "内上下") or character in "/·%‰‱℃°" for character in text
    )
