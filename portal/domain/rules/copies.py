"""Texts that say nothing of their own.

W7: the same or nearly the same text in another table or duty, in another office's tables or in last year's. W24: goals
that repeat 资金用途.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Set
from typing import NamedTuple

from portal.domain.documents import Document, PerformanceText, ProjectDocument
from portal.domain.quotation import quote
from portal.domain.rules.filing import name_of
from portal.domain.rules.findings import Place, RuleContext, TablePlace, YearRules
from portal.domain.rules.sentences import (
    FEWEST_ELSEWHERE,
    SHORTEST,
    Sentence,
    core_of,
    key_of,
    letters,
    near,
    nearest,
    sentences,
)

_MOST_OF_TEXT = 0.8
_MIN_LAST_YEAR = 3
_MAX_LISTED = 3
_CLAUSES = re.compile(r"[，,。；;！!\n]+")
_MIN_CLAUSE = 4
_MAX_READ = 4_000
_MOST_OF_GOALS = 0.7


class _Occurrence(NamedTuple):
    table: int
    sentence: Sentence


def text_is_own(text: PerformanceText, _year: YearRules, asked: Collection[int]) -> Iterator[TablePlace]:
    """W7 within the office: sentences of goals, purposes and duties that also stand in another document."""
    occurrences = [
        _Occurrence(number, sentence) for number, document in _documents(text) for sentence in sentences(document)
    ]
    by_key: defaultdict[str, list[_Occurrence]] = defaultdict(list)
    for occurrence in occurrences:
        by_key[occurrence.sentence.key].append(occurrence)
    own = [occurrence for occurrence in occurrences if occurrence.table in asked]
    near_keys = _near_keys(list(by_key), {occurrence.sentence.key for occurrence in own})
    for occurrence in own:
        key = occurrence.sentence.key
        same = [other for other in by_key[key] if other.table != occurrence.table]
        nearly_same = [other for one in near_keys[key] for other in by_key[one] if other.table != occurrence.table]
        told = [f"与{_places(same, text)}的文字相同"] if same else []
        if nearly_same:
            told.append(f"与{_places(nearly_same, text)}的文字几乎相同（{quote(nearly_same[0].sentence.text)}）")
        if told:
            yield occurrence.table, occurrence.sentence.path, _message(occurrence.sentence, "，".join(told))


def text_is_fresh(document: Document, _year: YearRules, context: RuleContext) -> Iterator[Place]:
    """W7 against other offices, sentence by sentence; and against last year, if most of the text is the same.

    A permanent project may keep its words, but a text with nothing new was not written for this year. Sentences that
    the portal carried over are not counted: the edit page says that they are still to be checked.
    """
    own = sentences(document)
    for sentence in own:
        where = context.elsewhere.get(sentence.key)
        if where and len(sentence.key) >= FEWEST_ELSEWHERE:
            yield sentence.path, _message(sentence, f"与{where}的文字相同")
    before = list(context.last_year)
    ordinal = document.ordinal if isinstance(document, ProjectDocument) else 0
    taken_over = context.taken_over.get(ordinal, ())
    same = ((sentence, _last_year(sentence.key, before, context)) for sentence in own)
    kept = [(sentence, context.last_year[key]) for sentence, key in same if key and key not in taken_over]
    if len(kept) >= _MIN_LAST_YEAR and len(kept) >= _MOST_OF_TEXT * len(own):
        sentence, where = kept[0]
        yield (
            sentence.path,
            f"目标和用途的 {len(own)} 句话中有 {len(kept)} 句与上年度{where}相同或几乎相同，"
            f"例如{quote(sentence.text)}。每年的任务和数量总有变化，照抄的目标看不出今年要做到什么；请按本年度的任务改写，确实不变的请说明。",
        )


def copied_count(document: Document, context: RuleContext) -> int:
    """The sentences that stand in tables of other offices."""
    return sum(s.key in context.elsewhere and len(s.key) >= FEWEST_ELSEWHERE for s in sentences(document))


def goals_add_to_purpose(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W24. The goals say more than 资金用途: most of their clauses do not stand there word for word."""
    purpose = "".join(map(key_of, _CLAUSES.split(document.purpose[:_MAX_READ])))
    clauses = [
        key for clause in _CLAUSES.split(document.goals[:_MAX_READ]) if len(key := _own_words(clause)) >= _MIN_CLAUSE
    ]
    whole = sum(map(len, clauses))
    repeated = sum(len(clause) for clause in clauses if clause in purpose)
    if whole >= SHORTEST and repeated >= _MOST_OF_GOALS * whole:
        yield (
            "goals",
            f"绩效目标与资金用途的文字{'相同' if repeated == whole else '大部分相同'}：{quote(document.goals)}。"
            "资金用途写钱花在哪里，绩效目标写花了以后达到什么；请写明年底做到的数量、质量和带来的变化。",
        )


def _own_words(clause: str) -> str:
    return key_of(clause).removeprefix("用于")


def _documents(text: PerformanceText) -> Iterator[tuple[int, Document]]:
    if text.department is not None:
        yield 0, text.department
    yield from enumerate(text.tables, 1)


def _near_keys(keys: list[str], wanted: Set[str]) -> dict[str, list[str]]:
    """For each wanted key the keys near it. Lengths and sets of characters exclude nearly all pairs."""
    near_keys: dict[str, list[str]] = {key: [] for key in keys}
    cores = ((core_of(key), key) for key in keys)
    ordered = sorted((len(core), letters(core), key) for core, key in cores)
    wanted_ones = [each for each in ordered if each[2] in wanted]
    for position, each in enumerate(ordered):
        length, within, short = each
        most = length * 4 // 3
        longer = ordered[position + 1 :] if short in wanted else wanted_ones[bisect_right(wanted_ones, each) :]
        for other_length, all_letters, long in longer:
            if other_length > most:
                break
            if not within & ~all_letters and near(short, long):
                near_keys[short].append(long)
                near_keys[long].append(short)
    return near_keys


def _last_year(key: str, before: list[str], context: RuleContext) -> str:
    """The key of the same or nearly the same sentence of last year, or ""."""
    return key if key in context.last_year else nearest(key, before) or ""


def _places(others: list[_Occurrence], text: PerformanceText) -> str:
    named = list(dict.fromkeys(_name(other, text) for other in others))
    return "、".join(named[:_MAX_LISTED]) + (f"等 {len(named)} 处" if len(named) > _MAX_LISTED else "")


def _name(occurrence: _Occurrence, text: PerformanceText) -> str:
    if occurrence.table:
        return name_of(text.tables[occurrence.table - 1], occurrence.table)
    row_id = occurrence.sentence.path.split("/")[1]
    duties = text.department.duties if text.department else ()
    return next((f"职责{quote(duty.name, 20)}" for duty in duties if duty.id == row_id), "部门整体绩效目标")


def _message(sentence: Sentence, told: str) -> str:
    return (
        f"{quote(sentence.text)}{told}。一句话放在哪里都能用，就说明不了这里要做到什么，也可能是同一件事报了两次；"
        "请核对是否重复，并按这一处自己的内容、数量和对象改写。"
    )
