"""通知: what the viewer is told, by day. Its links only show; reading is marked by a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.database import LOCAL
from portal.domain import audit_events
from portal.extensions import db
from portal.queries.notices.inbox import PAGE, Tab, Told
from portal.queries.session import MOST_UNREAD
from portal.services.notices import reading
from portal.web import tabs
from portal.web.guards import actor, signed_in
from portal.web.rendering import render

bp = Blueprint("notices", __name__)
_DIGITS = 18
"""Of the longest id that both databases can hold."""


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice with the address of what it is about, "" where the viewer sees nothing of it."""

    told: Told
    url: str


@bp.get("/notices")
@signed_in
def inbox() -> Response:
    me, tab = actor(), _tab()
    counts = queries.notices.inbox.unread_counts(db.session(), me.capacity_id)
    found = queries.notices.inbox.inbox(db.session(), me, me.capacity_id, tab, _id(request.args, "before"))
    lines = [NoticeLine(told, _url(told)) for told in found]
    return render(
        "notices/inbox.html",
        tab=tab,
        tabs=[_tab_line(each, tab, counts) for each in Tab],
        days=[(day, list(each)) for day, each in groupby(lines, _day)],
        office_shown=len({told.office_code for told in found}) > 1,
        unread=counts[Tab.UNREAD],
        latest=max((told.id for told in found), default=0),
        next_url=url_for(".inbox", tab=tab.value, before=found[-1].id) if len(found) == PAGE else "",
        may_mark=me.principal is None,
        principal=me.principal,
    )


@bp.post("/notices/read")
@signed_in
def mark_read() -> AnyResponse:
    """One notice, or all up to the latest that the page showed: later ones are not yet seen."""
    notice_id = _id(request.form, "notice") if "notice" in request.form else None
    reading.mark_read(db.session(), actor(), notice_id=notice_id, through=_id(request.form, "through"))
    return redirect(url_for(".inbox", tab=_tab(request.form).value), 303)


def _id(values: Mapping[str, str], name: str) -> int:
    """0, which no notice has, for anything that is no id."""
    text = values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


def _tab(values: Mapping[str, str] | None = None) -> Tab:
    wanted = (request.args if values is None else values).get("tab", "")
    return Tab(wanted) if wanted in set(Tab) else Tab.UNREAD


def _tab_line(tab: Tab, shown: Tab, counts: Mapping[Tab, int]) -> tabs.Tab:
    count = counts.get(tab)
    text = "" if count is None else f"{MOST_UNREAD - 1}+" if count >= MOST_UNREAD else str(count)
    return tabs.Tab(tab.label, url_for(".inbox", tab=tab.value), text, tab is shown)


def _day(line: NoticeLine) -> str:
    return line.told.at.astimezone(LOCAL).date().isoformat()


def _url(told: Told) -> str:
    if told.table_id is not None:
        return url_for("table.show", table_id=told.table_id)
    if told.year is not None:
        return url_for("register.year", year=told.year, office=told.office_code)
    if told.event in (audit_events.APPOINT_STAND_IN.name, audit_events.END_STAND_IN.name):
        return url_for("stand_ins.stand_ins")
    return ""
