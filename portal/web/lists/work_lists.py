"""Shared parts of the lists of tables: rows for templates, default year, due dates, and cursors in URLs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy.orm import Session

from portal import queries
from portal.domain import actions
from portal.domain.actions import is_lawful
from portal.domain.amounts import format_yuan
from portal.domain.deadlines import due_date
from portal.domain.documents import Kind
from portal.domain.permissions import Actor, Permission, TableFacts, offices_in_reach
from portal.domain.register import Standing
from portal.domain.states import State
from portal.models import BudgetYear
from portal.queries.lists import Cursor
from portal.web.filters import announcement, day, is_overdue, moment


def requested_year(years: Sequence[BudgetYear]) -> BudgetYear | None:
    asked = request.args.get("year", type=int)
    return next((year for year in years if year.year == asked), None)


def chosen_year(session: Session, me: Actor, years: Sequence[BudgetYear]) -> BudgetYear:
    """The requested year, else the latest with a table that this person may see, else the latest."""
    if (requested := requested_year(years)) or len(years) == 1:
        return requested or years[0]
    latest = queries.lists.latest_year(session, me)
    return next((year for year in years if year.year == latest), years[0])


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row of the list, formatted for display. choice: value of the row's checkbox, "" where it has none.

    left, wanted: the days left and the next act, where the list shows what awaits an office.
    in_adjustment: an approved revision is in force meanwhile.
    """

    kind: str
    year: int
    url: str
    office: str
    ordinal: int
    name: str
    code: str
    amount: str
    state: str
    since: str
    due: str
    overdue: bool
    round: int
    errors: int
    warnings: int
    choice: str = ""
    voided: bool = False
    in_adjustment: bool = False
    left: str = ""
    wanted: str = ""
    unannounced: str = ""

    @property
    def state_label(self) -> str:
        return Standing.VOIDED.label if self.voided else State(self.state).label


def lines(rows: Sequence[Any], years: Sequence[BudgetYear], chooser: Actor | None = None) -> list[TableLine]:
    """years: those of the rows. chooser: the actor who selects rows to submit; None: rows without checkbox."""
    by_year = {year.year: year for year in years}
    return [
        replace(_line(row, by_year[row.year].deadline), choice=_choice(row, by_year[row.year], chooser)) for row in rows
    ]


def _choice(row: Any, year: BudgetYear, chooser: Actor | None) -> str:
    """The value of the row's checkbox; "" where the chooser may not submit the table."""
    facts = TableFacts(row.office_code, State(row.state), row.submission_count > 0, voided=row.is_voided)
    return str(row.id) if chooser and year.is_open and is_lawful(chooser, actions.SUBMIT, facts) else ""


def _line(row: Any, deadline: date) -> TableLine:
    is_department = row.kind == Kind.DEPARTMENT
    due = None if row.is_voided else due_date(row.state, row.due_on, deadline)
    return TableLine(
        kind=row.kind,
        year=row.year,
        url=f"{request.script_root}/tables/{row.id}",
        office=f"{row.office_code} {row.office_name}",
        ordinal=row.position,
        name=Kind.DEPARTMENT.label if is_department else row.name,
        code=row.code,
        amount="" if is_department else format_yuan(row.total_fen),
        state=row.state,
        since=moment(row.state_since),
        due=day(due),
        overdue=is_overdue(due),
        unannounced=announcement(due) if due and not is_overdue(due) else "",
        round=_round(row),
        errors=row.errors,
        warnings=row.warnings,
        voided=row.is_voided,
        in_adjustment=is_in_adjustment(row),
    )


def is_in_adjustment(row: Any) -> bool:
    """Whether another text than the one in force is in the works."""
    return row.in_force_id is not None and row.state != State.APPROVED


def _round(row: Any) -> int:
    """The current round; after a return, the round that the return ended."""
    if not row.submission_count:
        return 0
    return row.return_count if row.state == State.RETURNED else row.return_count + 1


def shows_office(actor: Actor) -> bool:
    """Whether this person's lists can hold tables of more than one office."""
    reach = offices_in_reach(actor, Permission.SEE)
    return reach is None or len(reach) > 1


def cursor() -> Cursor | None:
    """The cursor in the URL; None on the first page, or where the URL has no valid cursor."""
    text = request.args.get("before") or request.args.get("after") or ""
    parts = text.split(".")
    if len(parts) != 4 or len(text) >= 40 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    year, office, position, table_id = parts
    return Cursor(int(year), office, int(position), int(table_id), backwards="before" in request.args)


def page_url(path: str, choice: dict[str, str], place: Cursor | None) -> str:
    """The URL of the page at the cursor `place`; "" for None."""
    if place is None:
        return ""
    name = "before" if place.backwards else "after"
    wanted = {key: value for key, value in choice.items() if value}
    return f"{path}?{urlencode(wanted | {name: f'{place.year}.{place.office}.{place.position}.{place.id}'})}"
