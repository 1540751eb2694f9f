"""Exports of documents and of the audit log: the content that the actor may see, and the audit entry of the export.

`formats` writes the file. This module returns its content and the anchor to print on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from portal import queries
from portal.database import LOCAL, now
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.documents import DepartmentDocument, Document, Kind, PerformanceText, ProjectDocument, title
from portal.domain.errors import Forbidden, NotVisible
from portal.domain.imprint import DocumentState, Imprint
from portal.domain.permissions import Actor, Permission, may
from portal.domain.states import State
from portal.models import Office, Revision, TargetTable
from portal.services.files import offline_copies
from portal.services.record import audit
from portal.services.transaction import begin_snapshot, write

OFFLINE = "xlsx"
"""The format in which an office can return what it took."""


@dataclass(frozen=True, slots=True)
class ExportedDocument:
    """A document with its stored digest, never a recomputed one."""

    document: Document
    digest: str
    state: DocumentState

    @property
    def title(self) -> str:
        return title(self.document)


@dataclass(frozen=True, slots=True)
class Export:
    """The content of an export. imprint: its anchor is the NUMBER:HASH of its audit entry."""

    documents: Sequence[ExportedDocument]
    title: str
    imprint: Imprint

    @property
    def anchor(self) -> str:
        return self.imprint.anchor

    @property
    def text(self) -> PerformanceText:
        found = [each.document for each in self.documents]
        department = next((d for d in found if isinstance(d, DepartmentDocument)), None)
        return PerformanceText(department, tuple(d for d in found if isinstance(d, ProjectDocument)))


def export_table(session: Session, actor: Actor, table_id: int, *, printed: bool = False, format: str = "") -> Export:
    """Export one table as the actor may see it. Raises NotVisible, Forbidden."""
    with write(session):
        table, facts = queries.tables.table_with_facts(session, actor, table_id)
        if not may(actor, Permission.EXPORT, facts):
            raise Forbidden("你没有导出这张表的权限。")
        shown = queries.tables.visible_text(session, actor, table, facts)
        if shown is None:
            raise NotVisible("这张表还没有送审过，没有可以导出的版本。")
        frozen = queries.revisions.frozen_as(session, table.id, shown.revision_number)
        in_force = queries.revisions.in_force_number(session, table)
        exported = _exported(shown.document, shown.digest, table, frozen, in_force)
        anchor = audit.record(
            session,
            actor,
            audit_events.PRINT if printed else audit_events.EXPORT,
            audit.object_of_table(table),
            digest=shown.digest,
            revision=shown.revision_number,
            format=format,
        )
        offline = offline_copies.take(session, actor, table.year, table.office, [table]) if format == OFFLINE else None
    imprint = _imprint(anchor, table.year, table.office, actor, [exported], printed=printed)
    return Export([exported], title(shown.document), replace(imprint, offline=offline))


def export_office(
    session: Session, actor: Actor | None, office_code: str, year: int, *, printed: bool = False, format: str = ""
) -> Export:
    """Export all tables of an office and year that the actor may see. Raises NotVisible if there are none.

    `actor` None: the operator of the server, who gets what the office itself sees.
    """
    with write(session):
        office = session.get(Office, office_code)
        texts = queries.tables.visible_texts_of_office(session, actor, office_code, year)
        if office is None or not texts:
            raise NotVisible(f"没有 {office_code[:20]} 单位 {year} 年度的绩效目标表，或者你无权查看。")
        thing = audit.AuditObject(
            About.OFFICE, office_code, f"{year} 年 {office.code}{office.name}", office=office.code
        )
        act = audit_events.PRINT if printed else audit_events.EXPORT
        in_force = queries.revisions.in_force_numbers(session, [each.table for each in texts])
        documents = [_exported(t.document, t.digest, t.table, t.frozen, in_force.get(t.table.id)) for t in texts]
        anchor = audit.record(session, actor, act, thing, year=year, tables=len(texts), format=format)
        held = sorted((each.table for each in texts), key=lambda table: table.kind != Kind.DEPARTMENT)
        offline = offline_copies.take(session, actor, year, office, held) if format == OFFLINE else None
    imprint = _imprint(anchor, year, office, actor, documents, printed=printed)
    return Export(documents, f"{office.name}{year}年度部门预算绩效文本", replace(imprint, offline=offline))


def _imprint(
    anchor: str, year: int, office: Office, actor: Actor | None, of: Sequence[ExportedDocument], *, printed: bool
) -> Imprint:
    who = actor.signature if actor else audit.OPERATOR
    taken = f"{who} {now().astimezone(LOCAL):%Y-%m-%d %H:%M} {'打印' if printed else '导出'}"
    return Imprint(anchor, f"{year} 年度　{office.code} {office.name}", taken, tuple(each.state for each in of))


def _exported(
    document: Document, digest: str, table: TargetTable, frozen: Revision | None, in_force: int | None
) -> ExportedDocument:
    """`frozen`: the latest revision; None for a working copy. in_force: the number of the revision in force."""
    words = "已作废" if table.is_voided else _state(State(table.state), frozen, in_force)
    state = DocumentState(words, is_draft=frozen is None)
    return ExportedDocument(document, digest, state)


def _state(state: State, frozen: Revision | None, in_force: int | None) -> str:
    adjusted = f"；调整中，现行有效的是第 {in_force} 次送审的版本" if in_force else ""
    if frozen is None:
        return ("退回后修改中，没有送审" if state is State.RETURNED else "草拟，没有送审") + adjusted
    on = f"{frozen.submitted_at.astimezone(LOCAL):%Y-%m-%d}"
    sent = f"第 {frozen.number} 次送审（第 {frozen.round} 轮），{on} {frozen.submitted_by_name}送审"
    if frozen.number == in_force:
        return f"{sent}，已批复{'，' if state is State.APPROVED else '；调整中，这一版'}现行有效"
    since = {State.SUBMITTED: "", State.DRAFTED: "，后来取消送审"}.get(state, f"，{state.label}")
    return f"{sent}{since}{adjusted}"


@dataclass(frozen=True, slots=True)
class LogExport:
    """The audit log up to and including the entry of this export; `anchor` is the anchor of that entry.

    lines: one JSON object per entry, streamed from the database during iteration.
    """

    lines: Iterator[str]
    anchor: str


def enter_log_export(session: Session, actor: Actor | None) -> str:
    """Enter an export of the audit log and return its anchor. `actor` None: the operator. Raises Forbidden."""
    if actor is not None and not may(actor, Permission.READ_AUDIT_LOG):
        raise Forbidden("你没有导出审计记录的权限。")
    with write(session):
        thing = audit.AuditObject(About.SYSTEM, "audit_log", "审计记录")
        return audit.record(session, actor, audit_events.EXPORT_LOG, thing)


def exported_log(session: Session, anchor: str) -> LogExport:
    """The whole log up to the entry of an export, for verification elsewhere. anchor: of `enter_log_export`."""
    begin_snapshot(session)
    entries = queries.record.chain(session, until=int(anchor.partition(":")[0]))
    return LogExport((json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in entries), anchor)
