"""Who changed which cell when: the change log of a table, for people to read, as far as they may see it.

The office sees the whole log. The auditor sees it up to the latest submission and never what was saved afterwards.
Undo and restoring belong in `undo_redo`, replaying in `change_log`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from portal.domain import actions, changes
from portal.domain.audit_events import About
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.models import AuditEntry, Change, Revision, TargetTable
from portal.services.drafting.change_log import LoggedOperation

ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class EditingFilters:
    """by: a name as the log has it. path: a cell, field or row. before: only operations with a smaller id."""

    by: str = ""
    path: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Edited(LoggedOperation):
    """id: of the row in the change log."""

    id: int


def last_version_seen(session: Session, actor: Actor, table: TargetTable, facts: TableFacts) -> int:
    """The version of the working copy up to which the actor may see who changed what; 0 = nothing."""
    if may(actor, Permission.SEE_WORKING_COPY, facts):
        return table.version
    return frozen_version(session, table) if may(actor, Permission.SEE_EDITING, facts) else 0


def frozen_version(session: Session, table: TargetTable) -> int:
    """The version that the latest submission froze; 0 if there was none.

    Its entry states the version. Earlier versions of the portal did not; there, the time of the submission decides.
    """
    if not table.submission_count:
        return 0
    detail = session.scalar(
        select(AuditEntry.detail)
        .where(
            AuditEntry.object_kind == About.TABLE.value,
            AuditEntry.object_id == str(table.id),
            AuditEntry.act == actions.SUBMIT.name,
        )
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    stated = json.loads(detail or "{}")
    if stated.get("revision") == table.submission_count and "version" in stated:
        return int(stated["version"])
    sent = select(Revision.submitted_at).where(Revision.table_id == table.id, Revision.number == table.submission_count)
    saved = select(func.max(Change.version)).where(Change.table_id == table.id, Change.at <= sent.scalar_subquery())
    return session.scalar(saved) or 0


def edits(session: Session, table_id: int, until: int, filters: EditingFilters, most: int) -> list[Edited]:
    """At most `most` operations up to version `until`, the latest first."""
    statement = _edits(table_id, until, filters).order_by(Change.version.desc(), Change.id.desc()).limit(most)
    return [_edited(row) for row in session.execute(statement)]


def all_edits(session: Session, table_id: int, until: int, filters: EditingFilters) -> Iterator[Edited]:
    """The operations up to version `until`, the earliest first, streamed."""
    statement = _edits(table_id, until, filters).order_by(Change.version, Change.id)
    return map(_edited, session.execute(statement.execution_options(yield_per=1_000)))


def editors(session: Session, table_id: int, until: int) -> Sequence[str]:
    """Names of whoever changed something up to version `until`, as the log has them."""
    statement = select(Change.actor_name).where(Change.table_id == table_id, Change.version <= until)
    return session.scalars(statement.distinct().order_by(Change.actor_name)).all()


def _edits(table_id: int, until: int, filters: EditingFilters) -> Select[int, str, int, str, datetime, int]:
    conditions: list[ColumnElement[bool]] = [Change.table_id == table_id, Change.version <= until]
    if filters.by:
        conditions.append(Change.actor_name == filters.by)
    if filters.path:
        conditions.append(_is_at(filters.path))
    if filters.before is not None:
        conditions.append(Change.id < filters.before)
    columns = (Change.version, Change.operation, Change.actor_id, Change.actor_name, Change.at, Change.id)
    return select(*columns).where(*conditions)


def _is_at(path: str) -> ColumnElement[bool]:
    """Operations on the place, on all cells of a row, and on the row that a cell is in."""
    of_row = path.split("/")[1:2]
    return or_(
        Change.operation.contains(f'"path": {json.dumps(path, ensure_ascii=False)}', autoescape=True),
        Change.operation.contains(f'"path": "{path}/', autoescape=True),
        *(Change.operation.contains(f'"id": {json.dumps(id, ensure_ascii=False)}', autoescape=True) for id in of_row),
    )


def _edited(row: Row[int, str, int, str, datetime, int]) -> Edited:
    version, operation, actor_id, name, at, id = row
    return Edited(version, changes.from_plain(json.loads(operation)), actor_id, name, at, id)
