"""What stands beside the matrix: in whose hands the tables are, the commonest findings and opinions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal import queries
from portal.database import local_today
from portal.domain.calendar import Calendar
from portal.domain.opinions import OpinionKind
from portal.domain.overview import Figures, OfficeFigures
from portal.domain.register import SUBMITTED, WITH_OFFICE, Standing
from portal.domain.rules import RULES
from portal.extensions import db
from portal.models import BudgetYear
from portal.web.overview.address import list_url
from portal.web.overview.matrix import days_text

MOST = 6
_NAMES = {rule.id: rule.name for rule in RULES}


@dataclass(frozen=True, slots=True)
class HandLine:
    """oldest: working days, "" where none are counted."""

    who: str
    count: int
    url: str
    oldest: str


@dataclass(frozen=True, slots=True)
class CommonLine:
    """id: of the rule, "" for a kind of opinions."""

    words: str
    count: int
    url: str
    id: str = ""


def hands(year: int, offices: Sequence[OfficeFigures], figures: Figures, calendar: Calendar) -> list[HandLine]:
    """Reviewers with the most first, what nobody claimed, what awaits approval, what is with the offices."""
    names = queries.overview.contacts.names(db.session(), figures.claimed)
    today = local_today()
    under_review = [
        HandLine(
            f"{names.get(user_id, '')}在审" if user_id else "没有人认领",
            held.count,
            list_url(year, Standing.UNDER_REVIEW, claimant=str(user_id)),
            days_text(calendar, held.since, today),
        )
        for user_id, held in sorted(figures.claimed.items(), key=lambda item: (item[0] == 0, -item[1].count))
    ]
    found = [*under_review]
    if to_approve := figures.at.get(Standing.TO_APPROVE):
        url, oldest = list_url(year, Standing.TO_APPROVE), days_text(calendar, to_approve.since, today)
        found.append(HandLine("绩效科（待批复）", to_approve.count, url, oldest))
    if count := figures.count(WITH_OFFICE):
        number = sum(bool(each.figures.count(WITH_OFFICE)) for each in offices)
        found.append(HandLine(f"{number:,} 个单位", count, list_url(year, WITH_OFFICE), ""))
    return found


def rules(year: BudgetYear, figures: Figures) -> list[CommonLine]:
    """As the year applies the rules. The commonest first, equal ones by their order in the list of rules."""
    off = frozenset(year.off.split())
    order = {id: n for n, id in enumerate(_NAMES)}
    found = [(id, count) for id, count in figures.rules.items() if id in _NAMES and id not in off]
    found.sort(key=lambda item: (-item[1], order[item[0]]))
    return [CommonLine(_NAMES[id], count, list_url(year.year, SUBMITTED, rule=id), id) for id, count in found[:MOST]]


def kinds(year: int, figures: Figures) -> list[CommonLine]:
    order = {kind.value: n for n, kind in enumerate(OpinionKind)}
    found = sorted(figures.kinds.items(), key=lambda item: (-item[1], order.get(item[0], len(order))))
    return [
        CommonLine(OpinionKind(kind).label, count, list_url(year, SUBMITTED, kind=kind)) for kind, count in found[:MOST]
    ]
