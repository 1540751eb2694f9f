"""今日通知单: who in the offices is told of what on a day, and whom to telephone; made to be printed."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, current_app, request

from portal import queries
from portal.database import local_today
from portal.domain.errors import Forbidden
from portal.domain.permissions import Permission, grants_held
from portal.extensions import db
from portal.queries.notices.today import MOST
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("told_today", __name__)


@bp.get("/notices/daily")
@needs(Permission.KEEP_REGISTER)
def daily() -> Response:
    if not grants_held(actor(), Permission.KEEP_REGISTER):
        raise Forbidden("通知单由绩效科审批人和分管单位的审核人打印。")
    day, today = _day(request.args.get("day", "")), local_today()
    sends_mail = bool(current_app.config["MAIL_SERVER"])
    offices = queries.notices.today.told_on(db.session(), actor(), day, sends_mail=sends_mail)
    return render(
        "notices/daily.html",
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < today else None,
        offices=offices,
        is_cut=sum(len(event.people) for office in offices for event in office.events) >= MOST,
        sends_mail=sends_mail,
    )


def _day(text: str) -> date:
    """Today for anything that is no date."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return local_today()
    return found if 2000 <= found.year <= 9000 else local_today()
