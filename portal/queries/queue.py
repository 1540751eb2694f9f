"""The bureau's queue: the tables of its tabs, filtered, sorted by any column, with exact counts and sums.

Only submitted columns are read, never a working copy. The facts of a row are stored (`ReviewFacts`); a table that was
submitted with an earlier version has none, and is shown with the counts of its findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from portal.database import LOCAL, local_today
from portal.domain.calendar import Calendar
from portal.domain.marks import FACTS, MARKS, Mark, MarkFacts
from portal.domain.permissions import Actor
from portal.domain.queue import QueueSort, QueueTab
from portal.domain.states import State
from portal.models import AdjustmentRequest, Conclusion, Office, Participation, ReviewFacts, TargetTable, User
from portal.queries import calendar
from portal.queries.searching import contains_all
from portal.queries.tables import not_voided, visible

PAGE = 50
MOST_OF_OFFICE = 500


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """years: at least one. marks: names of MARKS, all of which hold. again: submitted for a second time or later.

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
class QueueOrder:
    sort: QueueSort = QueueSort.FIRST
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """How many tables, and their submitted amounts in fen."""

    count: int
    fen: int


def sums(session: Session, actor: Actor, years: Sequence[int]) -> dict[QueueTab, Sum]:
    """Count and sum of each tab but RECENT, of all tables of the years that the actor may see. One statement."""
    tabs = [tab for tab in QueueTab if tab is not QueueTab.RECENT]
    columns = [
        column for tab in tabs for column in (func.count().filter(_in_tab(tab)), func.sum(_AMOUNT).filter(_in_tab(tab)))
    ]
    row = session.execute(select(*columns).where(*_base(actor, years))).one()
    return {tab: Sum(row[2 * n], int(row[2 * n + 1] or 0)) for n, tab in enumerate(tabs)}


def filtered_sum(session: Session, actor: Actor, filters: QueueFilters) -> Sum:
    count, fen = session.execute(
        _matching(
            calendar.current(session),
            actor,
            filters,
            func.count(),
            func.coalesce(func.sum(TargetTable.submitted_total_fen), 0),
        )
    ).one()
    return Sum(count, int(fen))


