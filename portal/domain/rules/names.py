"""W17: a level-3 name is a measure, not a task, a slogan, an amount or a date.

The end of the name decides: 率, 数, 额, 时间 … Names that lack their object belong in `measures`, names that do not fit
their value in `fit`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.quotation import quote
from portal.domain.rules import qualitative
from portal.domain.rules.findings import Place, YearRules
from portal.domain.rules.kinds import plain_name
from portal.domain.rules.words import listed, load, one_of
from portal.domain.target_values import Comparator, TargetValue, is_unit, read

_MEASURES, _NOT_MEASURES = listed("names", "measures"), listed("names", "not_measures")
_STATES, _FACTS, _CHANGES = listed("names", "states"), listed("names", "facts"), listed("names", "changes")
_NO_SHARE, _SHARE_OF = listed("names", "no_share"), listed("names", "share_of")
_TASK = load("names")["task"]
_ADVERBS = re.compile(rf"(?:{one_of(_TASK['adverbs'])}){{0,3}}")
_TASK_NAME = re.compile(rf"{_ADVERBS.pattern}(?:{one_of(_TASK['verbs'])})")
_SLOGAN = re.compile(rf"(?:{one_of(listed('names', 'slogans'))})(?![化性])")
_CLAUSE = re.compile("|".join(listed("names", "clauses")))
_LABEL = re.compile(r"指标\d{0,2}:|\d{1,2}[.、](?!\d)|★+")
"""What forms write before each name."""
_AMOUNT_AT_END = re.compile(r"\d[\d.,]*(?P<unit>[^\d.,]{1,5}?)(?:及?以[上下内]|之[上下内]|左右)?$", re.ASCII)
_AMOUNT_AT_START = re.compile(
    r"\d[\d.,]*[万亿]?(?:[名座台套辆场户项处条家所盏册支]|个(?!百分点)|人(?!次))(?![\d大])", re.ASCII
)
_NUMERAL_AT_END = re.compile(r"(?<![第前同每单唯统])[一二两三四五六七八九十百千万]{1,6}[台套辆批座处项名所家件艘架]$")
SHARES = ("%", "‰", "‱")
_AMOUNT_WITHIN = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<![每第前超满达约逾近])\d[\d.,]*[万亿]?"
    r"(?:[名座台套辆场户项处条家所盏亩吨]|人(?!次)|个(?!百分点)|公里|平方米)(?!以[上下内])[\u4e00-\u9fff]{0,4}"
    rf"(?:{one_of(load('names')['bearers'])})$",
    re.ASCII,
)
"""保洁员86人工资: an amount before what it is paid for."""
_RANKS = ("级", "类", "档", "岁", "度", "M", "m", "g", "t")
"""Units that name a rank or an age, or may be letters of a product."""
_DATE = re.compile(
    r"[于在]?(?:截[至止]到?)?(?:(?:(?:19|20)\d\d(?:年度?)?|\d{1,2}月(?:份|[底末初])?|\d{1,2}[日号]|全年|年内|年[底末初]|月[底末初]"
    r"|[上下]半年|第?[一二三四1-4]季度|[春秋]季学期|学年|当年|本年度?)(?:之?前|以前|内)?[-~至到、]?){1,6}(?:之?前|以前|内)?(?:完成)?",
    re.ASCII,
)
_THINGS = ("费", "件", "价")
"""Measures of money or number, but also things: 支付物业服务费, 制作宣传件."""
_MIN_TASK = 4
_MIN_NAME = 2
_MAX_READ = 400
_SMALL = 50
"""A change of this many percent and more is no change but a share: 居民素质提升 ≥95%."""

_NOT = "不是衡量的尺度"
_ASKS = "请改为可以计量的名称，例如“社区干部工资发放人数”“工资按时发放率”。"


def name_is_measure(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W17. A measure; a task whose value counts things (举办培训班 ≥3期) is one."""
    for position, row in enumerate(document.indicators, 1):
        if fault := _fault(row):
            yield f"indicators/{row.id}/level3", f"第{position}行的三级指标{quote(row.level3)}{fault}"


