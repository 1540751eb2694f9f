"""Exports of the history and of the editing of one table: what the actor may see, and the audit entry of the export.

`web.record.history_exports` writes the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.documents import Document
from portal.domain.errors import Forbidden
from portal.domain.permissions import Actor, Permission, may
from portal.models import AuditEntry
from portal.queries.history import HistoryFilters
from portal.services.drafting import editing
from portal.services.drafting.editing import Edited, EditingFilters
from portal.services.record import audit
from portal.services.transaction import write

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ExportedHistory:
    """anchor: NUMBER:HASH of the entry of this export. batches: the entries before it, the latest first."""

    anchor: str
    batches: Iterator[Sequence[AuditEntry]]


@dataclass(frozen=True, slots=True)
class ExportedEditing:
    """edits: the earliest first. document: in whose rows the places are named."""

    anchor: str
    title: str
    document: Document
    edits: Iterator[Edited]


def export_history(session: Session, actor: Actor, filters: HistoryFilters, words: str, format: str) -> ExportedHistory:
    """words: the filters, for the audit entry. Raises Forbidden."""
    if not queries.history.events_seen(actor):
        raise Forbidden("你没有导出经过的权限。")
    with write(session):
        thing = audit.AuditObject(About.SYSTEM, "history", "经过")
        anchor = audit.record(session, actor, audit_events.EXPORT_HISTORY, thing, filters=words, format=format)
    return ExportedHistory(anchor, _batches(session, actor, replace(filters, before=_number(anchor))))


def _batches(session: Session, actor: Actor, filters: HistoryFilters) -> Iterator[Sequence[AuditEntry]]:
    while found := queries.history.entries(session, actor, filters, _AT_ONCE):
        yield found
        if len(found) < _AT_ONCE:
            return
        filters = replace(filters, before=found[-1].number)


def _number(anchor: str) -> int:
    return int(anchor.partition(":")[0])


def export_editing(
    session: Session, actor: Actor, table_id: int, filters: EditingFilters, words: str, format: str
) -> ExportedEditing:
    """words: the filters, for the audit entry. Raises NotVisible, Forbidden."""
    with write(session):
        table, facts = queries.tables.table_with_facts(session, actor, table_id)
        if not may(actor, Permission.SEE_EDITING, facts):
            raise Forbidden("你没有导出编辑过程的权限。")
        until = editing.last_version_seen(session, actor, table, facts)
        shown = queries.tables.visible_text(session, actor, table, facts)
        assert shown is not None
        thing = audit.object_of_table(table)
        anchor = audit.record(
            session, actor, audit_events.EXPORT_HISTORY, thing, filters=words, format=format, version=until
        )
        title = table.title_with(getattr(shown.document, "project_name", ""))
    return ExportedEditing(anchor, title, shown.document, editing.all_edits(session, table_id, until, filters))
