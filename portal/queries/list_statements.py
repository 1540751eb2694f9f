"""The statements of the lists of tables, with their filters and cursors; `lists` runs them.

Each shape's statement is built once, with bind parameters for all values, and cached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from portal.domain import searching
from portal.domain.documents import Kind
from portal.domain.office_lists import TableOrder
from portal.domain.permissions import Actor, Permission
from portal.domain.states import State
from portal.models import BudgetYear, Office, Participation, TargetTable
from portal.queries import office_columns
from portal.queries.extents import NOWHERE, Extents, extent_values, extents_of, within_extents
from portal.queries.searching import contains_parameter
from portal.queries.table_columns import TABLE_COLUMNS
from portal.queries.tables import Reach, not_voided

PAGE = 50
COUNTED = 1_000
COUNTED_MINE = 100
"""Counts stop at these limits: "999+" is as useful as 63,214, and the time of a count grows with its result."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of a list of one year, or of several, the latest first. text: words, each in the name or the code.

    state: of tables that were not voided; a voided table (作废) stands in no state's list.
    """

    year: int | tuple[int, ...]
    office: str = ""
    state: State | None = None
    text: str = ""
    mine: bool = False

    @property
    def years(self) -> tuple[int, ...]:
        return (self.year,) if isinstance(self.year, int) else self.year

    @property
    def words(self) -> tuple[str, ...]:
        return searching.words(self.text)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A keyset cursor: the position after (or, backwards, before) the row with these values."""

    year: int
    office: str
    position: int
    id: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """All that determines the SQL of a statement; the key of the caches.

    sees, copies: extents (outright, once submitted) of the offices whose tables, and whose working copies, the actor
    may see. words, years: how many. departments: whether the words are found in the name that all department tables
    have. place: "", "after" or "before".
    """

    sees: Extents
    copies: Extents
    state: bool = False
    office: bool = False
    words: int = 0
    departments: bool = False
    mine: bool = False
    place: str = ""
    years: int = 1

    @property
    def is_office(self) -> bool:
        """Whether it is the list of somebody who may see working copies, with the columns of an office."""
        return self.copies != NOWHERE


def shape_of(actor: Actor, filters: Filters, cursor: Cursor | None = None) -> Shape:
    place = "" if cursor is None else "before" if cursor.backwards else "after"
    return Shape(
        extents_of(Reach.of(actor, Permission.SEE)),
        extents_of(Reach.of(actor, Permission.SEE_WORKING_COPY)),
        filters.state is not None,
        bool(filters.office),
        len(filters.words),
        bool(filters.words) and searching.finds(filters.words, Kind.DEPARTMENT.label),
        filters.mine,
        place,
        len(filters.years),
    )


def values(actor: Actor, filters: Filters, cursor: Cursor | None = None) -> dict[str, Any]:
    """Values of all bind parameters of all shapes."""
    return {
        **extent_values(Reach.of(actor, Permission.SEE), "sees"),
        **extent_values(Reach.of(actor, Permission.SEE_WORKING_COPY), "copies"),
        "years": list(filters.years),
        **{f"year_{n}": year for n, year in enumerate(filters.years)},
        "state": filters.state.value if filters.state else "",
        "office": filters.office,
        **{f"word_{n}": word for n, word in enumerate(filters.words)},
        "actor": actor.capacity_id,
        "after_office": cursor.office if cursor else "",
        "after_position": cursor.position if cursor else 0,
        "after_id": cursor.id if cursor else 0,
    }


_PAIRS: Mapping[str, tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]]] = {
    "code": (TargetTable.project_code, TargetTable.submitted_code),
    "name": (TargetTable.project_name, TargetTable.submitted_name),
    "total_fen": (TargetTable.total_fen, TargetTable.submitted_total_fen),
    "errors": (TargetTable.errors, TargetTable.submitted_errors),
    "warnings": (TargetTable.warnings, TargetTable.submitted_warnings),
}
_ORDER = (TargetTable.office_code, TargetTable.position, TargetTable.id)


@cache
def listing(shape: Shape) -> Select[*tuple[Any, ...]]:
    """One SELECT for each year, so that each is read in the order of its index and no further than a page."""
    if shape.years == 1:
        return _listing_of_year(shape, 0)
    rows = union_all(*(select(_listing_of_year(shape, n).subquery()) for n in range(shape.years))).subquery()
    year, *place = (rows.c[column.key] for column in (TargetTable.year, *_ORDER))
    order = (year, *(column.desc() for column in place)) if shape.place == "before" else (year.desc(), *place)
    return select(rows).order_by(*order).limit(PAGE + 1)


