"""Marking one's own notices as read. Bookkeeping without audit entries: reading is no act."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.database import now
from portal.domain.errors import Forbidden
from portal.domain.permissions import Actor
from portal.models import Notice
from portal.services.transaction import write


def mark_read(session: Session, actor: Actor, *, notice_id: int | None = None, through: int = 0) -> int:
    """Mark one notice, or all up to the id `through`; return how many. Raises Forbidden in the capacity of another."""
    if actor.principal:
        raise Forbidden(f"{actor.principal.name}的通知由本人标为已读；请先换回本人身份。")
    which = Notice.id == notice_id if notice_id is not None else Notice.id <= through
    # Those that an act is just settling are skipped: waiting for several acts at once could deadlock.
    unread = select(Notice.id).where(Notice.person_id == actor.id, Notice.read_at.is_(None), which)
    with write(session, is_act=False):
        marked = session.execute(
            update(Notice)
            .where(Notice.id.in_(unread.with_for_update(skip_locked=True)))
            .values(read_at=now())
            .execution_options(synchronize_session=False)
        )
    return int(marked.rowcount)  # type: ignore[attr-defined]
