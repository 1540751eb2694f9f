"""What is due when in the open years, as far as it is with an office: for reminders of due dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from portal.domain.deadlines import due_date
from portal.domain.register import Standing
from portal.domain.states import State
from portal.models import BudgetYear, Notice, RegisterEntry, TargetTable
from portal.queries.register import standings
from portal.queries.register.due_dates import EXTENDED
from portal.queries.tables import not_voided


@dataclass(frozen=True, slots=True)
class Due:
    year: int
    office_code: str
    on: date


def work_due(session: Session) -> Mapping[Due, int]:
    """How many tables, begun or not, each office still has to submit by which day. Two statements."""
    found: Counter[Due] = Counter()
    tables = (
        select(
            *(TargetTable.year, TargetTable.office_code, TargetTable.state, TargetTable.due_on, BudgetYear.deadline),
            func.count().label("tables"),
        )
        .join(BudgetYear, and_(BudgetYear.year == TargetTable.year, BudgetYear.is_open))
        .where(TargetTable.state.in_((State.DRAFTED.value, State.RETURNED.value)), not_voided())
        .group_by(
            *(TargetTable.year, TargetTable.office_code, TargetTable.state, TargetTable.due_on, BudgetYear.deadline)
        )
    )
    for year, office, state, own, deadline, count in session.execute(tables):
        if on := due_date(state, own, deadline):
            found[Due(year, office, on)] += count
    for year, office, extended, deadline, count in session.execute(_NOT_BEGUN):
        found[Due(year, office, extended or deadline)] += count
    return found


_ENTRIES = (
    standings.with_tables(
        RegisterEntry.year, RegisterEntry.office_code, EXTENDED.label("extended"), BudgetYear.deadline
    )
    .join(BudgetYear, and_(BudgetYear.year == RegisterEntry.year, BudgetYear.is_open))
    .where(standings.is_at(Standing.NOT_BEGUN))
    .subquery()
)
_NOT_BEGUN = select(_ENTRIES, func.count()).group_by(*_ENTRIES.c)


def told_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Those of these keys of reminders that somebody was told."""
    return set(session.scalars(select(Notice.key).where(Notice.key.in_(sorted(keys))).distinct()))
