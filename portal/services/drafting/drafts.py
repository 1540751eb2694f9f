"""Creating, saving and discarding drafts, and what all saves share.

A save of a whole form is the difference between the version opened and the posted form, merged onto the current
version. Saves by field: `field_saves`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from portal import queries
from portal.database import ROW_LOCK, now
from portal.domain import audit_events, changes, documents, forms, serialization
from portal.domain.amounts import to_fen
from portal.domain.changes import Conflict, Operation, Set
from portal.domain.documents import Document, Kind, PostedForm, ProjectDocument
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.forms import Form
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State
from portal.models import BudgetYear, DiscardedDraft, Office, TargetTable
from portal.services.drafting import change_log, checks, dependents
from portal.services.library import full_text_index
from portal.services.record import audit, facts
from portal.services.record.facts import Facts
from portal.services.review.workflow import VOIDED, stale_message
from portal.services.transaction import write

MAX_CONTENT = 4_000_000
"""Characters of canonical JSON in one table."""

# Every save runs this. A Core statement: the unit of work would cost as much as all reads of the save.
_TABLES = TargetTable.plain()
_REWRITE = update(_TABLES).where(_TABLES.c.id == bindparam("table_id"))
_REWRITTEN = ("version", "digest", "names")
"""The facts that a save writes."""


@dataclass(frozen=True, slots=True)
class FormSaveResult:
    """The version after the save and the operations it applied; or the conflicts that prevented it.

    With conflicts nothing is written: `merged` is the current text with this person's side of each conflict applied,
    for the form to continue from `version`.
    """

    table: TargetTable
    version: int
    operations: Sequence[Operation] = ()
    conflicts: Sequence[Conflict] = ()
    merged: Document | None = None


def create(session: Session, actor: Actor, kind: Kind, office_code: str, year: int) -> TargetTable:
    """Create a blank table of an office. Raises Forbidden, Invalid (closed year, second department table)."""
    with write(session):
        budget_year = queries.administration.years.open_year(session, year)
        office = office_to_draft_for(session, actor, office_code, lock=True)
        blank = with_assigned_fields(session, documents.blank(kind, budget_year.form(kind)), office, year)
        table, leaves = add(session, actor, budget_year, office, blank)
        checks.recount(session, actor, table, blank)
        audit.record(session, actor, audit_events.CREATE, audit.object_of_table(table), leaves)
    return table


def office_to_draft_for(session: Session, actor: Actor, office_code: str, *, lock: bool = False) -> Office:
    """The office, if the actor drafts for it. Raises Forbidden, also where there is no such office.

    `lock`: for callers that create tables; serializes numbering and the creation of the only department table.
    """
    office = session.get(Office, office_code, with_for_update=ROW_LOCK if lock else None)
    if office is None or not office.active or not may(actor, Permission.CREATE, TableFacts(office_code)):
        raise Forbidden("你没有为这个单位填报的权限。")
    return office


def with_assigned_fields(session: Session, document: Document, office: Office, year: int) -> Document:
    """`document` with the values that the portal assigns to a new table: ordinal, office code and name. In `write`."""
    if not isinstance(document, ProjectDocument):
        return document
    ordinal = next_ordinal(session, office.code, year)
    return replace(document, ordinal=ordinal, office_code=office.code, office_name=office.name)


def add(
    session: Session, actor: Actor, year: BudgetYear, office: Office, document: Document
) -> tuple[TargetTable, Facts]:
    """Insert a draft with the text `document`, as version 1 of its change log; return it with its facts.

    Inside `write`; the caller counts the findings (`checks.recount`) and records the act. Raises Invalid (second
    department table).
    """
    require_no_other_department_table(session, office, year, document)
    table = TargetTable(
        kind=document.kind.value,
        year=year.year,
        office_code=office.code,
        state="drafted",
        created_by_id=actor.id,
        due_on=queries.extensions.due_of_new_table(session, office.code, year.year),
        version=1,
        **columns_of(document),
    )
    table.budget_year = year
    table.office = office
    session.add(table)
    session.flush()
    operations = changes.between(documents.blank(document.kind, document.form), document)
    return table, facts.of_table(table) | change_log.write(session, actor, table, operations)


def require_no_other_department_table(session: Session, office: Office, year: BudgetYear, document: Document) -> None:
    """Raises Invalid if `document` would be the second department table of the office in the year."""
    if document.kind is Kind.DEPARTMENT and _has_department_table(session, office.code, year.year):
        raise Invalid(f"{office.name} {year.year} 年度已有部门整体绩效目标，不能再建一张。", "kind")


def save(session: Session, actor: Actor, table_id: int, opened: int, posted: PostedForm) -> FormSaveResult:
    """Save a posted form that was opened at version `opened`, merged with later changes of others.

    A field that the posted form does not name keeps its value. Raises NotVisible, Forbidden, Stale (no draft), Invalid.
    """
    with write(session):
        table, _ = editable(session, actor, table_id)
        current = table.document
        base = current if opened == table.version else change_log.version_of(session, table, opened)
        wanted = posted.onto(base)
        operations = changes.between(base, wanted)
        require_fields(forms.of(base), operations)
        merged, applied, conflicts = changes.merge(base, current, operations)
        if conflicts:
            return FormSaveResult(
                table, table.version, conflicts=conflicts, merged=_with_own_side(merged, conflicts, wanted)
            )
        if applied:
            checks.recount(session, actor, table, merged)
            leaves = rewrite(session, actor, table, merged, applied)
            record_save(session, actor, table, applied, leaves)
    return FormSaveResult(table, table.version, operations=applied)


def require_fields(form: Form, operations: Iterable[Operation]) -> None:
    """Raises Invalid if an operation sets a text in a field that the form does not have; clearing is allowed."""
    for operation in operations:
        if isinstance(operation, Set) and operation.new:
            field = documents.field_of(form.kind, operation.path)
            if not form.has(field):
                raise Invalid(f"这张表的表样没有“{form.label(field)}”这一栏。", operation.path)


def discard(session: Session, actor: Actor, table_id: int) -> str:
    """Move a draft that was never submitted to the recycle bin and return its title; its changes stay in the log."""
    with write(session):
        return move_to_recycle_bin(session, actor, table_id)


def move_to_recycle_bin(session: Session, actor: Actor, table_id: int) -> str:
    """`discard`, inside `write`. Raises NotVisible, Forbidden."""
    table, of_table = queries.tables.table_with_facts(session, actor, table_id, lock=True)
    if not may(actor, Permission.DISCARD, of_table):
        if of_table.submitted_once:
            raise Forbidden("送审过的表不能删除。")
        raise Forbidden("你没有删除这张表的权限。")
    thing = audit.object_of_table(table)
    title, digest, version = table.title, table.digest, table.version
    discarded = _discarded(session, actor, table)
    session.add(discarded)
    session.flush()
    full_text_index.forget_copy(session, table)
    session.execute(delete(TargetTable).where(TargetTable.id == table.id))
    leaves = facts.GONE | facts.of_rows(discarded)
    audit.record(session, actor, audit_events.DISCARD, thing, leaves, digest=digest, version=version)
    return title


def _discarded(session: Session, actor: Actor, table: TargetTable) -> DiscardedDraft:
    return DiscardedDraft(
        table_id=table.id,
        kind=table.kind,
        year=table.year,
        office_code=table.office_code,
        project_code=table.project_code,
        project_name=table.project_name,
        digest=table.digest,
        version=table.version,
        saved_at=table.saved_at,
        created_by_id=table.created_by_id,
        discarded_by_id=actor.id,
        discarded_by_name=actor.signature,
        discarded_at=now(),
        dependents=dependents.packed(session, table.id),
        content=table.content,
    )


def editable(session: Session, actor: Actor, table_id: int) -> tuple[TargetTable, TableFacts]:
    """The table, locked, if the actor may edit it now. Raises NotVisible, Forbidden, Stale, Invalid."""
    table, facts = queries.tables.table_with_facts(session, actor, table_id, lock=True)
    require_editing(session, actor, table, facts)
    return table, facts


def require_editing(session: Session, actor: Actor, table: TargetTable, facts: TableFacts) -> None:
    """Raises Stale if only the state forbids editing or the table was voided, Forbidden, Invalid (closed year)."""
    if facts.voided:
        raise Stale(VOIDED)
    if not may(actor, Permission.EDIT, facts):
        if may(actor, Permission.EDIT, replace(facts, state=State.DRAFTED)):
            raise Stale(stale_message(session, table))
        raise Forbidden("你没有编辑这张表的权限。")
    queries.administration.years.open_year(session, table.year)


def rewrite(
    session: Session, actor: Actor, table: TargetTable, document: Document, operations: Sequence[Operation]
) -> Facts:
    """Write `document` as the next version and `operations` to the change log; return the facts. Inside `write`.

    Does not count findings: saves of a whole form call `checks.recount`, saves by field must not wait for it.
    """
    columns, base = columns_of(document) | {"version": table.version + 1, "saved_at": now()}, table.digest
    session.execute(_REWRITE, columns | {"table_id": table.id})
    for name, value in columns.items():
        set_committed_value(table, name, value)
    started = Facts({"base": base})
    return started | facts.of_table(table, *_REWRITTEN) | change_log.write(session, actor, table, operations)


def record_save(
    session: Session,
    actor: Actor,
    table: TargetTable,
    operations: Sequence[Operation],
    leaves: Facts,
    **detail: object,
) -> None:
    """Write the audit entry of one save, of a whole form or by field. The last statement inside `write`."""
    audit.record(
        session,
        actor,
        audit_events.EDIT,
        audit.object_of_table(table),
        leaves,
        operations=len(operations),
        **detail,
    )


def columns_of(document: Document) -> dict[str, Any]:
    """Content, digest and derived columns; `checks` sets the counts of findings. Raises Invalid (text too long)."""
    content = serialization.canonical(document)
    if len(content) > MAX_CONTENT:
        raise Invalid("这张表的内容太多，系统无法保存；请精简文字。")
    columns: dict[str, Any] = {"content": content, "digest": serialization.digest(content)}
    if isinstance(document, ProjectDocument):
        columns |= {
            "position": document.ordinal,
            "project_code": document.project_code[:64],
            "project_name": document.project_name[:200],
            "total_fen": to_fen(forms.yuan(document, "budget/total")),
            "fiscal_fen": to_fen(forms.yuan(document, "budget/fiscal")),
            "other_fen": to_fen(forms.yuan(document, "budget/other")),
        }
    return columns


def _with_own_side(merged: Document, conflicts: Sequence[Conflict], form: Document) -> Document:
    """`merged` with this person's side of each conflict; a row that another person deleted is appended again."""
    for conflict in conflicts:
        list_name, _, rest = conflict.path.partition("/")
        if conflict.theirs is not None and conflict.mine is not None:
            merged = documents.with_value(merged, conflict.path, conflict.mine)
        elif conflict.theirs is None:
            row_id = rest.partition("/")[0]
            row = documents.find_row(form, list_name, row_id)
            if row and not documents.find_row(merged, list_name, row_id):
                merged = documents.with_rows(merged, list_name, (*documents.rows(merged, list_name), row))
    return merged


def next_ordinal(session: Session, office_code: str, year: int) -> int:
    highest = select(func.max(TargetTable.position)).where(
        TargetTable.office_code == office_code, TargetTable.year == year
    )
    return (session.scalar(highest) or 0) + 1


def _has_department_table(session: Session, office_code: str, year: int) -> bool:
    statement = select(TargetTable.id).where(
        TargetTable.office_code == office_code,
        TargetTable.year == year,
        TargetTable.kind == Kind.DEPARTMENT.value,
    )
    return session.scalar(statement) is not None
