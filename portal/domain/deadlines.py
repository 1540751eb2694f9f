"""By when an office must submit a table, and what the year does with one that comes later.

Extensions are granted by `services.review.extensions`; counting in working days belongs in `domain.calendar`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.domain.states import State

LONGEST_DUE = 20
"""Working days from today within which a return sets its due date, unless the year says otherwise."""


class AfterDeadline(StrEnum):
    """What a budget year does with a table that is submitted after its date."""

    LATE = "late"
    EXTENSION = "extension"

    @property
    def label(self) -> str:
        return {"late": "照收，记明迟了几个工作日", "extension": "先由财政局延期，才能送审"}[self.value]


def due_date(state: str | None, own: date | None, deadline: date) -> date | None:
    """The last day (inclusive, local) for submitting a table; None where it is not with the office.

    own: set by a return, a reopening or an extension. deadline: of the year. state None: the office has not begun it,
    and `own` is its extension for all tables. `queries.register.due_dates` is the same in SQL.
    """
    if state is None or state == State.DRAFTED:
        return own or deadline
    return own if state == State.RETURNED else None
