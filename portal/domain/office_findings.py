"""Findings across the submitted tables of one office and year, for whoever reviews the office as a unit.

What concerns one table, or one table beside another, is a rule (`rules`). These judge nothing: they say where to look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal

from portal.domain.amounts import format_yuan, read_percent
from portal.domain.documents import Document, ProjectDocument
from portal.domain.quotation import quote
from portal.domain.rules.sentences import sentences

FEWEST_TABLES = 3
"""Tables from which an equal text or plan is told; two may be alike by chance."""
MOST_SENTENCES = 10
"""Repeated sentences that are told, those in the most tables first."""


@dataclass(frozen=True, slots=True)
class OfficeFinding:
    """message: a sentence without the names of the tables. tables: those it is about, by the keys of the documents."""

    message: str
    tables: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    """What an office owes by the register (应报合计) beside what it submitted, project tables alone; amounts in fen.

    owed_count: entries that it is not exempt from; 0: no register. unpriced_count: of those, without an amount.
    missing_count: of those, not submitted yet.
    """

    owed_count: int
    owed_fen: int
    unpriced_count: int
    missing_count: int
    submitted_count: int
    submitted_fen: int


def office_findings(documents: Mapping[int, Document], owed: Owed) -> list[OfficeFinding]:
    """`documents`: the submitted texts, by the id of the table."""
    return [*_sums(owed), *_same_plan(documents), *_same_sentences(documents)]


def _sums(owed: Owed) -> list[OfficeFinding]:
    if not owed.owed_count:
        return []
    difference = 0 if owed.unpriced_count else owed.submitted_fen - owed.owed_fen
    if not (difference or owed.unpriced_count or owed.missing_count):
        return []
    submitted = f"送审 {owed.submitted_count} 张，合计 {format_yuan(owed.submitted_fen)} 元"
    announced = f"应报 {owed.owed_count} 项，合计 {format_yuan(owed.owed_fen)} 元"
    facts = (
        (difference > 0, f"多报 {format_yuan(difference)} 元"),
        (difference < 0, f"少 {format_yuan(-difference)} 元"),
        (owed.unpriced_count, f"{owed.unpriced_count} 项没有登记金额"),
        (owed.missing_count, f"{owed.missing_count} 项还没有送审"),
    )
    return [OfficeFinding(f"{submitted}；{announced}：{'，'.join(words for holds, words in facts if holds)}。")]


def _same_plan(documents: Mapping[int, Document]) -> list[OfficeFinding]:
    """Where every project has the same plan, it was filled in for none of them."""
    plans = {key: _plan(document) for key, document in documents.items() if isinstance(document, ProjectDocument)}
    if len(plans) < FEWEST_TABLES or len(set(plans.values())) > 1:
        return []
    plan = next(iter(plans.values()))
    if not any(plan):
        return []
    shown = "、".join("空" if percent is None else f"{percent.normalize():f}%" for percent in plan)
    return [OfficeFinding(f"{len(plans)} 张表的资金支出计划都一样（{shown}）。", tuple(plans))]


def _plan(document: ProjectDocument) -> tuple[Decimal | None, ...]:
    return tuple(read_percent(text) for text in astuple(document.spending_plan))


def _same_sentences(documents: Mapping[int, Document]) -> list[OfficeFinding]:
    found: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for key, document in documents.items():
        for sentence in sentences(document):
            found[sentence.key].setdefault(key, sentence.text)
    repeated = [texts for texts in found.values() if len(texts) >= FEWEST_TABLES]
    repeated.sort(key=len, reverse=True)
    return [
        OfficeFinding(f"同一句话{quote(next(iter(texts.values())))}写在 {len(texts)} 张表里。", tuple(texts))
        for texts in repeated[:MOST_SENTENCES]
    ]
