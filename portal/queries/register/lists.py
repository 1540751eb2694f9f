"""The list of entries with their standings, restricted to the offices whose register the actor may see; and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    SQLColumnExpression,
    bindparam,
    cast,
    false,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from portal.database import local_today
from portal.domain import searching
from portal.domain.permissions import Actor, Permission, offices_in_reach
from portal.domain.register import OWED, Selection, Standing
from portal.models import Office, RegisterEntry
from portal.queries.register import entries, reviews, standings
from portal.queries.searching import contains_all

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """standing, selection: of the list; counts of standings disregard both. text: words, each in the name or the code.

    claimant: id of the person who reviews the tables, 0 = nobody does. rule: found in the latest submission. kind: of
    an opinion that was raised.
    """

    year: int
    office: str = ""
    standing: Standing | None = None
    selection: Selection | None = None
    text: str = ""
    is_key: bool = False
    claimant: int | None = None
    rule: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A keyset cursor: the position after (or, backwards, before) the entry with this office and code."""

    office: str
    code: str
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Row[*tuple[Any, ...]]]
    before: Cursor | None
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of entries. in_force: of those whose table has a revision in force, whatever its standing."""

    by_standing: Mapping[Standing, int]
    in_force: int

    @property
    def total(self) -> int:
        return sum(self.by_standing.values())

    @property
    def owed(self) -> int:
        return sum(count for standing, count in self.by_standing.items() if standing in OWED.standings)


def listing(session: Session, actor: Actor, filters: Filters, cursor: Cursor | None = None) -> Page:
    """One page of entries, by office and code. Each row has `standing` besides the columns of a line. One statement."""
    backwards = cursor is not None and cursor.backwards
    statement = (
        standings.with_tables(*entries.line_columns(), standings.seen_by(actor).label("standing"))
        .join(Office, Office.code == RegisterEntry.office_code)
        .where(*_matching(actor, filters))
        .order_by(*(column.desc() if backwards else column for column in _PLACE))
        .limit(PAGE + 1)
    )
    statement = statement.where(*_chosen(actor, filters))
    if cursor:
        here, place = tuple_(*_PLACE), tuple_(cursor.office, cursor.code)
        statement = statement.where(here < place if backwards else here > place)
    found = session.execute(statement).all()
    more, rows = len(found) > PAGE, found[:PAGE]
    if backwards:
        rows = rows[::-1]
    has_before, has_after = (more, True) if backwards else (cursor is not None, more)
    return Page(
        rows,
        Cursor(rows[0].office_code, rows[0].code, backwards=True) if rows and has_before else None,
        Cursor(rows[-1].office_code, rows[-1].code) if rows and has_after else None,
    )


def counts(session: Session, actor: Actor, filters: Filters) -> Counts:
    """Of all standings, whatever standing `filters` names. One statement."""
    in_force = func.coalesce(func.sum(cast(standings.FACTS["in_force"], Integer)), 0)
    standing = standings.seen_by(actor)
    rows = session.execute(
        standings.with_tables(standing.label("standing"), func.count().label("entries"), in_force.label("in_force"))
        .where(*_matching(actor, filters))
        .group_by(standing)
    ).all()
    found = {Standing(row.standing): row.entries for row in rows}
    return Counts({each: found.get(each, 0) for each in Standing}, sum(row.in_force for row in rows))


def count(session: Session, actor: Actor, filters: Filters) -> int:
    """Of the entries that `listing` walks through. One statement."""
    conditions = [*_matching(actor, filters), *_chosen(actor, filters)]
    return session.scalar(standings.with_tables(func.count()).where(*conditions)) or 0


# Every home page of an office runs this. Built once, a statement is compiled once.
_NOT_BEGUN = (
    standings.with_tables(
        *(RegisterEntry.id, RegisterEntry.year, RegisterEntry.code, RegisterEntry.name),
        *(RegisterEntry.amount_fen, RegisterEntry.is_key),
    )
    .where(
        RegisterEntry.office_code == bindparam("office"),
        RegisterEntry.year.in_(bindparam("years", expanding=True)),
        standings.is_at(Standing.NOT_BEGUN),
    )
    .order_by(RegisterEntry.year.desc(), RegisterEntry.code)
    .limit(bindparam("most"))
)


def not_begun(session: Session, actor: Actor, years: Sequence[int], most: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """(id, year, code, name, amount_fen, is_key) of the entries for which the actor's own office has no table yet."""
    wanted = {"office": actor.office or "", "years": list(years), "most": most}
    return session.execute(_NOT_BEGUN, wanted).all()


def offices_listed(session: Session, actor: Actor) -> Sequence[Row[str, str]]:
    """(code, name) of the offices whose register the actor may see, for the filter."""
    return session.execute(select(Office.code, Office.name).where(seen(actor, Office.code)).order_by(Office.code)).all()


_PLACE = (RegisterEntry.office_code, RegisterEntry.code)


def seen(actor: Actor, office: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Condition for offices whose register the actor may see: `may(SEE_REGISTER)` in SQL."""
    reach = offices_in_reach(actor, Permission.SEE_REGISTER)
    if reach is None:
        return office.is_not(None)
    return office.in_(sorted(reach)) if reach else false()


def _matching(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [RegisterEntry.year == filters.year, seen(actor, RegisterEntry.office_code)]
    if filters.office:
        conditions.append(RegisterEntry.office_code == filters.office)
    if filters.is_key:
        conditions.append(RegisterEntry.is_key.is_(True))
    if filters.claimant is not None:
        conditions.append(reviews.is_with(filters.claimant, local_today()))
    if filters.rule:
        conditions.append(reviews.has_finding(filters.rule))
    if filters.kind:
        conditions.append(reviews.has_opinion(filters.kind))
    conditions += [
        or_(contains_all(RegisterEntry.name, word), contains_all(RegisterEntry.code, word))
        for word in searching.words(filters.text)
    ]
    return conditions


def _chosen(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [standings.seen_by(actor) == filters.standing.value] if filters.standing else []
    if filters.selection:
        conditions.append(standings.selected(filters.selection, local_today()))
    return conditions
