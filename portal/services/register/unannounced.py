"""Submitted tables that no entry announces: 补登记 makes an entry for one, 并入 puts it under another entry."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events
from portal.domain.audit_events import AuditEvent
from portal.domain.errors import Invalid, Stale
from portal.domain.permissions import Actor
from portal.domain.register import EntryRow
from portal.models import RegisterEntry, TargetTable
from portal.services.record import audit, facts
from portal.services.register import keeping
from portal.services.register.entries import new_entry
from portal.services.transaction import write


def register_table(session: Session, actor: Actor, table_id: int) -> RegisterEntry:
    """An entry with the code, name and amount of the latest revision. Raises NotVisible, Forbidden, Invalid, Stale."""
    with write(session):
        table = _unannounced(session, actor, table_id)
        if not table.submitted_code:
            raise Invalid("这张表没有项目编码，不能补登记；请并入清单里的一项，或者退回单位填写编码。")
        row = EntryRow(table.office_code, table.submitted_code, table.submitted_name, table.submitted_total_fen)
        entry = new_entry(table.year, row)
        session.add(entry)
        session.flush()
        _record(session, actor, audit_events.REGISTER_TABLE, entry)
    return entry


def merge(session: Session, actor: Actor, table_id: int, entry_id: int) -> RegisterEntry:
    """Raises NotVisible, Forbidden, Invalid (another office or year), Stale (announced already, entry has a table)."""
    with write(session):
        table = _unannounced(session, actor, table_id)
        entry = keeping.entry_to_keep(session, actor, entry_id)
        if (entry.year, entry.office_code) != (table.year, table.office_code):
            raise Invalid("只能并入同一单位、同一年度的项目。", "entry")
        free = queries.register.entries.without_table(session, table.year, table.office_code)
        if entry.id not in {row.id for row in free}:
            raise Stale(f"{entry.code} {entry.name} 已经有表，不能再并入。")
        entry.merged_table_id = table.id
        session.flush()
        _record(session, actor, audit_events.MERGE_TABLE, entry)
    return entry


def unmerge(session: Session, actor: Actor, entry_id: int) -> RegisterEntry:
    """Raises NotVisible, Forbidden, Stale (nothing was merged)."""
    with write(session):
        entry = keeping.entry_to_keep(session, actor, entry_id)
        if entry.merged_table_id is None:
            raise Stale("这个项目没有并入别的表，或者并入已经取消。")
        entry.merged_table_id = None
        session.flush()
        _record(session, actor, audit_events.UNMERGE_TABLE, entry)
    return entry


def _unannounced(session: Session, actor: Actor, table_id: int) -> TargetTable:
    """The table, locked, with the lock of its year. Raises NotVisible, Forbidden, Stale."""
    table, _ = queries.tables.table_with_facts(session, actor, table_id)
    keeping.require_keeper(actor, table.office_code)
    keeping.locked_year(session, table.year)
    table, _ = queries.tables.table_with_facts(session, actor, table_id, lock=True)
    if not queries.register.unannounced.is_unannounced(session, table):
        raise Stale("这张表已经在应报清单里，或者不是送审过的项目表。")
    return table


def _record(session: Session, actor: Actor, event: AuditEvent, entry: RegisterEntry) -> None:
    audit.record(
        session,
        actor,
        event,
        keeping.object_of_entry(entry),
        facts.of_rows(entry),
        code=entry.code,
        name=entry.name,
        amount=entry.amount_fen,
    )
