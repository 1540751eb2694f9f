"""免报: an entry for which the office need not submit a table, by whom and why; and taking that back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain import audit_events
from portal.domain.errors import Stale
from portal.domain.permissions import Actor
from portal.models import RegisterEntry
from portal.services.drafting.voiding import checked_reason
from portal.services.record import audit, facts
from portal.services.register import keeping
from portal.services.transaction import write


def exempt(session: Session, actor: Actor, entry_id: int, reason: str) -> RegisterEntry:
    """Raises NotVisible, Forbidden, Invalid (no reason), Stale (exempt or submitted already)."""
    with write(session):
        entry = keeping.entry_to_keep(session, actor, entry_id)
        words = checked_reason(reason, "免报")
        _, _, standing = queries.register.entries.line(session, actor, entry_id)
        if entry.exempt_at is not None:
            raise Stale(f"{entry.exempt_by_name}已经批准免报：{entry.exempt_reason}")
        if standing.is_submitted:
            raise Stale(f"这个项目的表现在{standing.label}，不用免报。")
        entry.exempt_reason, entry.exempt_at = words, now()
        entry.exempt_by_id, entry.exempt_by_name = actor.id, actor.signature
        session.flush()
        _record(session, actor, audit_events.EXEMPT, entry, words)
    return entry


def end(session: Session, actor: Actor, entry_id: int) -> RegisterEntry:
    """Raises NotVisible, Forbidden, Stale (not exempt)."""
    with write(session):
        entry = keeping.entry_to_keep(session, actor, entry_id)
        if entry.exempt_at is None:
            raise Stale("这个项目没有免报，或者免报已经撤销。")
        reason = entry.exempt_reason or ""
        entry.exempt_reason = entry.exempt_at = entry.exempt_by_id = entry.exempt_by_name = None
        session.flush()
        _record(session, actor, audit_events.END_EXEMPTION, entry, reason)
    return entry


def _record(session: Session, actor: Actor, event: audit_events.AuditEvent, entry: RegisterEntry, reason: str) -> None:
    thing = keeping.object_of_entry(entry)
    audit.record(session, actor, event, thing, facts.of_rows(entry), code=entry.code, name=entry.name, reason=reason)
