"""What awaits a person, over all years in which the person can act: how much, and for an office which tables.

Whom a table awaits is defined in `domain.attention`; an office acts in open years, the bureau in closed ones too. One
cheap statement for each page, built once for each shape, as in `lists`. Layout belongs in `web.lists`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    bindparam,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.domain.attention import APPLICATION, ATTENTION, approves, offices_reviewed, offices_worked_for
from portal.domain.conclusions import RecommendationDemand
from portal.domain.office_lists import TableOrder, TableSort
from portal.domain.permissions import Actor, Permission, offices_in_reach
from portal.domain.states import State
from portal.models import AdjustmentRequest, Assignment, BudgetYear, Extension, Office, TargetTable
from portal.queries import office_columns
from portal.queries.office_columns import sort_keys
from portal.queries.table_columns import TABLE_COLUMNS
from portal.queries.tables import not_voided

_AFTER_EXTENSIONS = 1_000_000_000
"""Keys of tables are their ids, those of extensions negative ids, those of requests for adjustment lie below."""
MOST = 100
"""Where counting and the list stop: "99+" is as useful as 4,711."""
_WITH_OFFICE = [state.value for state, permissions in ATTENTION.items() if Permission.EDIT in permissions]


@dataclass(frozen=True, slots=True)
class Awaiting:
    """How much awaits a person, at most MOST, and a stamp that changes with it."""

    count: int
    stamp: str

    @property
    def text(self) -> str:
        """ "" for nothing."""
        return f"{MOST - 1}+" if self.count >= MOST else str(self.count or "")


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which kinds of work can await the person; the key of the cache. everywhere: applications of every office."""

    office: bool
    review: bool
    approval: bool
    applications: bool
    everywhere: bool


def awaiting(session: Session, actor: Actor) -> Awaiting | None:
    """In one statement. None for people whom nothing ever awaits."""
    office, reviewed = offices_worked_for(actor), offices_reviewed(actor)
    extended = offices_in_reach(actor, APPLICATION)
    shape = _Shape(bool(office), bool(reviewed), approves(actor), extended != frozenset(), extended is None)
    if shape == _Shape(office=False, review=False, approval=False, applications=False, everywhere=False):
        return None
    offices = {"office": sorted(office), "reviewed": sorted(reviewed), "extended": sorted(extended or ())}
    count, latest = session.execute(_counting(shape), offices).one()
    return Awaiting(min(count, MOST), f"{count}-{latest}" if latest else "0")


def _among(kind: str, column: SQLColumnExpression[str] = TargetTable.office_code) -> ColumnElement[bool]:
    return column.in_(bindparam(kind, expanding=True))


@cache
def _counting(shape: _Shape) -> Select[int, Any]:
    """Count and latest time of what awaits; each part stops at MOST, and what stands in two counts once."""
    parts = [part.limit(MOST).subquery() for part in _parts(shape)]
    found = union(*(select(part.c.key, part.c.since) for part in parts)).subquery()
    return select(func.count(), func.max(found.c.since)).select_from(found)


def _parts(shape: _Shape) -> Iterator[Select[Any, Any]]:
    tables = select(TargetTable.id.label("key"), TargetTable.state_since.label("since"))
    if shape.office:
        yield tables.where(*_awaits_office(), _in_years(BudgetYear.is_open))
    # The bureau acts in closed years too.
    waits = tables.where(TargetTable.state == _SUBMITTED, not_(TargetTable.is_recommended))
    if shape.review:
        yield waits.where(_among("reviewed"))
    if shape.approval:
        never = BudgetYear.recommendation == RecommendationDemand.NEVER.value
        yield tables.where(TargetTable.is_recommended)  # which ends with the submission
        yield waits.where(_in_years(never))
        yield waits.where(_in_years(not_(never)), TargetTable.office_code.in_(_NOBODY_REVIEWS))
        adjustments = AdjustmentRequest.decided_at.is_(None)
        key = (-_AFTER_EXTENSIONS - AdjustmentRequest.id).label("key")
        yield select(key, AdjustmentRequest.asked_at.label("since")).where(adjustments)
    if shape.applications:
        asked = select((-Extension.id).label("key"), Extension.asked_at.label("since"))
        waiting = asked.where(Extension.decided_at.is_(None))
        yield waiting if shape.everywhere else waiting.where(_among("extended", Extension.office_code))


def _in_years(condition: ColumnElement[bool] | InstrumentedAttribute[bool]) -> ColumnElement[bool]:
    return TargetTable.year.in_(select(BudgetYear.year).where(condition))


_SUBMITTED = literal(State.SUBMITTED.value, literal_execute=True)
"""Written into the statement: a parameter would keep both databases from their index of the submitted tables."""
_NOBODY_REVIEWS = select(Office.code).where(Office.code.not_in(select(Assignment.office_code)))


def _awaits_office() -> list[ColumnElement[bool]]:
    return [TargetTable.state.in_(_WITH_OFFICE), _among("office"), not_voided()]


# --- the list of an office -----------------------------------------------------------------------

AS_DUE = TableOrder()
_AS_DUE = (
    func.coalesce(TargetTable.due_on, BudgetYear.deadline),
    *(TargetTable.year, TargetTable.office_code, TargetTable.position, TargetTable.id),
)


@cache
def _tables(order: TableOrder) -> Select[*tuple[Any, ...]]:
    columns = {"name": TargetTable.project_name, "total_fen": TargetTable.total_fen, "errors": TargetTable.errors}
    statement = (
        select(
            *TABLE_COLUMNS,
            TargetTable.is_voided.label("is_voided"),
            TargetTable.project_code.label("code"),
            TargetTable.project_name.label("name"),
            TargetTable.total_fen,
            TargetTable.errors,
            TargetTable.warnings,
            func.sum(TargetTable.total_fen).over().label("list_fen"),
        )
        .join(Office, Office.code == TargetTable.office_code)
        .join(BudgetYear, BudgetYear.year == TargetTable.year)
        .where(
            *_awaits_office(),
            BudgetYear.is_open,
            or_(bindparam("year") == 0, TargetTable.year == bindparam("year")),
        )
        .order_by(*(_AS_DUE if order.sort is TableSort.FIRST else sort_keys(order, columns, true())))
        .limit(MOST)
    )
    return office_columns.added(statement, true())


def tables(
    session: Session, actor: Actor, year: int = 0, order: TableOrder = AS_DUE
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The tables that await the actor's own office, by default as they are due; at most MOST.

    year: of one year only; 0: of all open ones. Rows as in an office's `lists.listing`.
    """
    return session.execute(_tables(order), {"office": sorted(offices_worked_for(actor)), "year": year}).all()
