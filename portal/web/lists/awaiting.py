"""What awaits the viewer: the numbers beside 我的工作 and 通知, and the rows of an office's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request

from portal import queries
from portal.domain.permissions import Actor, Permission, grants_held
from portal.extensions import db
from portal.models import BudgetYear
from portal.web.guards import actor, needs
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
