"""What awaits the viewer: the numbers beside 我的工作 and 通知, and the rows of an office's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, jsonify, request

from portal import queries
from portal.domain.attention import wanted_act
from portal.domain.deadlines import due_date
from portal.domain.permissions import Actor, Permission, grants_held
from portal.extensions import db
from portal.models import BudgetYear
from portal.web.filters import time_left
from portal.web.guards import actor, needs
from portal.web.lists import work_lists
from portal.web.lists.work_lists import TableLine
from portal.web.rendering import unread_notices

bp = Blueprint("awaiting", __name__)


@bp.get("/awaiting")
@needs(Permission.SEE)
def awaiting() -> Response:
    """204 if nothing changed since the page with `stamp` and this number of `notices`."""
    found, notices = queries.awaiting.awaiting(db.session(), actor()), unread_notices()
    stamp = found.stamp if found else ""
    if (stamp, notices) == (request.args.get("stamp", ""), request.args.get("notices", notices)):
        return Response(status=204)
    return jsonify(text=found.text if found else "", stamp=stamp, notices=notices)


def lines(me: Actor, years: Sequence[BudgetYear], requested: BudgetYear | None) -> list[TableLine]:
    """The tables that await the viewer's office, as they are due, with what is to be done and the days left.

    years: all that the list can hold. requested: the only one that it shall hold.
    """
    rows = queries.awaiting.tables(db.session(), me, requested.year if requested else 0)
    deadlines = {year.year: year.deadline for year in years}
    return [
        replace(
            line,
            left=time_left(due_date(row.state, row.due_on, deadlines[row.year])),
            wanted=wanted_act(row.errors, row.opinions_due, may_submit=bool(line.choice)),
        )
        for row, line in zip(rows, work_lists.lines(rows, years, me), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class ExtensionsLink:
    """waiting: applications of the year that wait for this person."""

    year: int
    waiting: int


def extensions(me: Actor, fillable: Sequence[BudgetYear]) -> list[ExtensionsLink]:
    """The years with applications, else the latest open one."""
    if not grants_held(me, Permission.EXTEND):
        return []
    waiting = queries.extensions.waiting(db.session(), me) or {year.year: 0 for year in fillable[:1]}
    return [ExtensionsLink(year, count) for year, count in waiting.items()]
