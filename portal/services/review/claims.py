"""Claims (认领): a reviewer or approver marks a submitted table as being reviewed. A claim changes no state."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.domain import audit_events
from portal.domain.errors import Stale
from portal.domain.permissions import Actor, Permission
from portal.services.record import audit
from portal.services.record.facts import of_table
from portal.services.review.workflow import permitted_table
from portal.services.transaction import write


def claim(session: Session, actor: Actor, table_id: int) -> None:
    """Claim the table, after which the office cannot withdraw it. Raises Stale if a colleague has claimed it."""
    with write(session):
        table = permitted_table(session, actor, table_id, Permission.CLAIM)
        if table.claimed_by_id not in (None, actor.id):
            raise Stale("这张表已由同事认领审核。")
        if table.claimed_by_id == actor.id:
            return
        table.claimed_by_id = actor.id
        audit.record(session, actor, audit_events.CLAIM, audit.object_of_table(table), of_table(table, "claimed_by"))


def release(session: Session, actor: Actor, table_id: int) -> None:
    """Raises Stale unless the actor has claimed the table."""
    with write(session):
        table = permitted_table(session, actor, table_id, Permission.CLAIM)
        if table.claimed_by_id != actor.id:
            raise Stale("这张表不是由你认领的。")
        table.claimed_by_id = None
        audit.record(session, actor, audit_events.RELEASE, audit.object_of_table(table), of_table(table, "claimed_by"))
