"""Target tables: one with what its page shows, many as lists and counts, always bounded by what the actor may see.

Lists and single checks read the same grants: `visible` is `permissions.may(SEE)` written as a condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, case, exists, false, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import Session, joinedload, undefer

from portal.domain.documents import Document, Kind, ProjectDocument
from portal.domain.errors import NotVisible
from portal.domain.permissions import Actor, Permission, TableFacts, grants_held, may, offices_of
from portal.domain.rules import YearRules
from portal.domain.states import State
from portal.models import AuditEntry, BudgetYear, Change, Office, Participation, Revision, TargetTable
from portal.domain.acts import HISTORY, About
from portal.domain import frameworks

PAGE = 50
COUNTED = 1_000
"""Counts stop here: "999+" says as much as 63,214, and counting further costs time that grows."""


def visible(actor: Actor, permission: Permission = Permission.SEE) -> ColumnElement[bool]:
    """Which tables the actor holds `permission` for, as far as no state and no four-eyes bound it."""
    ways: list[ColumnElement[bool]] = []
    for grant in grants_held(actor, permission):
        offices = offices_of(actor, grant)
        condition = true() if offices is None else TargetTable.office_code.in_(sorted(offices))
        ways.append(and_(condition, TargetTable.submissions > 0) if grant.submitted_once else condition)
    return or_(*ways) if ways else false()


def facts_of(session: Session, actor: Actor, table: TargetTable) -> TableFacts:
    """What TRANSITIONS and PERMISSIONS need to know of `table`; of those who worked on it, whether the actor did."""
    worked = session.scalar(
        select(
            or_(
                exists().where(Change.table_id == table.id, Change.actor_id == actor.id),
                exists().where(Revision.table_id == table.id, Revision.submitted_by_id == actor.id),
            )
        )
    )
    return TableFacts(
        office=table.office_code,
        state=State(table.state),
        submitted_once=table.submissions > 0,
        worked_on_by=frozenset({actor.id}) if worked else frozenset(),
    )


def table_with_facts(
    session: Session, actor: Actor, table_id: int, *, lock: bool = False
) -> tuple[TargetTable, TableFacts]:
    """The table with office, year and content, if the actor may see it. Raises NotVisible.

    `lock`: for `write`; reads the row again and holds it until the commit.
    """
    statement = (
        select(TargetTable)
        .where(TargetTable.id == table_id)
        .options(
            joinedload(TargetTable.office, innerjoin=True),
            joinedload(TargetTable.budget_year, innerjoin=True),
            joinedload(TargetTable.claimed_by),
            undefer(TargetTable.content),
        )
    )
    if lock:
        statement = statement.with_for_update(of=TargetTable).execution_options(populate_existing=True)
    table = session.scalar(statement)
    if table is None:
        raise NotVisible
    facts = facts_of(session, actor, table)
    if not may(actor, Permission.SEE, facts):
        raise NotVisible
    return table, facts


@dataclass(frozen=True, slots=True)
class Shown:
    """The text of a table that an actor may see: the working copy (revision_number 0), or the latest revision."""

    document: Document
    digest: str
    revision_number: int


def shown(session: Session, actor: Actor, table: TargetTable, facts: TableFacts) -> Shown | None:
    """None where there is nothing this actor may see: a draft never submitted, to the auditor."""
    if may(actor, Permission.SEE_WORKING_COPY, facts):
        is_draft = table.state in (State.DRAFTED.value, State.RETURNED.value)
        return Shown(table.document, table.digest, 0 if is_draft else table.submissions)
    if not table.submissions:
        return None
    latest = revision(session, table.id, table.submissions)
    return Shown(latest.document, latest.digest, latest.number)


def year_rules(year: BudgetYear) -> YearRules:
    return YearRules(
        year=year.year,
        framework=frameworks.get(year.framework),
        code_pattern=year.code_pattern,
        only_warn=frozenset(year.only_warn.split()),
        off=frozenset(year.off.split()),
    )


def sibling_names(session: Session, table: TargetTable) -> list[ProjectDocument]:
    """The other project tables of office and year, code and name only: what uniqueness looks at."""
    found = session.execute(
        select(TargetTable.position, TargetTable.project_code, TargetTable.project_name).where(
            TargetTable.year == table.year,
            TargetTable.office_code == table.office_code,
            TargetTable.kind == Kind.PROJECT.value,
            TargetTable.id != table.id,
        )
    )
    return [ProjectDocument(ordinal=n, project_code=code, project_name=name) for n, code, name in found]


# --- lists ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list shows: one year, and of it what matches. `text` is looked for in name and code."""

    year: int
    office: str = ""
    state: State | None = None
    text: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: behind (or, backwards, before) the row that these values name."""

    office: str
    position: int
    id: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Row[tuple[object, ...]]]
    before: Cursor | None
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns that speak of the text: those of the working copy, or of the latest revision."""

    code: ColumnElement[str]
    name: ColumnElement[str]
    total_fen: ColumnElement[int | None]
    errors: ColumnElement[int]
    warnings: ColumnElement[int]


