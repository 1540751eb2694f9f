"""申请调整 on the page of a table: the request that matters now, and what this viewer can do about it.

Its forms are sent to `adjustments`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from portal import queries
from portal.domain.actions import REOPEN, is_lawful
from portal.domain.adjustments import AdjustmentDecision
from portal.extensions import db
from portal.models import AdjustmentRequest
from portal.web.filters import moment
from portal.web.table_page import TablePage


@dataclass(frozen=True, slots=True)
class AdjustmentView:
    """A request as it is shown. decided: by whom and when. reopen_url: for whoever may decide it now, else ""."""

    id: int
    reason: str
    asked: str
    is_waiting: bool
    is_granted: bool
    answer: str
    decided: str
    reopen_url: str


def adjustment_of(loaded: TablePage, in_force: int | None) -> AdjustmentView | None:
    """The latest request on the revision in force; None where nobody has asked since it was approved."""
    found = queries.adjustments.latest(db.session(), loaded.table.id) if in_force else None
    return adjustment_view(loaded, found) if found and found.revision_number == in_force else None


def adjustment_view(loaded: TablePage, found: AdjustmentRequest) -> AdjustmentView:
    is_waiting = found.decided_at is None
    may_decide = is_waiting and is_lawful(loaded.actor, REOPEN, loaded.facts)
    return AdjustmentView(
        id=found.id,
        reason=found.reason,
        asked=f"{found.asked_by_name} {moment(found.asked_at)}",
        is_waiting=is_waiting,
        is_granted=found.decision == AdjustmentDecision.GRANTED,
        answer=found.answer,
        decided=f"{found.decided_by_name} {moment(found.decided_at)}" if found.decided_at else "",
        reopen_url=url_for("transitions.confirm", table_id=found.table_id, action=REOPEN) if may_decide else "",
    )
