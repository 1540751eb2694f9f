"""Rules on the measure of an indicator: one object and one measure, the same in name and description."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.domain.chinese_numerals import BELOW_HUNDRED
from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.frameworks import Framework, bare
from portal.domain.quotation import quote
from portal.domain.rules.findings import Place, YearRules
from portal.domain.rules.kinds import plain_name
from portal.domain.rules.words import listed, load, one_of

_GENERIC = re.compile(
    rf"(?:{one_of(listed('measures', 'generic_objects'))}){{0,6}}"
    rf"(?:{one_of(listed('measures', 'generic_measures'))}){{1,3}}"
    rf"(?:{one_of(listed('measures', 'generic_endings'))})"
    rf"|(?:{one_of(listed('measures', 'generic_objects'))}){{1,6}}(?:质量|情况|程度)"
)
_SPEAKS_OF = {measure: re.compile(one_of(words)) for measure, words in load("measures")["speaks_of"].items()}
_ABOUT = {measure: re.compile(one_of(words)) for measure, words in load("measures")["names"].items()}
_WHOLE = frozenset(listed("measures", "whole"))
_NUMBERED = re.compile(rf"指标[\d{BELOW_HUNDRED}]{{0,2}}")
_PART = one_of(load("measures")["double"]["parts"])
_TWO_BEFORE_ONE = re.compile(
    rf"(?P<one>{_PART})(?:性)?[、和与及并且]{{0,2}}(?P<two>{_PART})(?:性)?(?:发放|缴纳|支付|拨付|到位|办结|完成|处理|处置|上报|报送|兑现|响应)?[率度]"
)
_TWO_RATES = re.compile(
    r"(?P<one>(?:及[时格]|[^、和与及/]){1,12}?(?:率|密度|满意度|知晓度))[、和与及以/]{1,2}(?P<two>(?:及[时格]|[^、和与及/率]){1,12}(?:率|满意度|知晓度))"
)
_RATES_SIDE_BY_SIDE = re.compile(f"(?P<one>(?:{_PART}|合格)[率度])(?P<two>(?:群众|居民)?(?:{_PART}|合格)[率度])$")
_IN_FULL, _ON_TIME = re.compile("足额|全额"), re.compile(r"及时|按时|准时|\d[日号]前")
_CLAUSES = re.compile("[，,。；;]")
_PURPOSE = re.compile("提高|提升|增强|扩大|促进|保障|反映|实现|改善")
"""The purpose of a measure in a description is not what it measures: …，提高群众满意度."""
_RATE = re.compile("(?P<core>..)率$")
_ABOUT_SUM, _ABOUT_TIME = re.compile("足|全|额|标准|数"), re.compile("[时期前日月天]")
_MAX_READ = 400


def name_names_object(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """W3. The level-3 name names its object: not 及时率, 满意率, 各项工作落实率."""
    for position, row in enumerate(document.indicators, 1):
        name = plain_name(row.level3)
        if _GENERIC.fullmatch(name) or _NUMBERED.fullmatch(name) or name in _WHOLE or _is_level(name, year.framework):
            yield (
                f"indicators/{row.id}/level3",
                f"第{position}行的三级指标{quote(row.level3)}没有写明衡量的对象，换到哪个项目都成立，也就考核不了这个项目；"
                f"请写明是什么事、什么人，例如{_example(name)}。",
            )


def description_fits_name(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W4. Name and description are about the same measure."""
    for position, row in enumerate(document.indicators, 1):
        if differing := _different_measures(row):
            named, described = differing
            yield (
                f"indicators/{row.id}/description",
                f"第{position}行的三级指标{quote(row.level3)}衡量的是{named}，绩效指标描述{quote(row.description)}说的却是{described}，"
                "评价时不知道该量哪一个；请改为同一个内容，描述中写明这个指标怎样计算。",
            )


def one_measure_each(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W15. One indicator, one measure: not 足额及时率."""
    for position, row in enumerate(document.indicators, 1):
        name = plain_name(row.level3)
        found = _TWO_BEFORE_ONE.search(name) or _TWO_RATES.search(name) or _RATES_SIDE_BY_SIDE.search(name)
        if found and found["one"] != found["two"]:
            yield (
                f"indicators/{row.id}/level3",
                f"第{position}行的三级指标{quote(row.level3)}把“{found['one']}”和“{found['two']}”放在一个指标里，"
                "一个达到、另一个没有达到时无法打分；请拆成两行，各定指标值。",
            )


def _is_level(name: str, framework: Framework) -> bool:
    """Whether the name only repeats a level of the framework. 服务对象满意度 is a level, but names its object."""
    levels = (level for level1, level2s in framework.levels.items() for level in (level1, *level2s))
    return "满意" not in name and bare(name) in map(bare, levels)


def _example(name: str) -> str:
    return "“辖区居民满意度”" if "满意" in name else "“社区工作人员工资发放及时率”"


def _different_measures(row: Indicator) -> tuple[str, str] | None:
    name, description = plain_name(row.level3), row.description[:_MAX_READ]
    if not name or not description:
        return None
    for named, in_name in _SPEAKS_OF.items():
        if not in_name.search(name) or _ABOUT[named].search(description):
            continue
        for described, in_description in _SPEAKS_OF.items():
            if described != named and in_description.search(description):
                return named, described
    if (rate := _RATE.search(name)) and rate["core"] not in description and not _is_spoken_of(name):
        # The measure that a description explains comes last; one mentioned in passing may be anywhere.
        clause = _CLAUSES.split(description.rstrip("。；;."))[-1]
        for described, in_description in _SPEAKS_OF.items():
            found = list(in_description.finditer(clause))
            if described != "覆盖率" and found and found[-1].end() == len(clause) and not _PURPOSE.search(clause):
                return f"“{rate[0]}”", described
    if _IN_FULL.search(name) and not _ON_TIME.search(name):
        if _ON_TIME.search(description) and not _ABOUT_SUM.search(description):
            return "是否足额", "是否按时"
    elif _ON_TIME.search(name) and _IN_FULL.search(description) and not _ABOUT_TIME.search(description):
        return "是否按时", "是否足额"
    return None


def _is_spoken_of(name: str) -> bool:
    return any(about.search(name) for about in _ABOUT.values())
