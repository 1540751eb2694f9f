"""Target tables, one by one or all of an office, with what their pages show; never more than the actor may see.

`visible` is `permissions.may(SEE)` written as a condition, from the same grants. Lists and counts: `lists`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, String, and_, bindparam, cast, exists, false, or_, select, true
from sqlalchemy.orm import Session, joinedload, undefer

from portal.database import ROW_LOCK
from portal.domain import frameworks
from portal.domain.audit_events import ENCLOSING, About, history_events
from portal.domain.documents import Document
from portal.domain.enclosures import Enclosures
from portal.domain.errors import Invalid, NotVisible
from portal.domain.permissions import (
    Actor,
    Permission,
    TableFacts,
    bound_by_own_work,
    grants_held,
    may,
    offices_of,
)
from portal.domain.rules import YearRules
from portal.domain.states import State
from portal.models import AuditEntry, BudgetYear, Change, Revision, TargetTable
from portal.queries.enclosures import of_revision, of_table


@dataclass(frozen=True, slots=True)
class Reach:
    """The offices that grants of a permission reach for an actor; None = every office.

    outright: whatever has become of their tables; once_submitted: from a table's first submission on.
    """

    outright: frozenset[str] | None
    once_submitted: frozenset[str] | None

    @classmethod
    def of(cls, actor: Actor, permission: Permission) -> Reach:
        reached: dict[bool, frozenset[str] | None] = {False: frozenset(), True: frozenset()}
        for grant in grants_held(actor, permission):
            offices, before = offices_of(actor, grant), reached[grant.submitted_once]
            reached[grant.submitted_once] = None if offices is None or before is None else before | offices
        return cls(reached[False], reached[True])


def visible(actor: Actor, permission: Permission = Permission.SEE) -> ColumnElement[bool]:
    """Which tables the actor holds `permission` for, as far as no state and no four-eyes bound it."""
    reach = Reach.of(actor, permission)
    return within(
        None if reach.outright is None else sorted(reach.outright),
        None if reach.once_submitted is None else sorted(reach.once_submitted),
    )


def within(
    outright: Sequence[str] | BindParameter[Any] | None, once_submitted: Sequence[str] | BindParameter[Any] | None
) -> ColumnElement[bool]:
    """A reach as a condition, of codes or of a parameter that will hold them; None = every office."""
    ways: list[ColumnElement[bool]] = []
    for offices, bound in ((outright, true()), (once_submitted, TargetTable.submission_count > 0)):
        if offices is None:
            ways.append(bound)
        elif isinstance(offices, BindParameter) or offices:
            ways.append(and_(TargetTable.office_code.in_(offices), bound))
    return or_(*ways) if ways else false()


# Every page of a table and every save ask these; made once, a statement is compiled once.
_TABLES_AND_YEARS = (
    select(TargetTable)
    .where(TargetTable.id.in_(bindparam("table_ids", expanding=True)))
    .order_by(TargetTable.office_code, TargetTable.position, TargetTable.id)
    .options(joinedload(TargetTable.budget_year, innerjoin=True), undefer(TargetTable.content))
    .execution_options(populate_existing=True)
)
_TABLES = _TABLES_AND_YEARS.options(joinedload(TargetTable.office, innerjoin=True), joinedload(TargetTable.claimed_by))
_TABLES_LOCKED = _TABLES_AND_YEARS.with_for_update(of=TargetTable, **ROW_LOCK)
_WORKED_ON = select(TargetTable.id).where(
    TargetTable.id.in_(bindparam("table_ids", expanding=True)),
    or_(
        exists().where(Change.table_id == TargetTable.id, Change.actor_id == bindparam("actor_id")),
        exists().where(Revision.table_id == TargetTable.id, Revision.submitted_by_id == bindparam("actor_id")),
        # What travels with the text is work on it too.
        exists().where(
            AuditEntry.object_kind == About.TABLE.value,
            AuditEntry.object_id == cast(TargetTable.id, String),
            AuditEntry.actor_id == bindparam("actor_id"),
            AuditEntry.act.in_([event.name for event in ENCLOSING]),
        ),
    ),
)


def facts_of(session: Session, actor: Actor, table: TargetTable) -> TableFacts:
    """What ACTIONS and PERMISSIONS need to know of `table`."""
    (facts,) = facts_of_many(session, actor, [table])
    return facts


def facts_of_many(session: Session, actor: Actor, tables: Sequence[TargetTable]) -> list[TableFacts]:
    """What ACTIONS and PERMISSIONS need to know of each table; of those who worked on it, whether the actor did.

    That is asked only of those whom it may keep from something.
    """
    worked_on: frozenset[int] = frozenset()
    if tables and bound_by_own_work(actor):
        wanted = {"table_ids": [table.id for table in tables], "actor_id": actor.id}
        worked_on = frozenset(session.scalars(_WORKED_ON, wanted))
    return [
        TableFacts(
            office=table.office_code,
            state=State(table.state),
            submitted_once=table.submission_count > 0,
            worked_on_by=frozenset({actor.id}) if table.id in worked_on else frozenset(),
        )
        for table in tables
    ]


def table_with_facts(
    session: Session, actor: Actor, table_id: int, *, lock: bool = False
) -> tuple[TargetTable, TableFacts]:
    """One of `tables_with_facts`. Raises NotVisible where the actor may not see it."""
    for found in tables_with_facts(session, actor, [table_id], lock=lock):
        return found
    raise NotVisible


def tables_with_facts(
    session: Session, actor: Actor, table_ids: Sequence[int], *, lock: bool = False
) -> list[tuple[TargetTable, TableFacts]]:
    """Those of the tables that the actor may see, read anew, with content, year, office and who claimed them.

    In the order of the lists, in as few statements as one. `lock`: for `write`; holds the rows until the commit, and
    leaves out the office and who claimed them.
    """
    tables = session.scalars(_TABLES_LOCKED if lock else _TABLES, {"table_ids": list(table_ids)}).all()
    found = zip(tables, facts_of_many(session, actor, tables), strict=True)
    return [(table, facts) for table, facts in found if may(actor, Permission.SEE, facts)]


@dataclass(frozen=True, slots=True)
class VisibleText:
    """The text of a table that an actor may see, and what goes with it: the working copy (revision_number 0), or the
    latest revision.
    """

    document: Document
    digest: str
    revision_number: int
    enclosed: Enclosures


def shown(session: Session, actor: Actor, table: TargetTable, facts: TableFacts) -> VisibleText | None:
    """None where there is nothing this actor may see: a draft never submitted, to the auditor."""
    if may(actor, Permission.SEE_WORKING_COPY, facts):
        is_draft = table.state in (State.DRAFTED.value, State.RETURNED.value)
        number = 0 if is_draft else table.submission_count
        return VisibleText(table.document, table.digest, number, of_table(session, table))
    if not table.submission_count:
        return None
    latest = revision(session, table.id, table.submission_count)
    return VisibleText(latest.document, latest.digest, latest.number, of_revision(session, table.id, latest.number))


def year_rules(year: BudgetYear) -> YearRules:
    """Raises Invalid where the file of the year's framework is gone: its tables cannot be judged until it is back."""
    if year.framework not in frameworks.available():
        raise Invalid(
            f"{year.year} 年度的指标体系“{year.framework[:40]}”在系统中找不到了，这一年度的表暂时不能打开；"
            "请告知系统管理员恢复。"
        )
    return YearRules(
        year=year.year,
        framework=frameworks.get(year.framework),
        code_pattern=year.code_pattern,
        office_code_pattern=year.office_code_pattern,
        only_warn=frozenset(year.only_warn.split()),
        off=frozenset(year.off.split()),
    )


