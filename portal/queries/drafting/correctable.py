"""The drafts of an actor in which the last check found something to correct by one click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload, undefer

from portal.domain.permissions import PERMISSIONS, Actor, Permission, offices_in_reach
from portal.models import BudgetYear, Office, TargetTable
from portal.queries.tables import not_voided

_STATES = sorted(state.value for state in PERMISSIONS[Permission.EDIT].states or ())
_CORRECTABLE = (
    TargetTable.office_code.in_(bindparam("offices", expanding=True)),
    TargetTable.state.in_(_STATES),
    TargetTable.correctable > 0,
    not_voided(),
    BudgetYear.is_open.is_(True),
    BudgetYear.year.in_(bindparam("years", expanding=True)),
)
# Every home page of an office counts. Built once, a statement is compiled once.
_COUNTS = (
    select(func.count(), func.coalesce(func.sum(TargetTable.correctable), 0))
    .join(TargetTable.budget_year)
    .where(*_CORRECTABLE)
)
_TABLES = (
    select(TargetTable)
    .join(TargetTable.budget_year)
    .where(*_CORRECTABLE)
    .order_by(TargetTable.year.desc(), TargetTable.office_code, TargetTable.position, TargetTable.id)
    .options(joinedload(TargetTable.budget_year, innerjoin=True), undefer(TargetTable.content))
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class CorrectableCounts:
    tables: int
    places: int


def counts(session: Session, actor: Actor, years: Sequence[int]) -> CorrectableCounts:
    """In those of the years that are open. Reads no text and runs no rule."""
    return CorrectableCounts(*session.execute(_COUNTS, _values(session, actor, years)).one())


def tables(session: Session, actor: Actor, years: Sequence[int], most: int) -> Sequence[TargetTable]:
    """At most so many, with text and year, in the order of the lists, the latest year first."""
    return session.scalars(_TABLES.limit(most), _values(session, actor, years)).all()


def _values(session: Session, actor: Actor, years: Sequence[int]) -> dict[str, Sequence[str] | Sequence[int]]:
    offices = offices_in_reach(actor, Permission.EDIT)
    codes = list(session.scalars(select(Office.code))) if offices is None else sorted(offices)
    return {"offices": codes, "years": years}
