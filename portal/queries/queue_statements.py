"""The statements of the queue, built once for each shape: which tab, filters and order; values are bind parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
    true,
)

from portal.database import UTCDateTime
from portal.domain.marks import MARKS, Mark
from portal.domain.queue import QueueOrder, QueueSort, QueueTab
from portal.domain.states import State
from portal.models import (
    AdjustmentRequest,
    BudgetYear,
    Conclusion,
    Office,
    Participation,
    ReviewFacts,
    TargetTable,
    User,
)
from portal.queries.extents import Extents, within_extents
from portal.queries.searching import contains_parameter
from portal.queries.table_columns import TABLE_COLUMNS
from portal.queries.tables import not_voided

SHAPES = 256
"""How many statements are kept of each kind; there are more shapes than anybody asks for."""
SUMMED = tuple(tab for tab in QueueTab if tab is not QueueTab.RECENT)
"""The tabs with a count and a sum."""


@dataclass(frozen=True, slots=True)
class QueueShape:
    """All that determines the SQL of a list; the key of the caches.

    sees: of the offices whose tables the actor may see. marks: names, sorted. words: how many. The others: whether the
    filter is set.
    """

    sees: Extents
    tab: QueueTab
    marks: tuple[str, ...] = ()
    again: bool = False
    office: bool = False
    least: bool = False
    waited: bool = False
    unclaimed: bool = False
    words: int = 0
    every_year: bool = False


# --- columns -------------------------------------------------------------------------------------

_ASKED = (
    select(AdjustmentRequest.id)
    .where(AdjustmentRequest.table_id == TargetTable.id, AdjustmentRequest.decided_at.is_(None))
    .exists()
)
_AMOUNT = func.coalesce(TargetTable.submitted_total_fen, 0)
STORED: Mapping[str, SQLColumnExpression[Any]] = {
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
_COLUMNS = (
    *TABLE_COLUMNS,
    TargetTable.is_recommended,
    TargetTable.submitted_name,
    TargetTable.submitted_code,
    TargetTable.submitted_total_fen,
    TargetTable.claimed_by_id,
    TargetTable.claimed_until,
    User.name.label("claimant"),
    Conclusion.author_name.label("recommended_by"),
    Conclusion.at.label("recommended_at"),
    *(column.label(name) for name, column in STORED.items()),
)

# --- orders --------------------------------------------------------------------------------------

_Key = tuple[SQLColumnExpression[Any], bool]
"""A column, and whether it is sorted descending."""
_PLACES: Sequence[_Key] = (
    (TargetTable.year, True),
    (TargetTable.office_code, False),
    (TargetTable.position, False),
    (TargetTable.id, False),
)
_SORTED: Mapping[QueueSort, Sequence[SQLColumnExpression[Any]]] = {
    QueueSort.OFFICE: (TargetTable.office_code, TargetTable.position),
    QueueSort.NAME: (TargetTable.submitted_name,),
    QueueSort.AMOUNT: (_AMOUNT,),
    QueueSort.ROUND: (TargetTable.return_count,),
    QueueSort.WAITING: (TargetTable.state_since,),
    QueueSort.REVIEWER: (func.coalesce(TargetTable.claimed_by_id, 0),),
    QueueSort.ERRORS: (STORED["errors"],),
}


def _keys(tab: QueueTab, order: QueueOrder) -> list[_Key]:
    """Ends with the table's id, so that every order is total."""
    if order.sort is not QueueSort.FIRST:
        # A long wait is an early time.
        descending = order.descending is not (order.sort is QueueSort.WAITING)
        return [*((key, descending) for key in _SORTED[order.sort]), *_PLACES]
    if tab is QueueTab.RECENT:
        return [(Participation.last_at, True), (TargetTable.id, False)]
    asked = [(STORED["adjustment_asked"], True)] if tab is QueueTab.APPROVED else []
    again = case((TargetTable.return_count > 0, 0), else_=1)
    return [*asked, (again, False), (STORED["errors"], True), (_AMOUNT, True), *_PLACES]


def _directed(keys: Sequence[_Key]) -> list[ColumnElement[Any]]:
    return [key.desc() if descending else key.asc() for key, descending in keys]


# --- statements ----------------------------------------------------------------------------------


@lru_cache(SHAPES)
def sums(sees: Extents) -> Select[*tuple[Any, ...]]:
    """Count and sum of each tab of SUMMED, one after the other."""
    columns = (column.filter(_in_tab(tab)) for tab in SUMMED for column in (func.count(), func.sum(_AMOUNT)))
    return select(*columns).where(*_base(sees))


@lru_cache(SHAPES)
def filtered_sum(shape: QueueShape) -> Select[int, int]:
    return _matching(shape, func.count(), func.coalesce(func.sum(TargetTable.submitted_total_fen), 0))


@lru_cache(SHAPES)
def page(shape: QueueShape, order: QueueOrder) -> Select[*tuple[Any, ...]]:
    return _rows(_matching(shape, TargetTable.id), _keys(shape.tab, order))


