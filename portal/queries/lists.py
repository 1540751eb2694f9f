"""Lists of target tables and their counts, restricted to what the actor may see, fast at any number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.office_lists import TableOrder
from portal.domain.permissions import Actor, Permission, offices_in_reach
from portal.domain.states import State
from portal.models import Office, TargetTable
from portal.queries import list_statements as statements
from portal.queries.extents import NOWHERE
from portal.queries.list_statements import COUNTED, COUNTED_MINE, Cursor, Filters
from portal.queries.tables import visible

__all__ = [
    "COUNTED",
    "COUNTED_MINE",
    "Cursor",
    "Filters",
    "Page",
    "SortedPage",
    "counts",
    "latest_year",
    "listing",
    "of_tables",
    "offices_listed",
    "sorted_listing",
    "whole",
]


@dataclass(frozen=True, slots=True)
class Page:
    """rows: as `listing` selects them. before, after: cursors of the neighbouring pages, if any."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    before: Cursor | None
    after: Cursor | None


def listing(session: Session, actor: Actor, filters: Filters, cursor: Cursor | None = None) -> Page:
    """One page of the tables that the actor may see: the latest year first, then by office, position and id.

    Keyset pagination instead of OFFSET: page 2,000 costs as much as page 1.
    """
    covered, filters = filters.years, replace(filters, year=_years_from(filters.years, cursor))
    shape = statements.shape_of(actor, filters, cursor)
    if shape.sees == NOWHERE or not filters.years:
        return Page((), None, None)
    values = statements.values(actor, filters, cursor) | {"years": list(covered)}
    found = session.execute(statements.listing(shape), values).all()
    more, rows = len(found) > statements.PAGE, found[: statements.PAGE]
    backwards = cursor is not None and cursor.backwards
    if backwards:
        rows = rows[::-1]
    has_before, has_after = (more, True) if backwards else (cursor is not None, more)
    return Page(
        rows,
        _cursor(rows[0], backwards=True) if rows and has_before else None,
        _cursor(rows[-1], backwards=False) if rows and has_after else None,
    )


@dataclass(frozen=True, slots=True)
class SortedPage:
    """rows: as `listing` selects them, of an office's list; has_more: whether another page follows."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    has_more: bool


def sorted_listing(session: Session, actor: Actor, filters: Filters, order: TableOrder, number: int) -> SortedPage:
    """Page `number` (from 1) of an office's list by one of its columns, of all years together.

    With OFFSET: an office has some hundreds of tables.
    """
    shape = statements.shape_of(actor, filters)
    if not shape.is_office or not filters.years:
        return SortedPage((), has_more=False)
    bounds = {"skipped": (number - 1) * statements.PAGE, "most": statements.PAGE + 1}
    found = session.execute(statements.sorted_(shape, order), statements.values(actor, filters) | bounds).all()
    return SortedPage(found[: statements.PAGE], len(found) > statements.PAGE)


def whole(
    session: Session, actor: Actor, filters: Filters, order: TableOrder, most: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of an office's list, at most `most`; none for whoever may see no working copy."""
    shape = statements.shape_of(actor, filters)
    if not shape.is_office or not filters.years:
        return ()
    values = statements.values(actor, filters) | {"skipped": 0, "most": most}
    return session.execute(statements.sorted_(shape, order), values).all()


def _years_from(years: tuple[int, ...], cursor: Cursor | None) -> tuple[int, ...]:
    """The years in the direction of reading; with a cursor, its own year first."""
    if cursor is None:
        return years
    if cursor.backwards:
        return tuple(year for year in reversed(years) if year >= cursor.year)
    return tuple(year for year in years if year <= cursor.year)


def _cursor(row: Row[*tuple[Any, ...]], *, backwards: bool) -> Cursor:
    return Cursor(row.year, row.office_code, row.position, row.id, backwards)


def of_tables(session: Session, actor: Actor, ids: Sequence[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Rows as of `listing` of those of the tables that the actor may see, in the order of `ids`."""
    shape = statements.shape_of(actor, Filters(()))
    if shape.sees == NOWHERE or not ids:
        return ()
    values = statements.values(actor, Filters(())) | {"ids": list(ids)}
    rows = session.execute(statements.of_tables(shape), values).all()
    place = {table_id: n for n, table_id in enumerate(ids)}
    return sorted(rows, key=lambda row: place[row.id])


def counts(
    session: Session, actor: Actor, year: int | tuple[int, ...], states: Sequence[State] = tuple(State)
) -> dict[str, int]:
    """Number of tables of `year` that the actor may see, by state, and "mine" for those the actor has worked on.

    Counts by state stop at COUNTED. "mine" stops at COUNTED_MINE, since it reads every table it counts.
    """
    filters = Filters(year)
    shape = statements.shape_of(actor, filters)
    if shape.sees == NOWHERE:
        return dict.fromkeys([*(state.value for state in states), "mine"], 0)
    row = session.execute(statements.counting(shape, tuple(states)), statements.values(actor, filters)).one()
    return dict(row._mapping)


def latest_year(session: Session, actor: Actor) -> int | None:
    """The latest year with a table whose text the actor may see; None if there is none."""
    has_text = or_(TargetTable.submission_count > 0, visible(actor, Permission.SEE_WORKING_COPY))
    return session.scalar(select(func.max(TargetTable.year)).where(visible(actor), has_text))


# --- filters of the lists ------------------------------------------------------------------------


def offices_listed(session: Session, actor: Actor) -> Sequence[Row[str, str]]:
    """(code, name) of the offices whose tables the actor may see, for the filter."""
    reach = offices_in_reach(actor, Permission.SEE)
    return session.execute(_OFFICES if reach is None else _OFFICES_AMONG, {"codes": sorted(reach or ())}).all()


_OFFICES = select(Office.code, Office.name).order_by(Office.code)
_OFFICES_AMONG = _OFFICES.where(Office.code.in_(bindparam("codes", expanding=True)))