def page(
    session: Session, actor: Actor, filters: QueueFilters, order: QueueOrder, number: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of page `number` (from 1), with the facts of their marks (`facts_of`)."""
    keys = _sort_keys(filters.tab, order)
    return _rows(
        session,
        _matching(
            calendar.current(session),
            actor,
            filters,
            TargetTable.id,
            func.row_number().over(order_by=keys).label("place"),
        )
        .order_by(*keys)
        .limit(PAGE)
        .offset((number - 1) * PAGE),
    )


def of_office(session: Session, actor: Actor, office: str, year: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of an office's submitted tables in the order of their numbers, whatever tab they stand in."""
    keys = (TargetTable.position, TargetTable.id)
    return _rows(
        session,
        select(TargetTable.id, func.row_number().over(order_by=keys).label("place"))
        .where(*_base(actor, [year]), TargetTable.office_code == office, not_voided())
        .order_by(*keys)
        .limit(MOST_OF_OFFICE),
    )


def _rows(session: Session, ids: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """ids: selects id and place."""
    chosen = ids.subquery()
    claimant = select(User.name).where(User.id == TargetTable.claimed_by_id).correlate(TargetTable).scalar_subquery()
    recommended = and_(
        Conclusion.table_id == TargetTable.id,
        Conclusion.revision_number == TargetTable.submission_count,
        TargetTable.is_recommended,
    )
    statement = (
        select(*_COLUMNS, claimant.label("claimant"), *_CONCLUSION, *(_STORED[name].label(name) for name in _STORED))
        .join(chosen, chosen.c.id == TargetTable.id)
        .join(Office, Office.code == TargetTable.office_code)
        .outerjoin(ReviewFacts, ReviewFacts.table_id == TargetTable.id)
        .outerjoin(Conclusion, recommended)
        .order_by(chosen.c.place)
    )
    return session.execute(statement).all()


def from_place(
    session: Session, actor: Actor, filters: QueueFilters, order: QueueOrder, place: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """At most PAGE tables from `place` (from 1) on: id, place, list_count: of the whole list, and is_free: nobody
    else reviews it.
    """
    keys = _sort_keys(filters.tab, order)
    is_free = or_(_is_unclaimed(), TargetTable.claimed_by_id == actor.id).label("is_free")
    number, count = func.row_number().over(order_by=keys).label("place"), func.count().over().label("list_count")
    today = calendar.current(session)
    statement = _matching(today, actor, filters, TargetTable.id, number, count, is_free).order_by(*keys)
    return session.execute(statement.limit(PAGE).offset(place - 1)).all()


def facts_of(row: Row[*tuple[Any, ...]], calendar: Calendar) -> MarkFacts:
    """`row`: of `page`."""
    stored = {name: getattr(row, name) for name in _STORED if name in FACTS}
    waited = calendar.count(row.state_since.astimezone(LOCAL).date(), local_today())
    return MarkFacts(**stored, waiting_days=max(waited, 0) if row.state == State.SUBMITTED else 0)


def office_names(session: Session) -> tuple[str, str]:
    """The first and the last office name in the order of their characters; what they share, all names share."""
    first, last = session.execute(select(func.min(Office.name), func.max(Office.name))).one()
    return first or "", last or ""


# --- statements ----------------------------------------------------------------------------------

_COLUMNS = (
    TargetTable.id,
    TargetTable.year,
    TargetTable.kind,
    TargetTable.office_code,
    Office.name.label("office_name"),
    TargetTable.position,
    TargetTable.state,
    TargetTable.state_since,
    TargetTable.due_on,
    TargetTable.return_count,
    TargetTable.submission_count,
    TargetTable.in_force_id,
    TargetTable.is_recommended,
    TargetTable.submitted_name,
    TargetTable.submitted_code,
    TargetTable.submitted_total_fen,
    TargetTable.claimed_by_id,
    TargetTable.claimed_until,
)
_CONCLUSION = (
    Conclusion.author_id.label("recommended_by_id"),
    Conclusion.author_name.label("recommended_by"),
    Conclusion.at.label("recommended_at"),
)
_ASKED = (
    select(AdjustmentRequest.id)
    .where(AdjustmentRequest.table_id == TargetTable.id, AdjustmentRequest.decided_at.is_(None))
    .exists()
)
_AMOUNT = func.coalesce(TargetTable.submitted_total_fen, 0)
_STORED: Mapping[str, SQLColumnExpression[Any]] = {
    "unchanged_answers": func.coalesce(ReviewFacts.unchanged_answers, 0),
    "other_changes": func.coalesce(ReviewFacts.other_changes, 0),
    "budget_changed": func.coalesce(ReviewFacts.budget_changed, 0),
    "lowered_targets": func.coalesce(ReviewFacts.lowered_targets, 0),
    "errors": func.coalesce(ReviewFacts.errors, TargetTable.submitted_errors),
    "unexplained": func.coalesce(ReviewFacts.unexplained, TargetTable.submitted_warnings),
    "copied": func.coalesce(ReviewFacts.copied, 0),
    "returned_last_year": func.coalesce(ReviewFacts.returned_last_year, 0),
    "as_proposed": func.coalesce(ReviewFacts.as_proposed, 0),
    "amount_fen": _AMOUNT,
    "adjustment_asked": case((_ASKED, 1), else_=0),
    "opinions_asked": func.coalesce(ReviewFacts.opinions_asked, 0),
    "opinions_answered": func.coalesce(ReviewFacts.opinions_answered, 0),
}
"""The facts of a row by their names, of MarkFacts except for the answers and the waiting."""

_SUBMITTED = TargetTable.state == State.SUBMITTED.value
_RETURNED = and_(TargetTable.state == State.RETURNED.value, not_voided())
_FIRST_TIME = TargetTable.in_force_id.is_(None)


def _in_tab(tab: QueueTab) -> ColumnElement[bool]:
    match tab:
        case QueueTab.TO_REVIEW:
            return and_(_SUBMITTED, not_(TargetTable.is_recommended))
        case QueueTab.RECOMMENDED:
            return and_(_SUBMITTED, TargetTable.is_recommended)
        case QueueTab.RETURNED:
            return and_(_RETURNED, _FIRST_TIME)
        case QueueTab.OVERDUE:
            return and_(_RETURNED, TargetTable.due_on < local_today())
        case QueueTab.IN_ADJUSTMENT:
            return and_(_RETURNED, not_(_FIRST_TIME))
        case QueueTab.APPROVED:
            return TargetTable.state == State.APPROVED.value
        case QueueTab.RECENT:
            return true()


def _base(actor: Actor, years: Sequence[int]) -> list[ColumnElement[bool]]:
    return [visible(actor), TargetTable.submission_count > 0, TargetTable.year.in_(years)]


def _matching(
    working_days: Calendar, actor: Actor, filters: QueueFilters, *columns: SQLColumnExpression[Any]
) -> Select[*tuple[Any, ...]]:
    statement = select(*columns).where(*_base(actor, filters.years), _in_tab(filters.tab))
    if filters.tab is QueueTab.RECENT:
        own = and_(Participation.table_id == TargetTable.id, Participation.user_id == actor.capacity_id)
        statement = statement.join(Participation, own)
    wanted = [mark for mark in MARKS if mark.name in filters.marks]
    conditions = (
        (filters.again, TargetTable.return_count > 0),
        (filters.office, TargetTable.office_code == filters.office),
        (filters.least_fen, filters.least_fen <= _AMOUNT),
        (filters.waited_days, _has_waited(working_days, filters.waited_days)),
        (filters.unclaimed, _is_unclaimed()),
        (filters.text, or_(*(contains_all(each, filters.text) for each in _NAMES))),
    )
    return statement.outerjoin(ReviewFacts, ReviewFacts.table_id == TargetTable.id).where(
        *(_holds(working_days, mark) for mark in wanted), *(condition for is_set, condition in conditions if is_set)
    )


_NAMES = (TargetTable.submitted_name, TargetTable.submitted_code)


def _holds(working_days: Calendar, mark: Mark) -> ColumnElement[bool]:
    if mark.fact == "waiting_days":
        return and_(_SUBMITTED, _has_waited(working_days, mark.least))
    return _STORED[mark.fact] >= mark.least


def _has_waited(calendar: Calendar, working_days: int) -> ColumnElement[bool]:
    """Whether the state began at least so many working days ago: not after the last day of which that is true."""
    today = on = local_today()
    while calendar.count(on, today) < working_days:
        on -= timedelta(days=1)
    return TargetTable.state_since < datetime.combine(on + timedelta(days=1), time(), LOCAL)


def _is_unclaimed() -> ColumnElement[bool]:
    return or_(TargetTable.claimed_by_id.is_(None), TargetTable.claimed_until < local_today())


def _sort_keys(tab: QueueTab, order: QueueOrder) -> list[SQLColumnExpression[Any]]:
    """Ends with the table's id, so that every order is total."""
    places = [TargetTable.year.desc(), TargetTable.office_code, TargetTable.position, TargetTable.id]
    if order.sort is QueueSort.FIRST:
        if tab is QueueTab.RECENT:
            return [Participation.last_at.desc(), TargetTable.id]
        asked = [_STORED["adjustment_asked"].desc()] if tab is QueueTab.APPROVED else []
        again = case((TargetTable.return_count > 0, 0), else_=1)
        return [*asked, again, _STORED["errors"].desc(), _AMOUNT.desc(), *places]
    keys: Mapping[QueueSort, Sequence[SQLColumnExpression[Any]]] = {
        QueueSort.OFFICE: (TargetTable.office_code, TargetTable.position),
        QueueSort.NAME: (TargetTable.submitted_name,),
        QueueSort.AMOUNT: (_AMOUNT,),
        QueueSort.ROUND: (TargetTable.return_count,),
        QueueSort.WAITING: (TargetTable.state_since,),
        QueueSort.REVIEWER: (func.coalesce(TargetTable.claimed_by_id, 0),),
        QueueSort.ERRORS: (_STORED["errors"],),
    }
    # A long wait is an early time.
    descending = order.descending is not (order.sort is QueueSort.WAITING)
    return [*(key.desc() if descending else key.asc() for key in keys[order.sort]), *places]
