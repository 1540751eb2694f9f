"""Rules on the level of an indicator: effects belong under 效益, satisfaction under 满意度."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from portal.domain.documents import PerformanceText, ProjectDocument
from portal.domain.frameworks import bare
from portal.domain.quotation import quote
from portal.domain.rules.findings import Place, TablePlace, YearRules
from portal.domain.rules.kinds import Kind, plain_name, rows_of
from portal.domain.rules.names import SHARES, adverbs_before, ends_in_measure
from portal.domain.rules.words import listed, load, one_of, pattern
from portal.domain.target_values import Comparator, TargetValue, read

_ACTIVITIES = pattern("filing", "payments", "activities")
_PAYMENTS = pattern("filing", "payments")
_OWN_WORK, _NOT_OWN_WORK = pattern("filing", "own_work"), pattern("filing", "not_own_work")
_IS_ATTRIBUTED = pattern("filing", "attributed")
_ATTRIBUTED = rf"(?!{one_of(listed('filing', 'attributed'))})"
_WORK_FORMS = "|".join(listed("filing", "work_forms"))
_RESULT_OF_WORK = re.compile(rf"(?:{_OWN_WORK.pattern})(?:成果|效果|成效|结果|经验|质量)")
_COUNT_OF_WORK = re.compile(
    rf"(?:{one_of(listed('filing', 'work'))}|{_WORK_FORMS}){_ATTRIBUTED}[^率度比、,]{{0,4}}"
    rf"(?<![频层档])(?:{one_of(listed('filing', 'counts_of_work'))}|(?<![指倍系分基级因])数)$"
)
_RATE_OF_DOING = re.compile(
    rf"(?:{one_of(listed('filing', 'done'))})(?:计划|工作|任务|项目|资金)?"
    rf"(?:{one_of(listed('filing', 'rates_of_doing'))})$"
)
_ACTIVITY = re.compile(rf"(?:{one_of(listed('filing', 'activity_nouns'))}|{_WORK_FORMS})(?:活动|工作)?$")
_EFFECTS_OF_ACTIVITIES = pattern("filing", "effects_of_activities")
_UNITS_OF_EVENTS = frozenset(listed("filing", "units_of_events"))
_OF_OTHERS = re.compile(load("filing")["of_others"])
_EVENTS = re.compile(rf"(?<=..)(?:{one_of(listed('filing', 'events'))})$")
_COUNT = re.compile(rf"(?:{one_of(listed('filing', 'counts_of_work'))})$")
_COUNTED_WORK, _AMOUNTS_DONE = pattern("filing", "counted_work"), listed("filing", "amounts_done")
_DEEDS = {
    verb
    for name in ("own_work", "work", "counted_work", "activity_nouns", "done", "deeds")
    for verb in listed("filing", name)
}.difference(listed("filing", "no_deeds"))
_DEED = re.compile(
    rf"(?:{one_of(_DEEDS)})(?:工作|活动|服务|作业|任务|对象|人员|项目)?(?:{one_of(_AMOUNTS_DONE)}"
    rf"|(?:{one_of(listed('filing', 'counts_of_work'))}|[^指倍系分基级因率]?数|[座站点段艘船车组]次))?$"
)
"""A verb of work at the end, or directly before a count: 广告清理处数, 物资配送."""
_HAPPENINGS = pattern("filing", "happenings")
_HAPPENED = re.compile(
    rf"(?:{_HAPPENINGS.pattern})(?:单位|企业|部门)?(?:{one_of(listed('filing', 'counts_of_work'))}|[数量])$"
)
_AFTERWARDS = re.compile("(?<![课产售善落先])后(?![勤备续期补台])")
_OUTPUT_UNITS, _UNITS_OF_OTHERS = frozenset(listed("filing", "units_of_output")), pattern("filing", "units_of_others")
_BRACKET = re.compile(r"\([^()]*\)")
_TOPICS = frozenset(listed("filing", "topics"))
_OBJECTS = frozenset(listed("filing", "objects"))
_AUDIENCE = frozenset(listed("filing", "audience"))
_RATES = ("率", "度", "比例", "占比", "比重")
_EFFECTS = pattern("filing", "effects")
_COMPLETION = re.compile(
    rf"(?:{one_of(listed('filing', 'payments'))})(?:及时|足额|按时|准确|到位|完成){{0,3}}(?:率|人数|户数|金额)?$"
    "|活动场次$"
)
"""These measure only that the work was done, for any recipient: 就业补助资金支付率."""
_OTHERS_PAY = pattern("filing", "others_pay")
_SATISFACTION = pattern("filing", "satisfaction")
_HANDLED = re.compile("(?:处理|办结|完成|回复|答复)率$|(?:征集|开展|举办|组织)次数$")
"""Handling complaints and opinions is work, not satisfaction."""
_LEADING_PLACES = ("辖区", "全街", "全镇", "全乡", "本街道", "街道", "本单位", "我街")
_MIN_SHARED = 4
_MAX_LISTED = 3


def effects_are_effects(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """W5. Neither payment nor activity is filed as an effect."""
    for position, row in rows_of(document, year.framework, Kind.EFFECT):
        name = _BRACKET.sub("", plain_name(row.level3))
        value = read(row.target_value).value
        done = "" if _is_unwanted(value) else _own_work(name) or _counted(name, value)
        if not done or _others_pay(name):
            continue
        if _COMPLETION.search(name) or not _tells_effect(name):
            yield (
                f"indicators/{row.id}/level3",
                f"第{position}行把{quote(row.level3)}列为{quote(row.level2 or row.level1)}。"
                f"“{done}”是本单位做的事，属于产出，不能说明做了以后有什么变化；请移到产出指标，另写由此带来的效果，例如“工资纠纷投诉件数”“群众办事等候时间”。",
            )


def _others_pay(name: str) -> bool:
    """Whether others pay: 企业工资支付率, but not 奖补资金兑付企业家数."""
    payment, payer = _PAYMENTS.search(name), _OTHERS_PAY.search(name)
    return payment is not None and payer is not None and payer.start() <= payment.start()


def _is_unwanted(value: TargetValue | None) -> bool:
    """Whether the value bounds events from above: failures and accidents, no work of the office."""
    return value is not None and (value.comparator in (Comparator.AT_MOST, Comparator.LESS) or value.number == 0)


def _counted(name: str, value: TargetValue | None) -> str:
    """The office's own work that the name tells by the unit of its value; "" for anything else."""
    return _output(name, value) or _event(name, value) or _deed(name, value)