_PAIRS = {
    "code": (TargetTable.project_code, TargetTable.sent_code),
    "name": (TargetTable.project_name, TargetTable.sent_name),
    "total_fen": (TargetTable.total_fen, TargetTable.sent_total_fen),
    "errors": (TargetTable.errors, TargetTable.sent_errors),
    "warnings": (TargetTable.warnings, TargetTable.sent_warnings),
}


def _columns(actor: Actor) -> _Columns:
    """What the actor may be told: nobody without the right learns from a list what a working copy says."""
    everything = grants_held(actor, Permission.SEE)
    of_copies = grants_held(actor, Permission.SEE_WORKING_COPY)
    if not of_copies:
        return _Columns(**{name: sent for name, (_, sent) in _PAIRS.items()})
    if len(of_copies) == len(everything):
        return _Columns(**{name: working for name, (working, _) in _PAIRS.items()})
    own = visible(actor, Permission.SEE_WORKING_COPY)
    return _Columns(**{name: case((own, working), else_=sent) for name, (working, sent) in _PAIRS.items()})


_ORDER = (TargetTable.office_code, TargetTable.position, TargetTable.id)


def listing(session: Session, actor: Actor, filters: Filters, cursor: Cursor | None = None) -> Page:
    """One page of the tables that the actor may see, in the order of offices and of the form.

    Seeks behind the last row shown instead of counting off, so that page 2,000 costs what page 1 does.
    """
    columns = _columns(actor)
    statement = (
        select(
            TargetTable.id,
            TargetTable.kind,
            TargetTable.office_code,
            Office.name.label("office_name"),
            TargetTable.position,
            columns.code.label("code"),
            columns.name.label("name"),
            columns.total_fen.label("total_fen"),
            TargetTable.state,
            TargetTable.since,
            TargetTable.due,
            TargetTable.returns,
            TargetTable.submissions,
            columns.errors.label("errors"),
            columns.warnings.label("warnings"),
        )
        .join(Office, Office.code == TargetTable.office_code)
        .where(*_matching(actor, filters))
        .limit(PAGE + 1)
    )
    backwards = cursor is not None and cursor.backwards
    if cursor is not None:
        place = tuple_(literal(cursor.office), literal(cursor.position), literal(cursor.id))
        statement = statement.where(tuple_(*_ORDER) < place if backwards else tuple_(*_ORDER) > place)
    statement = statement.order_by(*(column.desc() if backwards else column for column in _ORDER))
    found = session.execute(statement).all()
    more, rows = len(found) > PAGE, found[:PAGE]
    if backwards:
        rows = rows[::-1]
    has_before, has_after = (more, True) if backwards else (cursor is not None, more)
    return Page(
        rows,
        _cursor(rows[0], backwards=True) if rows and has_before else None,
        _cursor(rows[-1], backwards=False) if rows and has_after else None,
    )


