"""One office by table: where each of its projects stands, since when, and whose move it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.database import local_today
from portal.domain.calendar import Calendar
from portal.domain.errors import NotVisible
from portal.domain.overview import NEXT_MOVE, scopes, total
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.register import AT_BUREAU, TO_CHANGE, WITH_OFFICE, Standing
from portal.extensions import db
from portal.models import Office
from portal.web.budget_years import other_years
from portal.web.filters import due_day, is_overdue
from portal.web.guards import actor, needs
from portal.web.overview import matrix
from portal.web.overview.overview import Scene, scene_of
from portal.web.register.lines import EntryLine, entry_line
from portal.web.rendering import render

bp = Blueprint("overview_office", __name__)


_COUNTED = AT_BUREAU.standings | TO_CHANGE.standings
"""Where the days count since the table came."""


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """waited: working days since the table came where it is, "" where there is none."""

    line: EntryLine
    waited: str
    move: str
    due: str
    is_overdue: bool


@bp.get("/overview/<int:year>/<code>")
@needs(Permission.SEE_OVERVIEW)
def office(year: int, code: str) -> Response | AnyResponse:
    session, me = db.session(), actor()
    found = session.get(Office, code)
    if found is None or not may(me, Permission.SEE_OVERVIEW, TableFacts(code)):
        raise NotVisible("没有这个单位，或者你无权查看。")
    all_offices = scene_of(me, year)
    own = [each for each in all_offices.offices if each.code == code]
    scene = Scene(all_offices.year, own, total(each.figures for each in own), local_today())
    rows = queries.overview.entries.of_office(session, me, year, code)
    return render(
        "overview/office.html",
        year=scene.year,
        office=found,
        other_years=other_years(year),
        sentence=scene.sentence(code),
        rows=[_row(row, me, scene) for row in rows],
        contacts=queries.overview.contacts.of_offices(session, [code]) if scopes.is_bureau(me) else [],
        overview_url="" if scopes.only_office(me) else url_for("overview.overview", year=year),
        tables_url=url_for("office_tables.office", code=code, year=year) if scopes.is_bureau(me) else "",
    )


def _row(row: Any, me: Actor, scene: Scene) -> ProjectRow:
    standing, calendar = Standing(row.standing), queries.calendar.current(db.session())
    sees_reviewer = scene.year.shows_reviewer or scopes.is_bureau(me)
    return ProjectRow(
        line=entry_line(row, standing, me, is_open=scene.year.is_open),
        waited=_waited(row, standing, scene, calendar),
        move=_move(standing, (row.claimant or "没有人认领") if sees_reviewer else ""),
        due=due_day(row.due_on) if standing in WITH_OFFICE.standings else "",
        is_overdue=standing in WITH_OFFICE.standings and is_overdue(row.due_on),
    )


def _waited(row: Any, standing: Standing, scene: Scene, calendar: Calendar) -> str:
    counts = row.table_id is not None and standing in _COUNTED
    return matrix.days_text(calendar, row.state_since, scene.today) if counts else ""


def _move(standing: Standing, reviewer: str) -> str:
    words = NEXT_MOVE[standing]
    return f"{words}（{reviewer}）" if reviewer and standing is Standing.UNDER_REVIEW else words
