"""Target tables, one by one or all of an office, with the data of their pages, as far as the actor may see them.

`visible` is `permissions.may(SEE)` as an SQL condition, from the same grants. Lists and counts: `lists`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    String,
    and_,
    bindparam,
    cast,
    exists,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, joinedload, undefer
from sqlalchemy.orm.attributes import set_committed_value

from portal.database import ROW_LOCK
from portal.domain import frameworks
from portal.domain.audit_events import ENCLOSING, OWN_WORK, About, history_events
from portal.domain.audit_keys import PRINCIPAL
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
from portal.models import (
    AuditEntry,
    BudgetYear,
    Change,
    Opinion,
    OpinionEvent,
    Revision,
    TargetTable,
    Voiding,
)
from portal.queries import revisions
from portal.queries.enclosures import of_working_copy


@dataclass(frozen=True, slots=True)
class Reach:
    """The offices for which an actor's grants give a permission; None = every office.

    outright: for tables in any state; once_submitted: from a table's first submission on.
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
    """Condition for tables for which the actor holds `permission`, regardless of state and four eyes."""
    reach = Reach.of(actor, permission)
    return within(
        None if reach.outright is None else sorted(reach.outright),
        None if reach.once_submitted is None else sorted(reach.once_submitted),
    )


def within(
    outright: Sequence[str] | BindParameter[Any] | None, once_submitted: Sequence[str] | BindParameter[Any] | None
) -> ColumnElement[bool]:
    """A reach as an SQL condition, from office codes or from a bind parameter for them; None = every office."""
    conditions: list[ColumnElement[bool]] = []
    for offices, bound in ((outright, true()), (once_submitted, TargetTable.submission_count > 0)):
        if offices is None:
            conditions.append(bound)
        elif isinstance(offices, BindParameter) or offices:
            conditions.append(and_(TargetTable.office_code.in_(offices), bound))
    return or_(*conditions) if conditions else false()


# Every page of a table and every save run these. Built once, a statement is compiled once.
_TABLES_AND_YEARS = (
    select(TargetTable)
    .where(TargetTable.id.in_(bindparam("table_ids", expanding=True)))
    .order_by(TargetTable.office_code, TargetTable.position, TargetTable.id)
    .options(joinedload(TargetTable.budget_year, innerjoin=True), undefer(TargetTable.content))
    .execution_options(populate_existing=True)
)
_TABLES = _TABLES_AND_YEARS.options(joinedload(TargetTable.office, innerjoin=True), joinedload(TargetTable.claimed_by))
_TABLES_LOCKED = _TABLES_AND_YEARS.with_for_update(of=TargetTable, **ROW_LOCK)
_VOIDED = select(Voiding.table_id).where(Voiding.table_id.in_(bindparam("table_ids", expanding=True)))
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_FOR = ("for_first", "for_last")
_WORKED_ON = select(TargetTable.id).where(
    TargetTable.id.in_(bindparam("table_ids", expanding=True)),
    or_(
        exists().where(Change.table_id == TargetTable.id, Change.actor_id.in_(_IDS)),
        exists().where(Revision.table_id == TargetTable.id, Revision.submitted_by_id.in_(_IDS)),
        # Explanations and attachments are work on the table too.
        exists().where(
            AuditEntry.object_kind == About.TABLE.value,
            AuditEntry.object_id == cast(TargetTable.id, String),
            or_(
                and_(AuditEntry.act.in_([event.name for event in ENCLOSING]), AuditEntry.actor_id.in_(_IDS)),
                # What a stand-in did for one of them; the record is the only place that has it for all kinds of work.
                and_(
                    AuditEntry.act.in_([event.name for event in OWN_WORK]),
                    or_(*(AuditEntry.detail.like(bindparam(name)) for name in _FOR)),
                ),
            ),
        ),
        # So are proposed changes that the office took.
        exists().where(
            Opinion.table_id == TargetTable.id,
            Opinion.author_id.in_(_IDS),
            OpinionEvent.opinion_id == Opinion.id,
            OpinionEvent.taken_in.is_not(None),
        ),
    ),
)


def not_voided() -> ColumnElement[bool]:
    """Condition for tables that were not voided (作废): all that somebody may still work on."""
    return ~exists().where(Voiding.table_id == TargetTable.id)


def voiding(session: Session, table_id: int) -> Voiding:
    """Why and by whom a voided table was voided."""
    return session.get_one(Voiding, table_id)


def facts_of(session: Session, actor: Actor, table: TargetTable) -> TableFacts:
    """The facts of `table` that ACTIONS and PERMISSIONS depend on."""
    (facts,) = facts_of_many(session, actor, [table])
    return facts


def facts_of_many(session: Session, actor: Actor, tables: Sequence[TargetTable]) -> list[TableFacts]:
    """The facts of each table. `worked_on_by` holds at most the actor, and whom the actor acts for.

    Queries own work only for actors whose permissions depend on it (four eyes).
    """
    worked_on: frozenset[int] = frozenset()
    if tables and bound_by_own_work(actor):
        ids = sorted(actor.ids)
        wanted: dict[str, Any] = {"table_ids": [table.id for table in tables], "ids": ids}
        wanted |= {name: f'%"{PRINCIPAL}":{{"id":{id},%' for name, id in zip(_FOR, (ids[0], ids[-1]), strict=True)}
        worked_on = frozenset(session.scalars(_WORKED_ON, wanted))
    return [
        TableFacts(
            office=table.office_code,
            state=State(table.state),
            submitted_once=table.submission_count > 0,
            worked_on_by=actor.ids if table.id in worked_on else frozenset(),
            in_force=table.in_force_id is not None,
            voided=table.is_voided,
        )
        for table in tables
    ]