def _output(name: str, value: TargetValue | None) -> str:
    """The end of a name that counts what the office makes or buys, by the unit of its value; "" for anything else."""
    if value is None or value.unit not in _OUTPUT_UNITS or not name.endswith(_AMOUNTS_DONE):
        return ""
    return "" if _UNITS_OF_OTHERS.search(name) or _AFTERWARDS.search(name) else name[-4:]


def _event(name: str, value: TargetValue | None) -> str:
    """The name, if it ends in no measure and its value counts events of the office's own: 邻里百家宴 ≥6场."""
    if value is None or value.unit not in _UNITS_OF_EVENTS or ends_in_measure(name) or name.endswith(_RATES):
        return ""
    return "" if _OF_OTHERS.search(name) or _HAPPENINGS.search(name) or _AFTERWARDS.search(name) else name


def _deed(name: str, value: TargetValue | None) -> str:
    """The verb of work in which a name ends, or the verb and the count, where the value counts something."""
    if value is None or value.number is None or not value.unit or value.unit in SHARES or _HAPPENED.search(name):
        return ""
    found = _DEED.search(name)
    return found[0] if found and not _AFTERWARDS.search(name) and not _OF_OTHERS.search(name) else ""


@lru_cache(maxsize=4_096)
def _tells_effect(name: str) -> bool:
    """Whether the name has a word of effects that is not only what the activity is about."""
    if _PAYMENTS.search(name):
        return _EFFECTS.search(name) is not None
    if _ACTIVITY.search(name):
        return _EFFECTS_OF_ACTIVITIES.search(name) is not None
    start = len(adverbs_before(name))
    begins_with_work = _OWN_WORK.match(name, start) or _COUNTED_WORK.match(name, start)
    ignored = _TOPICS
    if begins_with_work:
        ignored |= _AUDIENCE | _OBJECTS if _COUNT.search(name) else _AUDIENCE
    return any(found not in ignored for found in _EFFECTS.findall(name))


