"""The next table of an office that can be submitted, offered after a submission."""

from __future__ import annotations

from sqlalchemy import Select, case, exists, select, tuple_
from sqlalchemy.orm import Session

from portal import queries
from portal.domain.actions import SUBMIT, is_lawful
from portal.domain.opinions import OpinionState
from portal.domain.permissions import Actor, Permission
from portal.models import Opinion, TargetTable
from portal.queries.tables import visible
from portal.services.review import preconditions

_TRIED = 5
"""Tables whose preconditions are checked in full: stored counts of findings may be older than the rules."""


def next_ready(session: Session, actor: Actor, after: TargetTable) -> TargetTable | None:
    """The table of the same office and year that stands next in the lists, then from the first on, and that `actor`
    can submit now; None if there is none. Never `after` itself.
    """
    for table_id in session.scalars(_likely(actor, after)).all():
        table, facts = queries.tables.table_with_facts(session, actor, table_id)
        if is_lawful(actor, SUBMIT, facts) and not preconditions.unmet(session, table, SUBMIT):
            return table
    return None


def _likely(actor: Actor, after: TargetTable) -> Select[int]:
    """Ids of tables that look ready by their stored columns, those behind `after` first; at most _TRIED."""
    unanswered = exists().where(
        Opinion.table_id == TargetTable.id, Opinion.binding, Opinion.state == OpinionState.RAISED.value
    )
    place = tuple_(TargetTable.position, TargetTable.id)
    return (
        select(TargetTable.id)
        .where(
            visible(actor, Permission.SUBMIT),
            TargetTable.year == after.year,
            TargetTable.office_code == after.office_code,
            TargetTable.state.in_([state.value for state in SUBMIT.sources]),
            TargetTable.errors == 0,
            TargetTable.id != after.id,
            ~unanswered,
        )
        .order_by(case((place > tuple_(after.position, after.id), 0), else_=1), TargetTable.position, TargetTable.id)
        .limit(_TRIED)
    )
