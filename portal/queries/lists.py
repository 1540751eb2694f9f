"""Lists of target tables and their counts, bounded by what the actor may see, fast at any number of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.domain.permissions import Actor, Permission, grants_held, offices_in_reach
from portal.domain.states import State
from portal.models import Office, Participation, TargetTable
from portal.queries.tables import visible

PAGE = 50
COUNTED = 1_000
"""Counts stop here: "999+" says as much as 63,214, and counting further costs time that grows."""


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
    """rows: as `listing` selects them."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    before: Cursor | None
    after: Cursor | None


_PAIRS: Mapping[str, tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]]] = {
    "code": (TargetTable.project_code, TargetTable.sent_code),
    "name": (TargetTable.project_name, TargetTable.sent_name),
    "total_fen": (TargetTable.total_fen, TargetTable.sent_total_fen),
    "errors": (TargetTable.errors, TargetTable.sent_errors),
    "warnings": (TargetTable.warnings, TargetTable.sent_warnings),
}


def _columns(actor: Actor) -> Mapping[str, SQLColumnExpression[Any]]:
    """The columns that speak of the text: of the working copy, or of the latest revision, as the actor may be told."""
    everything = grants_held(actor, Permission.SEE)
    of_copies = grants_held(actor, Permission.SEE_WORKING_COPY)
    if not of_copies:
        return {name: sent for name, (_, sent) in _PAIRS.items()}
    if len(of_copies) == len(everything):
        return {name: working for name, (working, _) in _PAIRS.items()}
    own = visible(actor, Permission.SEE_WORKING_COPY)
    return {name: case((own, working), else_=sent) for name, (working, sent) in _PAIRS.items()}


_ORDER = (TargetTable.office_code, TargetTable.position, TargetTable.id)


def listing(session: Session, actor: Actor, filters: Filters, cursor: Cursor | None = None) -> Page:
    """One page of the tables that the actor may see, in the order of offices and of the form.

    Seeks behind the last row shown instead of counting off, so that page 2,000 costs what page 1 does.
    """
    columns = _columns(actor)
    statement: Select[*tuple[Any, ...]] = (
        select(
            TargetTable.id,
            TargetTable.kind,
            TargetTable.office_code,
            Office.name.label("office_name"),
            TargetTable.position,
            columns["code"].label("code"),
            columns["name"].label("name"),
            columns["total_fen"].label("total_fen"),
            TargetTable.state,
            TargetTable.since,
            TargetTable.due,
            TargetTable.returns,
            TargetTable.submissions,
            columns["errors"].label("errors"),
            columns["warnings"].label("warnings"),
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


def _cursor(row: Row[*tuple[Any, ...]], *, backwards: bool) -> Cursor:
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
                columns["name"].contains(filters.text, autoescape=True),
                columns["code"].contains(filters.text.upper(), autoescape=True),
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


def offices_listed(session: Session, actor: Actor) -> Sequence[Row[str, str]]:
    """(code, name) of the offices whose tables the actor's grants can reach, for the filter."""
    reach = offices_in_reach(actor, Permission.SEE)
    statement = select(Office.code, Office.name).order_by(Office.code)
    if reach is not None:
        statement = statement.where(Office.code.in_(sorted(reach)))
    return session.execute(statement).all()