def _listing_of_year(shape: Shape, n: int) -> Select[*tuple[Any, ...]]:
    """The `n`th year; the cursor stands in the first one."""
    statement = _list_rows(shape).where(TargetTable.year == bindparam(f"year_{n}")).limit(PAGE + 1)
    if shape.place and n == 0:
        place = tuple_(bindparam("after_office"), bindparam("after_position"), bindparam("after_id"))
        order = tuple_(*_ORDER)
        statement = statement.where(order < place if shape.place == "before" else order > place)
    return statement.order_by(*(column.desc() if shape.place == "before" else column for column in _ORDER))


@cache
def sorted_(shape: Shape, order: TableOrder) -> Select[*tuple[Any, ...]]:
    keys = office_columns.sort_keys(order, _columns(shape), _own(shape))
    return (
        _list_rows(shape)
        .join(BudgetYear, BudgetYear.year == TargetTable.year)
        .where(_in_years())
        .order_by(*keys)
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
    )


def _in_years() -> ColumnElement[bool]:
    return TargetTable.year.in_(bindparam("years", expanding=True))


def _list_rows(shape: Shape) -> Select[*tuple[Any, ...]]:
    """The rows of a list; list_fen: the sum of the whole list of an office, whatever the page shows of it."""
    statement = _rows(shape).where(*_matching(shape))
    if not shape.is_office:
        return statement
    total = select(func.sum(_columns(shape)["total_fen"])).where(*_matching(shape), _in_years()).correlate(None)
    return office_columns.added(statement, _own(shape)).add_columns(total.scalar_subquery().label("list_fen"))


def _own(shape: Shape) -> ColumnElement[bool]:
    """Whether the actor may see the working copy."""
    if not shape.is_office:
        return false()
    return true() if shape.copies == shape.sees else within_extents(shape.copies, "copies")


def _rows(shape: Shape) -> Select[*tuple[Any, ...]]:
    """The columns of a row of the list."""
    return select(
        *TABLE_COLUMNS,
        TargetTable.is_voided.label("is_voided"),
        *(column.label(name) for name, column in _columns(shape).items()),
    ).join(Office, Office.code == TargetTable.office_code)


@cache
def of_tables(shape: Shape) -> Select[*tuple[Any, ...]]:
    return _rows(shape).where(within_extents(shape.sees, "sees"), TargetTable.id.in_(bindparam("ids", expanding=True)))


@cache
def counting(shape: Shape, states: Sequence[State]) -> Select[*tuple[Any, ...]]:
    found = select(TargetTable.id).where(*_matching(shape), _in_years())
    live = found.where(not_voided())
    wanted = {state.value: live.where(TargetTable.state == state.value).limit(COUNTED) for state in states}
    # Latest acts first: these are on tables of this year, so the count reaches its limit early.
    wanted["mine"] = found.where(_mine()).order_by(Participation.last_at.desc()).limit(COUNTED_MINE)
    return select(
        *(
            select(func.count()).select_from(ids.subquery()).scalar_subquery().label(name)
            for name, ids in wanted.items()
        )
    )


def _matching(shape: Shape) -> list[ColumnElement[bool]]:
    columns = _columns(shape)
    words = [
        or_(*(contains_parameter(columns[name], f"word_{n}") for name in ("name", "code"))) for n in range(shape.words)
    ]
    conditions = (
        (True, within_extents(shape.sees, "sees")),
        (shape.state, and_(TargetTable.state == bindparam("state"), not_voided())),
        (shape.office, TargetTable.office_code == bindparam("office")),
        (shape.mine, _mine()),
    )
    if shape.departments:
        words = [or_(and_(*words), TargetTable.kind == Kind.DEPARTMENT.value)]
    return [*(condition for wanted, condition in conditions if wanted), *words]


def _mine() -> ColumnElement[bool]:
    # A join, not IN: an approver has acted on tens of thousands of tables, and IN would materialize them first.
    return and_(Participation.table_id == TargetTable.id, Participation.user_id == bindparam("actor"))


def _columns(shape: Shape) -> Mapping[str, SQLColumnExpression[Any]]:
    """The columns derived from the text: of the working copy or of the latest revision, whichever the actor may see."""
    if shape.copies == NOWHERE:
        return {name: submitted for name, (_, submitted) in _PAIRS.items()}
    if shape.copies == shape.sees:
        return {name: working for name, (working, _) in _PAIRS.items()}
    own = within_extents(shape.copies, "copies")
    return {name: case((own, working), else_=submitted) for name, (working, submitted) in _PAIRS.items()}
