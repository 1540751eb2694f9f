"""Queries on the audit log: entries that an actor may read, and the chain for export and verification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.domain import audit_events
from portal.domain.audit_events import About, AuditEvent, refusal_key
from portal.domain.audit_keys import PRINCIPAL
from portal.domain.chain import HASHED
from portal.domain.errors import Forbidden
from portal.domain.permissions import Actor, Permission, may
from portal.models import AuditEntry, AuditHead, RefusalCount
from portal.queries import history, record_words
from portal.queries.searching import contains_all

PAGE = 50
_NAMES = (*HASHED, "hash")
_COLUMNS = tuple(AuditEntry.plain().c[name] for name in _NAMES)
_REFUSED = (audit_events.REFUSAL.name, audit_events.SIGN_IN_FAILED.name)


@dataclass(frozen=True, slots=True)
class LogFilters:
    """actor: words in the name of who acted or was acted for. before: only entries with a smaller number.

    since, until: aware times, `until` exclusive.
    """

    actor: str = ""
    act: str = ""
    about: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def entries(session: Session, actor: Actor, filters: LogFilters) -> Sequence[AuditEntry]:
    """At most PAGE + 1 entries that the actor may read, the latest first. Raises Forbidden."""
    statement = select(AuditEntry).where(readable(actor), *_matching(actor, filters))
    return session.scalars(statement.order_by(AuditEntry.number.desc()).limit(PAGE + 1)).all()


def readable(actor: Actor) -> ColumnElement[bool]:
    """Condition for the entries that the actor may read: all, or administrative ones. Raises Forbidden."""
    if may(actor, Permission.READ_AUDIT_LOG):
        return AuditEntry.number > 0
    if may(actor, Permission.READ_ADMIN_LOG):
        return history.administrative()
    raise Forbidden("你没有查看审计记录的权限。")


def _matching(actor: Actor, filters: LogFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.actor:
        is_principal = AuditEntry.principal_id.in_(history.accounts_named(filters.actor))
        conditions.append(or_(contains_all(AuditEntry.actor, filters.actor), is_principal))
    if filters.act:
        conditions.append(AuditEntry.act == filters.act)
    if filters.about:
        conditions.append(AuditEntry.object_kind == filters.about)
    if filters.text:
        conditions.append(record_words.named(actor, filters.text))
    conditions += history.between(filters.since, filters.until)
    if filters.before is not None:
        conditions.append(AuditEntry.number < filters.before)
    return conditions


def repeated_since(session: Session, entries: Sequence[AuditEntry]) -> dict[int, int]:
    """Number of an entry → repetitions of its refusal within a minute that no later entry states."""
    keys = {entry.number: _key_of_refusal(entry) for entry in entries if entry.act in _REFUSED}
    if not keys:
        return {}
    statement = select(RefusalCount).where(RefusalCount.key.in_(sorted(keys.values())), RefusalCount.repeated > 0)
    counts = {count.key: count for count in session.scalars(statement)}
    return {
        entry.number: count.repeated
        for entry in entries
        if (count := counts.get(keys.get(entry.number, ""))) and entry.at >= count.since
    }


def _key_of_refusal(entry: AuditEntry) -> str:
    detail = record_words.detail_of(entry)
    username = entry.actor.rpartition("（")[2].removesuffix("）") if entry.actor_id else ""
    attempted, reason = detail.get("attempted", ""), detail.get("reason", "")
    return refusal_key(username, attempted, entry.object_kind, entry.object_id, reason)


def people_behind(session: Session, table_id: int, event: AuditEvent) -> frozenset[int]:
    """Ids of whoever did the latest act of this kind on a table, and of the person whom it was done for (代办)."""
    return people_behind_each(session, [table_id], event).get(table_id, frozenset())


def people_behind_each(session: Session, table_ids: Sequence[int], event: AuditEvent) -> Mapping[int, frozenset[int]]:
    """`people_behind` by table id, of the tables that have such an act. One statement."""
    latest = (
        select(func.max(AuditEntry.number))
        .where(
            AuditEntry.object_kind == About.TABLE.value,
            AuditEntry.object_id.in_([str(table_id) for table_id in table_ids]),
            AuditEntry.act == event.name,
        )
        .group_by(AuditEntry.object_id)
    )
    by_somebody = AuditEntry.actor_id.is_not(None)
    found = {}
    for entry in session.scalars(select(AuditEntry).where(AuditEntry.number.in_(latest), by_somebody)):
        principal = record_words.detail_of(entry).get(PRINCIPAL, {"id": entry.actor_id})
        found[int(entry.object_id)] = frozenset({entry.actor_id or 0, principal["id"]})
    return found


def head(session: Session) -> tuple[int, str]:
    """(number, hash) of the latest entry."""
    number, digits = session.execute(select(AuditHead.number, AuditHead.hash)).one()
    return number, digits


def chain(session: Session, until: int | None = None) -> Iterator[dict[str, Any]]:
    """Stream all entries (up to number `until`) in order, as the plain values that `domain.chain` hashes."""
    statement = select(*_COLUMNS).order_by(AuditEntry.number).execution_options(yield_per=5_000)
    if until is not None:
        statement = statement.where(AuditEntry.number <= until)
    for row in session.execute(statement):
        entry = dict(zip(_NAMES, row, strict=True))
        entry["at"] = entry["at"].isoformat(timespec="microseconds")
        yield entry
