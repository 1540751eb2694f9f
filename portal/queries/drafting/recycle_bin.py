"""回收站: the discarded drafts that an actor may restore."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.permissions import Actor, Permission, offices_in_reach
from portal.models import DiscardedDraft

MOST = 300
"""Drafts that the page lists."""


def discarded(session: Session, actor: Actor) -> Sequence[DiscardedDraft]:
    """Without their texts, the latest discarded first."""
    offices = offices_in_reach(actor, Permission.RESTORE_DRAFT)
    statement = select(DiscardedDraft).order_by(DiscardedDraft.discarded_at.desc(), DiscardedDraft.table_id.desc())
    if offices is not None:
        statement = statement.where(DiscardedDraft.office_code.in_(sorted(offices)))
    return session.scalars(statement.limit(MOST)).all()
