"""Taking documents and the log out of the portal: what somebody may see, and the entry that says they did.

The file itself is written by `formats`; what this gives is the content and the anchor to print on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal import queries
from portal.domain.acts import About, Act
from portal.domain.documents import DepartmentDocument, Document, PerformanceText, ProjectDocument, title
from portal.domain.errors import Forbidden, NotVisible
from portal.domain.permissions import Actor, Permission, may
from portal.models import Office
from portal.services import audit
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class Taken:
    """What leaves the portal. anchor: NUMBER:HASH of the entry just written; stands on the paper."""

    text: PerformanceText
    anchor: str
    title: str


def take_table(session: Session, actor: Actor, table_id: int, *, printed: bool = False, format: str = "") -> Taken:
    """One table as the actor may see it. Raises NotVisible."""
    with write(session):
        table, facts = queries.tables.table_with_facts(session, actor, table_id)
        if not may(actor, Permission.EXPORT, facts):
            raise Forbidden("你没有导出这张表的权限。")
        shown = queries.tables.shown(session, actor, table, facts)
        if shown is None:
            raise NotVisible("这张表还没有送审过，没有可以导出的版本。")
        anchor = audit.record(
            session,
            actor,
            Act.PRINT if printed else Act.EXPORT,
            audit.thing_of_table(table),
            digest=shown.digest,
            revision=shown.revision_number,
            format=format,
        )
    return Taken(_text([shown.document]), anchor, title(shown.document))


def take_office(
    session: Session, actor: Actor | None, office_code: str, year: int, *, printed: bool = False, format: str = ""
) -> Taken:
    """Everything of an office and year that the actor may see. Raises NotVisible where that is nothing.

    `actor` None: the operator of the server, who is given what the office itself would see.
    """
    with write(session):
        office = session.get(Office, office_code)
        documents = queries.tables.shown_of_office(session, actor, office_code, year)
        if office is None or not documents:
            raise NotVisible(f"没有 {office_code[:20]} 单位 {year} 年度的绩效目标表，或者你无权查看。")
        thing = audit.Thing(About.OFFICE, office_code, f"{year} 年 {office.code}{office.name}")
        act = Act.PRINT if printed else Act.EXPORT
        anchor = audit.record(session, actor, act, thing, year=year, tables=len(documents), format=format)
    return Taken(_text(documents), anchor, f"{office.name}{year}年度部门预算绩效文本")


@dataclass(frozen=True, slots=True)
class TakenLog:
    """The record up to and including the entry that says it was taken, whose anchor this is.

    lines: one entry as JSON each, read from the database while they are taken.
    """

    lines: Iterator[str]
    anchor: str


def take_log(session: Session, actor: Actor | None) -> TakenLog:
    """The whole record, for keeping elsewhere and verifying there; None is the operator. Raises Forbidden."""
    if actor is not None and not may(actor, Permission.READ_AUDIT_LOG):
        raise Forbidden("你没有导出审计记录的权限。")
    with write(session):
        thing = audit.Thing(About.SYSTEM, "audit_log", "审计记录")
        anchor = audit.record(session, actor, Act.EXPORT_LOG, thing)
    entries = queries.audit.chain(session, until=int(anchor.partition(":")[0]))
    return TakenLog((json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in entries), anchor)


def _text(documents: list[Document]) -> PerformanceText:
    department = next((d for d in documents if isinstance(d, DepartmentDocument)), None)
    return PerformanceText(department, tuple(d for d in documents if isinstance(d, ProjectDocument)))