@lru_cache(maxsize=4_096)  # a table is checked after every change, and most names stay
def _own_work(name: str) -> str:
    """The payment or activity of the office that the name measures; "" for anything else."""
    if _AFTERWARDS.search(name):
        return ""  # 培训后就业人数
    if _HAPPENED.search(name):
        return ""
    for pattern_ in (_ACTIVITIES, _COUNT_OF_WORK, _RATE_OF_DOING, _ACTIVITY, _EVENTS):
        if found := pattern_.search(name):
            return found[0]
    start = len(adverbs_before(name))
    verb = _OWN_WORK.match(name, start) or (name.endswith(_AMOUNTS_DONE) and _COUNTED_WORK.match(name, start))
    if (
        not verb
        or _IS_ATTRIBUTED.match(name, verb.end())
        or _NOT_OWN_WORK.match(name, start)
        or _RESULT_OF_WORK.match(name, start)
    ):
        return ""
    if name.endswith(_RATES) and not name.endswith(_AMOUNTS_DONE):
        return ""
    return verb[0]


def satisfaction_is_satisfaction(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """W6. A 满意度 row measures satisfaction."""
    for position, row in rows_of(document, year.framework, Kind.SATISFACTION):
        name = plain_name(row.level3)
        if name and (not _SATISFACTION.search(name) or (_HANDLED.search(name) and "满意" not in name)):
            yield (
                f"indicators/{row.id}/level3",
                f"第{position}行列在满意度指标下，三级指标{quote(row.level3)}衡量的却不是满意程度，"
                "等于没有设满意度指标；请改为服务对象的满意度，写明是谁，例如“辖区居民满意度”，其他内容移到相应的类别。",
            )


class _Filed(NamedTuple):
    table: int
    row_id: str
    name: str
    level2: str


def one_filing_everywhere(text: PerformanceText, _year: YearRules, asked: Collection[int]) -> Iterator[TablePlace]:
    """W20. The office files one measure under one level 2 in all its tables; a leading 辖区 is ignored."""
    tables = list(enumerate(text.tables, 1))
    wanted = {_filed_name(row.level3) for number, table in tables if number in asked for row in table.indicators}
    filed: defaultdict[str, list[_Filed]] = defaultdict(list)
    for number, table in tables:
        for row in table.indicators:
            name = _filed_name(row.level3)
            if name and name in wanted and (level2 := bare(row.level2)):
                filed[name].append(_Filed(number, row.id, row.level3, level2))
    for same in filed.values():
        if len({one.table for one in same}) > 1 and len({one.level2 for one in same}) > 1:
            for one in same:
                yield one.table, f"indicators/{one.row_id}/level2", _filing_message(one, same, text)


@lru_cache(maxsize=4_096)
def _filed_name(level3: str) -> str:
    """The name as compared between tables; "" if it is too short to be compared."""
    name = plain_name(level3)
    return _without_place(name) if len(name) >= _MIN_SHARED else ""


def _without_place(name: str) -> str:
    for words in _LEADING_PLACES:
        if name.startswith(words) and len(name) > len(words) + _MIN_SHARED:
            return name.removeprefix(words)
    return name


def _filing_message(row: _Filed, rows: list[_Filed], text: PerformanceText) -> str:
    others = [other for other in rows if other.level2 != row.level2 and other.table != row.table]
    if not others:  # the levels differ only within this table
        others = [other for other in rows if other.level2 != row.level2]
    told = "；".join(
        f"{name_of(text.tables[other.table - 1], other.table)}中列为{other.level2}" for other in others[:_MAX_LISTED]
    )
    return (
        f"{quote(row.name)}在本表中列为{row.level2}，在{told}。同一个指标归在不同的类别，全单位的指标汇总不到一起；"
        "请按它衡量的内容统一归类。"
    )


def name_of(table: ProjectDocument, number: int) -> str:
    """The name of a table of the same office in messages."""
    return f"表{table.ordinal or number}{quote(table.project_name, 20)}"
