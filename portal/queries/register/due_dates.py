"""By when an entry is due, in statements of `standings.with_tables`: `domain.deadlines.due_date` as SQL."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, case, func, select

from portal.domain.states import State
from portal.models import BudgetYear, Extension, RegisterEntry, TargetTable

_DEADLINE = (
    select(BudgetYear.deadline).where(BudgetYear.year == RegisterEntry.year).correlate(RegisterEntry).scalar_subquery()
)
EXTENDED = (
    select(Extension.due_on)
    .where(
        Extension.year == RegisterEntry.year,
        Extension.office_code == RegisterEntry.office_code,
        Extension.table_id.is_(None),
        Extension.due_on.is_not(None),
    )
    .order_by(Extension.id.desc())
    .limit(1)
    .correlate(RegisterEntry)
    .scalar_subquery()
)
"""The office's latest extension for all tables, as `queries.extensions.due_of_new_table`."""

DUE_ON: ColumnElement[date | None] = case(
    (TargetTable.id.is_(None), func.coalesce(EXTENDED, _DEADLINE)),
    (TargetTable.state == State.DRAFTED.value, func.coalesce(TargetTable.due_on, _DEADLINE)),
    (TargetTable.state == State.RETURNED.value, TargetTable.due_on),
)


def is_overdue(today: date) -> ColumnElement[bool]:
    """A due date is inclusive. NULL counts as false."""
    return func.coalesce(today > DUE_ON, False)
