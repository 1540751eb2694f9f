"""Who has a table open for editing, from the heartbeats of the pages (`services.drafting.presence`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import now
from portal.domain.permissions import Actor
from portal.models import Presence, User

GONE_AFTER = timedelta(seconds=24)
"""A page without a heartbeat for this long is closed or offline; pages send one every ten seconds."""


@dataclass(frozen=True, slots=True)
class PresentPerson:
    """since: when the person opened the table."""

    name: str
    since: datetime


def others_editing(session: Session, actor: Actor, table_ids: Sequence[int]) -> Mapping[int, Sequence[PresentPerson]]:
    """By table id, the people other than the actor who have the table open; without the tables that nobody has."""
    rows = session.execute(
        select(Presence.table_id, User.name, Presence.since)
        .join(User, User.id == Presence.user_id)
        .where(Presence.table_id.in_(table_ids), Presence.user_id != actor.id, Presence.seen_at > now() - GONE_AFTER)
        .order_by(Presence.since, Presence.user_id)
    )
    found: dict[int, list[PresentPerson]] = {}
    for table_id, name, since in rows:
        found.setdefault(table_id, []).append(PresentPerson(name, since))
    return found
