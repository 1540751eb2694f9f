"""What the lists of tables share: rows as templates show them, places in a list as addresses, counts as words."""

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
from portal.domain.documents import Kind
from portal.domain.permissions import Actor, Permission, TableFacts, offices_in_reach
from portal.domain.states import State
from portal.models import BudgetYear
from portal.queries.lists import Cursor
from portal.web.filters import day, is_overdue, moment


def chosen_year(session: Session, me: Actor, years: Sequence[BudgetYear], state: State | None = None) -> BudgetYear:
    """The year asked for, else the latest with a table (in `state`) that this person may see, else the latest."""
    asked = request.args.get("year", type=int)
    if asked is None and len(years) > 1:
        asked = queries.lists.latest_year(session, me, state)
    return next((year for year in years if year.year == asked), years[0])


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row of the list, every value as text."""

    kind: str
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


def lines(rows: Sequence[Any], deadline: date, chooser: Actor | None = None) -> list[TableLine]:
    """deadline: the year's, by which a draft is due. chooser: who may choose rows for submitting several at once."""
    return [replace(_line(row, deadline), choice=_choice(row, chooser)) for row in rows]


def _choice(row: Any, chooser: Actor | None) -> str:
    """What a form sends for this row if it may be chosen."""
    facts = TableFacts(row.office_code, State(row.state), row.submission_count > 0)
    return str(row.id) if chooser and is_lawful(chooser, actions.SUBMIT, facts) else ""


def _line(row: Any, deadline: date) -> TableLine:
    is_department = row.kind == Kind.DEPARTMENT
    due = due_date(row.state, row.due_on, deadline)
    return TableLine(
        kind=row.kind,
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
        round=_round(row),
        errors=row.errors,
        warnings=row.warnings,
    )


def _round(row: Any) -> int:
    """The round the table is in: after a return the one that ended with it."""
    if not row.submission_count:
        return 0
    return row.return_count if row.state == State.RETURNED else row.return_count + 1


def due_date(state: str, own: date | None, deadline: date) -> date | None:
    """When the office must submit: the year's deadline for a draft, a return's own date after a return."""
    if state == State.DRAFTED:
        return deadline
    return own if state == State.RETURNED else None


def shows_office(actor: Actor) -> bool:
    """Whether this person's lists can hold tables of more than one office."""
    reach = offices_in_reach(actor, Permission.SEE)
    return reach is None or len(reach) > 1


def cursor() -> Cursor | None:
    """The place in the list that the address names; None for the first page, or where it names none."""
    text = request.args.get("before") or request.args.get("after") or ""
    office, _, rest = text.partition(".")
    position, _, table_id = rest.partition(".")
    if not (office.isdigit() and position.isdigit() and table_id.isdigit() and len(text) < 40):
        return None
    return Cursor(office, int(position), int(table_id), backwards="before" in request.args)


def page_url(path: str, choice: dict[str, str], place: Cursor | None) -> str:
    """The address of the page at `place`; "" where there is none."""
    if place is None:
        return ""
    name = "before" if place.backwards else "after"
    wanted = {key: value for key, value in choice.items() if value}
    return f"{path}?{urlencode(wanted | {name: f'{place.office}.{place.position}.{place.id}'})}"
