"""The next table of an office that can be submitted, offered after a submission."""

from __future__ import annotations

from sqlalchemy import case, exists, select, tuple_
from sqlalchemy.orm import Session

from portal.domain.actions import SUBMIT
from portal.domain.opinions import OpinionState
from portal.domain.permissions import Actor, Permission
from portal.models import BudgetYear, Opinion, TargetTable
from portal.queries.tables import not_voided, visible


def next_ready(session: Session, actor: Actor, after: TargetTable) -> TargetTable | None:
    """The table of the same office and year that stands next in the lists, then from the first on, and that `actor`
    can submit now by what is stored of it; None if there is none. Never `after` itself.

    The stored count of errors may be older than the rules: the page that confirms the submission checks in full.
    """
    unanswered = exists().where(
        Opinion.table_id == TargetTable.id, Opinion.binding, Opinion.state == OpinionState.RAISED.value
    )
    place = tuple_(TargetTable.position, TargetTable.id)
    return session.scalars(
        select(TargetTable)
        .join(BudgetYear, BudgetYear.year == TargetTable.year)
        .where(
            visible(actor, Permission.SUBMIT),
            BudgetYear.is_open,
            TargetTable.year == after.year,
            TargetTable.office_code == after.office_code,
            TargetTable.state.in_([state.value for state in SUBMIT.sources]),
            TargetTable.errors == 0,
            TargetTable.id != after.id,
            not_voided(),
            ~unanswered,
        )
        .order_by(case((place > tuple_(after.position, after.id), 0), else_=1), TargetTable.position, TargetTable.id)
        .limit(1)
    ).first()