@lru_cache(SHAPES)
def of_office(sees: Extents) -> Select[*tuple[Any, ...]]:
    of_office = TargetTable.office_code == bindparam("office")
    wanted = select(TargetTable.id).where(*_base(sees), of_office, not_voided())
    return _rows(wanted, [(TargetTable.position, False), (TargetTable.id, False)])


@lru_cache(SHAPES)
def from_place(shape: QueueShape, order: QueueOrder) -> Select[*tuple[Any, ...]]:
    is_free = or_(_is_unclaimed(), TargetTable.claimed_by_id == bindparam("actor")).label("is_free")
    statement = _matching(shape, TargetTable.id, func.count().over().label("list_count"), is_free)
    return _part(statement.order_by(*_directed(_keys(shape.tab, order))))


def _rows(ids: Select[int], keys: Sequence[_Key]) -> Select[*tuple[Any, ...]]:
    """Part of the tables of `ids`, in the order of `keys`: the other tables are read for their order only."""
    labelled: list[ColumnElement[Any]] = [key.label(f"key_{n}") for n, (key, _) in enumerate(keys)]
    chosen = _part(ids.add_columns(*labelled).order_by(*_directed(keys))).subquery()
    recommended = and_(
        Conclusion.table_id == TargetTable.id,
        Conclusion.revision_number == TargetTable.submission_count,
        TargetTable.is_recommended,
    )
    return (
        select(*_COLUMNS)
        .select_from(chosen)
        .join(TargetTable, TargetTable.id == chosen.c.id)
        .join(Office, Office.code == TargetTable.office_code)
        .outerjoin(User, User.id == TargetTable.claimed_by_id)
        .outerjoin(ReviewFacts, ReviewFacts.table_id == TargetTable.id)
        .outerjoin(Conclusion, recommended)
        .order_by(*_directed([(chosen.c[f"key_{n}"], descending) for n, (_, descending) in enumerate(keys)]))
    )


def _part(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return statement.limit(bindparam("limit")).offset(bindparam("offset"))


# --- conditions ----------------------------------------------------------------------------------

_SUBMITTED = TargetTable.state == State.SUBMITTED.value
_RETURNED = and_(TargetTable.state == State.RETURNED.value, not_voided())
_FIRST_TIME = TargetTable.in_force_id.is_(None)
_TODAY = bindparam("today", type_=Date())


def _in_tab(tab: QueueTab) -> ColumnElement[bool]:
    match tab:
        case QueueTab.TO_REVIEW:
            return and_(_SUBMITTED, not_(TargetTable.is_recommended))
        case QueueTab.RECOMMENDED:
            return and_(_SUBMITTED, TargetTable.is_recommended)
        case QueueTab.RETURNED:
            return and_(_RETURNED, _FIRST_TIME)
        case QueueTab.OVERDUE:
            return and_(_RETURNED, TargetTable.due_on < _TODAY)
        case QueueTab.IN_ADJUSTMENT:
            return and_(_RETURNED, not_(_FIRST_TIME))
        case QueueTab.APPROVED:
            return TargetTable.state == State.APPROVED.value
        case QueueTab.RECENT:
            return true()


def _base(sees: Extents, *, every_year: bool = False) -> list[ColumnElement[bool]]:
    year = TargetTable.year
    in_years = year.in_(select(BudgetYear.year)) if every_year else year.in_(bindparam("years", expanding=True))
    return [within_extents(sees, "sees"), TargetTable.submission_count > 0, in_years]


def _matching(shape: QueueShape, *columns: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    statement = select(*columns).where(*_base(shape.sees, every_year=shape.every_year), _in_tab(shape.tab))
    if shape.tab is QueueTab.RECENT:
        own = and_(Participation.table_id == TargetTable.id, Participation.user_id == bindparam("actor"))
        statement = statement.join(Participation, own)
    words = [
        and_(true(), *(contains_parameter(name, f"word_{n}") for n in range(shape.words)))
        for name in (TargetTable.submitted_name, TargetTable.submitted_code)
    ]
    conditions = (
        (shape.again, TargetTable.return_count > 0),
        (shape.office, TargetTable.office_code == bindparam("office")),
        (shape.least, bindparam("least") <= _AMOUNT),
        (shape.waited, TargetTable.state_since < bindparam("waited_since", type_=UTCDateTime())),
        (shape.unclaimed, _is_unclaimed()),
        (shape.words > 0, or_(*words)),
    )
    return statement.outerjoin(ReviewFacts, ReviewFacts.table_id == TargetTable.id).where(
        *(_holds(mark) for mark in MARKS if mark.name in shape.marks),
        *(condition for is_set, condition in conditions if is_set),
    )


def _holds(mark: Mark) -> ColumnElement[bool]:
    if mark.fact == "waiting_days":
        return and_(_SUBMITTED, TargetTable.state_since < bindparam("long_since", type_=UTCDateTime()))
    return STORED[mark.fact] >= mark.least


def _is_unclaimed() -> ColumnElement[bool]:
    return or_(TargetTable.claimed_by_id.is_(None), TargetTable.claimed_until < _TODAY)
