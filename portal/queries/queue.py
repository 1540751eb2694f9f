"""The bureau's queue: the tables of its tabs, filtered, sorted by any column, with exact counts and sums.

Their SQL is in `queue_statements`. Only submitted columns are read, never a working copy. The facts of a row are stored
(`ReviewFacts`); a table that was submitted with an earlier version has none, and is shown with the counts of its
findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from portal.database import LOCAL, local_today
from portal.domain.calendar import Calendar
from portal.domain.marks import FACTS, LONG_WAIT, MarkFacts
from portal.domain.permissions import Actor, Permission
from portal.domain.queue import QueueOrder, QueueTab
from portal.domain.searching import words
from portal.domain.states import State
from portal.queries import calendar, queue_statements
from portal.queries.extents import extent_values, extents_of
from portal.queries.queue_statements import QueueShape
from portal.queries.tables import Reach

PAGE = 50
MOST_OF_OFFICE = 500


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """years: none for all. marks: names of MARKS, all of which hold. again: submitted for a second time or later.

    least_fen, waited_days: at least that. unclaimed: nobody reviews it. text: words in name or code.
    """

    years: tuple[int, ...]
    tab: QueueTab
    marks: tuple[str, ...] = ()
    again: bool = False
    office: str = ""
    least_fen: int = 0
    waited_days: int = 0
    unclaimed: bool = False
    text: str = ""

    @property
    def are_set(self) -> bool:
        """Whether anything but years and tab restricts the list."""
        return bool(
            self.marks or self.again or self.office or self.least_fen or self.waited_days or self.unclaimed or self.text
        )


@dataclass(frozen=True, slots=True)
class Sum:
    """How many tables, and their submitted amounts in fen."""

    count: int
    fen: int


def sums(session: Session, actor: Actor, years: Sequence[int]) -> dict[QueueTab, Sum]:
    """Count and sum of each tab but RECENT, of all tables of the years that the actor may see. One statement."""
    reach = Reach.of(actor, Permission.SEE)
    values = extent_values(reach, "sees") | {"years": years, "today": local_today()}
    row = session.execute(queue_statements.sums(extents_of(reach)), values).one()
    return {tab: Sum(row[2 * n], int(row[2 * n + 1] or 0)) for n, tab in enumerate(queue_statements.SUMMED)}


def filtered_sum(session: Session, actor: Actor, filters: QueueFilters) -> Sum:
    statement = queue_statements.filtered_sum(_shape(actor, filters))
    count, fen = session.execute(statement, _values(session, actor, filters)).one()
    return Sum(count, int(fen))


def page(
    session: Session, actor: Actor, filters: QueueFilters, order: QueueOrder, number: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of page `number` (from 1), with the facts of their marks (`facts_of`)."""
    statement = queue_statements.page(_shape(actor, filters), order)
    part = {"limit": PAGE, "offset": (number - 1) * PAGE}
    return session.execute(statement, _values(session, actor, filters) | part).all()


def of_office(session: Session, actor: Actor, office: str, year: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of an office's submitted tables in the order of their numbers, whatever tab they stand in."""
    reach = Reach.of(actor, Permission.SEE)
    part = {"office": office, "years": [year], "limit": MOST_OF_OFFICE, "offset": 0}
    return session.execute(queue_statements.of_office(extents_of(reach)), extent_values(reach, "sees") | part).all()


def from_place(
    session: Session, actor: Actor, filters: QueueFilters, order: QueueOrder, place: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """At most PAGE tables from `place` (from 1) on: id, list_count: of the whole list, and is_free: nobody else
    reviews it.
    """
    statement = queue_statements.from_place(_shape(actor, filters), order)
    part = {"limit": PAGE, "offset": place - 1}
    return session.execute(statement, _values(session, actor, filters) | part).all()


def facts_of(row: Row[*tuple[Any, ...]], calendar: Calendar) -> MarkFacts:
    """`row`: of `page`."""
    waited = calendar.count(row.state_since.astimezone(LOCAL).date(), local_today())
    stored = {name: getattr(row, name) for name in _MARKED}
    return MarkFacts(**stored, waiting_days=max(waited, 0) if row.state == State.SUBMITTED else 0)


_MARKED = tuple(name for name in queue_statements.STORED if name in FACTS)


def _shape(actor: Actor, filters: QueueFilters) -> QueueShape:
    return QueueShape(
        extents_of(Reach.of(actor, Permission.SEE)),
        filters.tab,
        tuple(sorted(filters.marks)),
        filters.again,
        bool(filters.office),
        bool(filters.least_fen),
        bool(filters.waited_days),
        filters.unclaimed,
        len(words(filters.text)),
        every_year=not filters.years,
    )


def _values(session: Session, actor: Actor, filters: QueueFilters) -> dict[str, Any]:
    """Values of all bind parameters of all shapes, but for the part that is wanted."""
    working_days = calendar.current(session)
    return {
        **extent_values(Reach.of(actor, Permission.SEE), "sees"),
        "actor": actor.capacity_id,
        "years": filters.years,
        "today": local_today(),
        "office": filters.office,
        "least": filters.least_fen,
        "waited_since": _began_before(working_days, filters.waited_days),
        "long_since": _began_before(working_days, LONG_WAIT),
        **{f"word_{n}": word for n, word in enumerate(words(filters.text))},
    }


def _began_before(calendar: Calendar, working_days: int) -> datetime:
    """The end of the last day that lies at least so many working days ago: what began before has waited so long."""
    today = on = local_today()
    while calendar.count(on, today) < working_days:
        on -= timedelta(days=1)
    return datetime.combine(on + timedelta(days=1), time(), LOCAL)