def _cursor(row: Row[tuple[object, ...]], *, backwards: bool) -> Cursor:
    return Cursor(row.office_code, row.position, row.id, backwards)


def _matching(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [visible(actor), TargetTable.year == filters.year]
    if filters.state is not None:
        conditions.append(TargetTable.state == filters.state.value)
    if filters.office:
        conditions.append(TargetTable.office_code == filters.office)
    if filters.text:
        columns = _columns(actor)
        conditions.append(
            or_(
                columns.name.contains(filters.text, autoescape=True),
                columns.code.contains(filters.text.upper(), autoescape=True),
            )
        )
    if filters.mine:
        mine = select(Participation.table_id).where(Participation.user_id == actor.id)
        conditions.append(TargetTable.id.in_(mine))
    return conditions


def counts(session: Session, actor: Actor, year: int) -> dict[str, int]:
    """How many tables of `year` the actor may see, by state, and "mine"; each count stops at COUNTED."""
    wanted = {state.value: Filters(year, state=state) for state in State} | {"mine": Filters(year, mine=True)}
    columns = [
        select(func.count())
        .select_from(select(TargetTable.id).where(*_matching(actor, filters)).limit(COUNTED).subquery())
        .scalar_subquery()
        .label(name)
        for name, filters in wanted.items()
    ]
    return dict(session.execute(select(*columns)).one()._mapping)


def offices_listed(session: Session, actor: Actor) -> list[Row[tuple[str, str]]]:
    """(code, name) of the offices whose tables the actor's grants can reach, for the filter."""
    reach: set[str] | None = set()
    for grant in grants_held(actor, Permission.SEE):
        offices = offices_of(actor, grant)
        reach = None if offices is None or reach is None else reach | offices
    statement = select(Office.code, Office.name).order_by(Office.code)
    if reach is not None:
        statement = statement.where(Office.code.in_(sorted(reach)))
    return list(session.execute(statement).all())


def of_office(session: Session, actor: Actor | None, office_code: str, year: int) -> list[TargetTable]:
    """All tables of office and year that the actor may see, in the order of the form, content loaded.

    `actor` None: the operator of the server, all of them.
    """
    return list(
        session.scalars(
            select(TargetTable)
            .where(
                true() if actor is None else visible(actor),
                TargetTable.office_code == office_code,
                TargetTable.year == year,
            )
            .order_by(TargetTable.position, TargetTable.id)
            .options(undefer(TargetTable.content))
        )
    )


# --- the life of one table -----------------------------------------------------------------------


def revisions(session: Session, table_id: int) -> list[Revision]:
    """Without their contents, the latest first."""
    return list(
        session.scalars(select(Revision).where(Revision.table_id == table_id).order_by(Revision.number.desc()))
    )


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


def history(session: Session, table_id: int) -> list[AuditEntry]:
    """Birth, submissions and decisions of a table, the latest first."""
    return list(
        session.scalars(
            select(AuditEntry)
            .where(
                AuditEntry.object_kind == About.TABLE.value,
                AuditEntry.object_id == str(table_id),
                AuditEntry.act.in_([act.value for act in HISTORY]),
            )
            .order_by(AuditEntry.number.desc())
        )
    )


def last_save(session: Session, table_id: int) -> tuple[str, datetime] | None:
    """(who, when) of the latest change to the working copy."""
    row = session.execute(
        select(Change.actor_name, Change.at).where(Change.table_id == table_id).order_by(Change.id.desc()).limit(1)
    ).one_or_none()
    return (row.actor_name, row.at) if row else None


def in_force_number(session: Session, table: TargetTable) -> int | None:
    """The number of the approved revision in force, which may be older than the latest."""
    if table.in_force_id is None:
        return None
    return session.scalar(select(Revision.number).where(Revision.id == table.in_force_id))
