"""The audit log for those who may read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.domain.acts import ADMINISTRATIVE
from portal.domain.chain import HASHED
from portal.domain.errors import Forbidden
from portal.domain.permissions import Actor, Permission, may
from portal.models import AuditEntry, AuditHead

PAGE = 50
_COLUMNS = tuple(AuditEntry.__table__.columns[name] for name in (*HASHED, "hash"))


@dataclass(frozen=True, slots=True)
class LogFilters:
    """before: only entries with a smaller number. since, until: aware times."""

    actor: str = ""
    act: str = ""
    about: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def entries(session: Session, actor: Actor, filters: LogFilters) -> Sequence[AuditEntry]:
    """At most PAGE + 1 entries that the actor may read, the latest first. Raises Forbidden."""
    statement = select(AuditEntry).where(readable(actor), *_matching(filters))
    return session.scalars(statement.order_by(AuditEntry.number.desc()).limit(PAGE + 1)).all()


def readable(actor: Actor) -> ColumnElement[bool]:
    """Which entries this actor may read: all, or those on accounts, offices and years. Raises Forbidden."""
    if may(actor, Permission.READ_AUDIT_LOG):
        return AuditEntry.number > 0
    if may(actor, Permission.READ_ADMIN_LOG):
        return AuditEntry.object_kind.in_(sorted(about.value for about in ADMINISTRATIVE))
    raise Forbidden("你没有查看审计记录的权限。")


def _matching(filters: LogFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.actor:
        conditions.append(AuditEntry.actor.contains(filters.actor, autoescape=True))
    if filters.act:
        conditions.append(AuditEntry.act == filters.act)
    if filters.about:
        conditions.append(AuditEntry.object_kind == filters.about)
    if filters.text:
        conditions.append(AuditEntry.object_name.contains(filters.text, autoescape=True))
    if filters.since:
        conditions.append(AuditEntry.at >= filters.since)
    if filters.until:
        conditions.append(AuditEntry.at < filters.until)
    if filters.before is not None:
        conditions.append(AuditEntry.number < filters.before)
    return conditions


def head(session: Session) -> tuple[int, str]:
    """(number, hash) of the latest entry."""
    number, digits = session.execute(select(AuditHead.number, AuditHead.hash)).one()
    return number, digits


def chain(session: Session) -> Iterator[dict[str, Any]]:
    """Every entry in the order of its number, as the plain values that `domain.chain` hashes; streamed."""
    statement = select(*_COLUMNS).order_by(AuditEntry.number).execution_options(yield_per=5_000)
    for row in session.execute(statement).mappings():
        entry = dict(row)
        entry["at"] = entry["at"].isoformat(timespec="microseconds")
        yield entry
