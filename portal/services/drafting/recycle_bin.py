"""回收站: restoring drafts that were discarded. `drafts.discard` puts them there; nothing empties the recycle bin."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session, undefer

from portal import queries
from portal.database import ROW_LOCK
from portal.domain import audit_events, changes
from portal.domain.documents import Document, Kind, ProjectDocument
from portal.domain.errors import NotVisible
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.models import BudgetYear, DiscardedDraft, Office, TargetTable
from portal.services.drafting import checks, dependents, drafts
from portal.services.record import audit, facts
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class RestoredDraft:
    """same_code: title of another table of the office and year that has the project code now; "" if none has.

    renumbered: whether another table has the ordinal now, so that this one got the next.
    """

    table: TargetTable
    same_code: str
    renumbered: bool


def restore(session: Session, actor: Actor, table_id: int) -> RestoredDraft:
    """Bring a discarded draft back as it was, with explanations and attachments, under its old id.

    Raises NotVisible, Invalid (closed year, another department table), Forbidden (office no longer active).
    """
    with write(session):
        discarded = _discarded(session, actor, table_id)
        year = queries.administration.years.open_year(session, discarded.year)
        office = drafts.office_to_draft_for(session, actor, discarded.office_code, lock=True)
        document = discarded.document
        drafts.require_no_other_department_table(session, office, year, document)
        same_code = _same_code(session, discarded)
        table = _insert(session, discarded, year, office)
        leaves = dependents.restore(session, discarded.dependents)
        session.execute(delete(DiscardedDraft).where(DiscardedDraft.table_id == table_id))
        renumbered = _renumbered(session, table, document)
        if renumbered is not document:
            leaves |= drafts.rewrite(session, actor, table, renumbered, changes.between(document, renumbered))
        checks.recount(session, actor, table, renumbered)
        leaves |= facts.of_table(table) | facts.of_deleted(DiscardedDraft, table_id)
        audit.record(session, actor, audit_events.RESTORE_DRAFT, audit.object_of_table(table), leaves)
    return RestoredDraft(table, same_code, renumbered is not document)


def _discarded(session: Session, actor: Actor, table_id: int) -> DiscardedDraft:
    """The draft, locked. Raises NotVisible also where the actor may not restore it."""
    found = session.get(
        DiscardedDraft,
        table_id,
        options=[undefer(DiscardedDraft.content), undefer(DiscardedDraft.dependents)],
        with_for_update=ROW_LOCK,
        populate_existing=True,
    )
    if found is None or not may(actor, Permission.RESTORE_DRAFT, TableFacts(found.office_code)):
        raise NotVisible("回收站里没有这张表，可能已经恢复。")
    return found


def _insert(session: Session, discarded: DiscardedDraft, year: BudgetYear, office: Office) -> TargetTable:
    """The table with the stored bytes and digest, not those that this version would write."""
    columns = drafts.columns_of(discarded.document) | {"content": discarded.content, "digest": discarded.digest}
    table = TargetTable(
        id=discarded.table_id,
        kind=discarded.kind,
        year=discarded.year,
        office_code=discarded.office_code,
        version=discarded.version,
        saved_at=discarded.saved_at,
        created_by_id=discarded.created_by_id,
        **columns,
    )
    table.budget_year, table.office = year, office
    session.add(table)
    session.flush()
    return table


def _same_code(session: Session, discarded: DiscardedDraft) -> str:
    if not discarded.project_code:
        return ""
    other = session.scalar(
        select(TargetTable)
        .where(*_siblings(discarded), TargetTable.project_code == discarded.project_code)
        .order_by(TargetTable.id)
        .limit(1)
    )
    return other.title if other else ""


def _renumbered(session: Session, table: TargetTable, document: Document) -> Document:
    """`document`, with the next ordinal if another table has its own."""
    if not isinstance(document, ProjectDocument):
        return document
    is_taken = session.scalar(
        select(TargetTable.id)
        .where(*_siblings(table), TargetTable.id != table.id, TargetTable.position == document.ordinal)
        .limit(1)
    )
    if is_taken is None:
        return document
    return replace(document, ordinal=drafts.next_ordinal(session, table.office_code, table.year))


def _siblings(draft: TargetTable | DiscardedDraft) -> tuple[ColumnElement[bool], ...]:
    return (
        TargetTable.office_code == draft.office_code,
        TargetTable.year == draft.year,
        TargetTable.kind == Kind.PROJECT.value,
    )