def table_with_facts(
    session: Session, actor: Actor, table_id: int, *, lock: bool = False
) -> tuple[TargetTable, TableFacts]:
    """As `tables_with_facts`, for one table. Raises NotVisible if the actor may not see it."""
    for found in tables_with_facts(session, actor, [table_id], lock=lock):
        return found
    raise NotVisible


def tables_with_facts(
    session: Session, actor: Actor, table_ids: Sequence[int], *, lock: bool = False
) -> list[tuple[TargetTable, TableFacts]]:
    """The tables of `table_ids` that the actor may see, reloaded, with content, year, office and claimant.

    In the order of the lists, in one statement (two where own work counts). `lock`: for `write`; locks the rows until
    the commit and does not load office and claimant.
    """
    tables = session.scalars(_TABLES_LOCKED if lock else _TABLES, {"table_ids": list(table_ids)}).all()
    if lock:
        _reread_voided(session, tables)
    found = zip(tables, facts_of_many(session, actor, tables), strict=True)
    return [(table, facts) for table, facts in found if may(actor, Permission.SEE, facts)]


def _reread_voided(session: Session, tables: Sequence[TargetTable]) -> None:
    """PostgreSQL reads other rows than the locked ones as they were before it waited for the lock: a table may have
    been voided meanwhile.
    """
    voided = set(session.scalars(_VOIDED, {"table_ids": [table.id for table in tables]}))
    for table in tables:
        set_committed_value(table, "is_voided", table.id in voided)


@dataclass(frozen=True, slots=True)
class VisibleText:
    """The text of a table that an actor may see, with its enclosures: the working copy or the latest revision.

    revision: None = a draft's working copy. as_proposed: of a revision that the bureau sees, 只按代拟改法改.
    findings: the stored ones of a revision, if it has any.
    """

    document: Document
    digest: str
    enclosed: Enclosures
    revision: Revision | None = None
    as_proposed: bool = False
    findings: str | None = None

    @property
    def revision_number(self) -> int:
        return self.revision.number if self.revision else 0


def visible_text(session: Session, actor: Actor, table: TargetTable, facts: TableFacts) -> VisibleText | None:
    """The text that the actor may see; None if there is none, for instance a never submitted draft for the auditor."""
    sees_copy = may(actor, Permission.SEE_WORKING_COPY, facts)
    if sees_copy and table.state in (State.DRAFTED.value, State.RETURNED.value):
        return VisibleText(table.document, table.digest, of_working_copy(session, table))
    if not table.submission_count:
        return None
    latest = revisions.sent_text(session, table.id, table.submission_count)
    sent, as_proposed = latest.revision, bool(latest.revision.as_proposed) and not sees_copy
    return VisibleText(sent.document, sent.digest, latest.enclosed, sent, as_proposed, latest.findings)


def year_rules(year: BudgetYear) -> YearRules:
    """Raises Invalid if the file of the year's framework is missing: without it no table of the year can be checked."""
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


@dataclass(frozen=True, slots=True)
class TextOfTable:
    """A text of a table with its stored digest. frozen: the revision that it is, None for a working copy."""

    document: Document
    digest: str
    table: TargetTable
    frozen: Revision | None


def visible_texts_of_office(session: Session, actor: Actor | None, office_code: str, year: int) -> list[TextOfTable]:
    """The texts that the actor may see of an office and year. Two statements.

    `actor` None: the operator of the server, who gets what the office itself sees.
    """
    of_office = (TargetTable.office_code == office_code, TargetTable.year == year)
    tables = session.scalars(
        select(TargetTable)
        .where(true() if actor is None else visible(actor), *of_office, not_voided())
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
            is_draft = table.state in (State.DRAFTED.value, State.RETURNED.value)
            found.append(TextOfTable(table.document, table.digest, table, None if is_draft else latest[table.id]))
        elif frozen := latest.get(table.id):
            found.append(TextOfTable(frozen.document, frozen.digest, table, frozen))
    return found


def submitted_texts(session: Session, table_ids: Sequence[int]) -> dict[int, Document]:
    """The latest submitted text of each table, by its id. For tables that the actor may see; one statement."""
    latest = and_(TargetTable.id == Revision.table_id, TargetTable.submission_count == Revision.number)
    found = session.scalars(
        select(Revision)
        .join(TargetTable, latest)
        .where(TargetTable.id.in_(table_ids))
        .options(undefer(Revision.content))
    )
    return {sent.table_id: sent.document for sent in found}


def history(session: Session, actor: Actor, table_id: int, facts: TableFacts) -> list[AuditEntry]:
    """The main acts of a table that the actor may see, see `history_events`; the latest first."""
    acts = [event.name for event in history_events(actor, facts)]
    return list(session.scalars(_HISTORY, {"object_id": str(table_id), "acts": acts}))


_HISTORY = (
    select(AuditEntry)
    .where(
        AuditEntry.object_kind == About.TABLE.value,
        AuditEntry.object_id == bindparam("object_id"),
        AuditEntry.act.in_(bindparam("acts", expanding=True)),
    )
    .order_by(AuditEntry.number.desc())
)
