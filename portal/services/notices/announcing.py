"""Writing notices with the audit entry of an event. Only `services.record.audit` calls this, for every entry.

Two statements at most, whoever is told: one settles what the event answers, one tells the people of its circles.
Whom that is belongs in `domain.notices` and `queries.notices.circles`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain.audit_events import AuditEvent
from portal.domain.notices import NAMED, NOTICES, Circle
from portal.domain.permissions import Actor
from portal.models import Notice

_NOTICES = Notice.plain()
_TELL = insert(_NOTICES)
_SETTLE = update(_NOTICES).where(
    _NOTICES.c.table_id == bindparam("of_table"),
    _NOTICES.c.event.in_(bindparam("events", expanding=True)),
    _NOTICES.c.is_act,
    _NOTICES.c.read_at.is_(None),
    _NOTICES.c.settled_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """named: ids of the people of the NAMED circles. is_told: False where another entry of the same act tells it."""

    named: Mapping[Circle, Collection[int]] = field(default_factory=dict)
    is_told: bool = True


TOLD = Announcement()
"""To the circles, and to nobody named."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice is about."""

    table_id: int | None = None
    office_code: str | None = None
    year: int | None = None


def settle(session: Session, event: AuditEvent, table_id: int) -> None:
    """Whoever was asked to act on this table before need not, where the event answers that."""
    settled = NOTICES[event.name].settles if event.name in NOTICES else ()
    if settled:
        session.execute(_SETTLE.values(settled_at=now()), {"of_table": table_id, "events": list(settled)})


def tell(
    session: Session,
    actor: Actor | None,
    event: AuditEvent,
    subject: Subject,
    announcement: Announcement,
    *,
    entry: int,
    at: datetime,
) -> None:
    """Tell the people of the event's circles, but not the actor."""
    if event.name not in NOTICES or not announcement.is_told:
        return
    named = {circle.value: list(announcement.named.get(circle, ())) for circle in NAMED & _circles(event)}
    circles = queries.notices.circles
    told = circles.telling(event.name)
    session.execute(
        _TELL.from_select(circles.COLUMNS, told),
        {
            "entry": entry,
            "table": subject.table_id,
            "office": subject.office_code,
            "year": subject.year,
            "at": at,
            "actor": actor.id if actor else 0,
            "principal": actor.principal.id if actor and actor.principal else 0,
            **named,
        },
    )


def _circles(event: AuditEvent) -> frozenset[Circle]:
    notice = NOTICES[event.name]
    return frozenset((*notice.act, *notice.know))
