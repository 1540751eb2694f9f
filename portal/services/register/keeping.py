"""What all changes of the register share: rights, the lock, and the object of the audit entry."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import queries
from portal.database import ROW_LOCK
from portal.domain.audit_events import About
from portal.domain.errors import Forbidden
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.models import BudgetYear, RegisterEntry
from portal.services.record.audit import AuditObject


def may_keep(actor: Actor, office_code: str) -> bool:
    return may(actor, Permission.KEEP_REGISTER, TableFacts(office_code))


def require_keeper(actor: Actor, office_code: str) -> None:
    """Raises Forbidden."""
    if not may_keep(actor, office_code):
        raise Forbidden(f"你没有维护单位 {office_code[:20]} 应报清单的权限。")


def locked_year(session: Session, year: int) -> BudgetYear:
    """The open year; writers of its register wait for each other here. Inside `write`. Raises Invalid."""
    session.get(BudgetYear, year, with_for_update=ROW_LOCK)
    return queries.administration.years.open_year(session, year)


def entry_to_keep(session: Session, actor: Actor, entry_id: int) -> RegisterEntry:
    """The entry, locked, for a person who keeps it. Inside `write`. Raises NotVisible, Forbidden, Invalid."""
    entry = queries.register.entries.entry_seen(session, actor, entry_id)
    require_keeper(actor, entry.office_code)
    locked_year(session, entry.year)
    return queries.register.entries.entry_seen(session, actor, entry_id, lock=True)


def object_of_entry(entry: RegisterEntry) -> AuditObject:
    return object_of(entry.year, entry.office_code, f"{entry.code} {entry.name}")


def object_of(year: int, office_code: str = "", words: str = "") -> AuditObject:
    """The register of a year, or an office's part of it."""
    id = f"{year}/{office_code}" if office_code else str(year)
    name = " ".join(filter(None, (f"{year} 年度应报清单", office_code, words)))
    return AuditObject(About.REGISTER, id, name, office=office_code or None, year=year)