def ends_in_measure(name: str) -> bool:
    return name.endswith(_MEASURES) and not name.endswith(_NOT_MEASURES)


def adverbs_before(name: str) -> str:
    """The adverbs with which a name begins: 每月足额."""
    found = _ADVERBS.match(name)
    return found[0] if found else ""


def bare_name(level3: str) -> str:
    """The name in plain characters, without what a form writes before it."""
    return _LABEL.sub("", plain_name(level3).rstrip("。.;,:"), count=1)


def _fault(row: Indicator) -> str:
    """What the name is instead of a measure, as the end of a sentence; "" for a measure."""
    name = bare_name(row.level3)
    if len(name) < _MIN_NAME:
        return ""
    if _DATE.fullmatch(name):
        return f"写的是时间，{_NOT}；时间写在指标值里，名称写什么事的时间，例如“补贴发放完成时间”。"
    if _has_amount(name):
        return f"把数量写进了名称，{_NOT}；数量写在指标值里，名称只写量的是什么，例如“网格员人数”“服务费总额”。"
    value = read(row.target_value).value
    if _CLAUSE.search(name) and value and (_share(value) or not _counts(value) or not ends_in_measure(name)):
        return f"是一句要求，{_NOT}；{_ASKS}"
    if ends_in_measure(name) and not (value and _share(value) and _TASK_NAME.match(name) and name.endswith(_THINGS)):
        return ""
    if value is None or _counts(value):
        return ""
    return _fault_of_words(name, row, value)


def _fault_of_words(name: str, row: Indicator, value: TargetValue) -> str:
    """The fault of a name that ends in no measure, by how it begins and what its value is."""
    share = _share(value)
    if share and share < _SMALL and (name.endswith(_CHANGES) or name.startswith(_CHANGES)):
        return ""
    if _TASK_NAME.match(name) and len(name) >= _MIN_TASK and not name.endswith(_STATES if share else _STATES + _FACTS):
        return f"写的是要做的事，{_NOT}，看不出量的是人数、金额、比例还是时间；{_ASKS}"
    if not share and not (value.comparator is Comparator.WORDS and qualitative.is_vague(value.words, row)):
        return ""  # a fact that is true or false
    slogan = _SLOGAN.match(name)
    if slogan and name[slogan.end() :] not in _STATES:
        return f"是一句口号，{_NOT}，说不清{quote(row.target_value)}是什么的多少；{_ASKS}"
    if not share or (name.endswith(_STATES) and not _is_share_of_nothing(name, row, share)):
        return ""
    return f"的结尾不是“率”“数”“额”“时间”这样的尺度，说不清{quote(row.target_value)}是什么的多少；{_ASKS}"


def _is_share_of_nothing(name: str, row: Indicator, share: float) -> bool:
    """Whether a share is asked of a state (服务水平), and the description does not say of what it is the share."""
    is_measured = any(word in row.description[:_MAX_READ] or word in name for word in _SHARE_OF)
    return share >= _SMALL and name.endswith(_NO_SHARE) and not is_measured


def _has_amount(name: str) -> bool:
    found = _AMOUNT_AT_END.search(name)
    if found and found["unit"] not in _RANKS and (is_unit(found["unit"]) or found["unit"] in "万亿"):
        return True
    if _NUMERAL_AT_END.search(name) or ("每" not in name and _AMOUNT_WITHIN.search(name)):
        return True
    return _AMOUNT_AT_START.match(name) is not None and not ends_in_measure(name) and not name.endswith(_STATES)


def _counts(value: TargetValue) -> bool:
    """Whether the value is a number of something, not a share."""
    if value.number is None or value.comparator is Comparator.WORDS:
        return False
    return value.unit not in ("", *SHARES)


def _share(value: TargetValue) -> float:
    """The share that is asked for, in percent; 0 if the value is none."""
    if value.number is not None:
        return float(value.number) if value.unit in SHARES else 0
    is_scale = value.scale is not None and value.scale.unit == "%" and not value.has_target
    return 100 if is_scale else 0