def shown_of_office(session: Session, actor: Actor | None, office_code: str, year: int) -> list[tuple[Document, str]]:
    """What the actor may see of all tables of office and year, each with its stored digest; two statements.

    `actor` None: the operator of the server, who is given what the office itself would see.
    """
    of_office = (TargetTable.office_code == office_code, TargetTable.year == year)
    tables = session.scalars(
        select(TargetTable)
        .where(true() if actor is None else visible(actor), *of_office)
        .order_by(TargetTable.position, TargetTable.id)
        .options(undefer(TargetTable.content))
    ).all()
    latest = {
        sent.table_id: sent
        for sent in session.scalars(
            select(Revision)
            .join(
                TargetTable, and_(TargetTable.id == Revision.table_id, TargetTable.submission_count == Revision.number)
            )
            .where(*of_office)
            .options(undefer(Revision.content))
        )
    }
    found = []
    for table in tables:
        facts = TableFacts(table.office_code, State(table.state), table.submission_count > 0)
        if actor is None or may(actor, Permission.SEE_WORKING_COPY, facts):
            found.append((table.document, table.digest))
        elif table.id in latest:
            found.append((latest[table.id].document, latest[table.id].digest))
    return found


# --- the life of one table -----------------------------------------------------------------------


def revisions(session: Session, table_id: int) -> list[Revision]:
    """Without their contents, the latest first."""
    return list(session.scalars(select(Revision).where(Revision.table_id == table_id).order_by(Revision.number.desc())))


def revision(session: Session, table_id: int, number: int) -> Revision:
    """With its content. Raises NotVisible."""
    found = session.scalar(
        select(Revision)
        .where(Revision.table_id == table_id, Revision.number == number)
        .options(undefer(Revision.content))
    )
    if found is None:
        raise NotVisible("没有这一次送审的版本。")
    return found


def history(session: Session, table_id: int, most: int | None = None) -> list[AuditEntry]:
    """Birth, submissions and decisions of a table, the latest first, `most` of them."""
    return list(
        session.scalars(
            select(AuditEntry)
            .where(
                AuditEntry.object_kind == About.TABLE.value,
                AuditEntry.object_id == str(table_id),
                AuditEntry.act.in_([event.name for event in history_events()]),
            )
            .order_by(AuditEntry.number.desc())
            .limit(most)
        )
    )


def in_force_number(session: Session, table: TargetTable) -> int | None:
    """The number of the approved revision in force, which may be older than the latest."""
    if table.in_force_id is None:
        return None
    return session.scalar(select(Revision.number).where(Revision.id == table.in_force_id))
