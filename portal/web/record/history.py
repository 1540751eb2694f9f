"""办理经过: what was done to the tables, by office, person and period, and what each act changed.

Everybody sees the acts that the page of each table shows; the auditor also whatever the audit log holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from portal import queries
from portal.domain.audit_events import MAIN_ACTS, event_label
from portal.domain.errors import Forbidden, NotVisible
from portal.extensions import db
from portal.models import AuditEntry
from portal.queries.history import PAGE
from portal.services.record import exact_changes
from portal.web.guards import actor, signed_in
from portal.web.record import entry_lines, history_filters
from portal.web.record.edit_lines import edit_lines
from portal.web.record.history_filters import ALL, Chosen
from portal.web.rendering import page_or_fragment, render

bp = Blueprint("history", __name__)


@bp.get("/history")
@signed_in
def history() -> Response:
    session, me = db.session(), actor()
    events = queries.history.events_seen(me)
    if not events:
        raise Forbidden("你的角色不查看绩效目标表的经过。")
    chosen, before = history_filters.chosen(), history_filters.number(request.args.get("before", ""))
    found = queries.history.entries(session, me, history_filters.filters(chosen, before))
    page = found[:PAGE]
    offices = page_or_fragment(lambda: queries.lists.offices_listed(session, me), lambda: [])
    return render(
        "record/history.html",
        fragment="record/_history.html",
        days=entry_lines.by_day(page),
        chosen=chosen,
        table_name=_table_name(chosen, page),
        acts=[("", "主要经过"), (ALL, "全部操作"), *((name, event_label(name)) for name in events)],
        offices=[(code, f"{code} {name}") for code, name in offices] if len(offices) > 1 else [],
        without_table=_url(chosen, table=""),
        with_all=_url(chosen, act=ALL) if not chosen.act and set(events) != MAIN_ACTS else "",
        newest_url=_url(chosen) if before else "",
        older_url=_url(chosen, before=str(page[-1].number)) if len(found) > PAGE else "",
        export_query=chosen.as_query(),
    )


def _url(chosen: Chosen, **changed: str) -> str:
    query = {name: text for name, text in (chosen.as_query() | changed).items() if text}
    return url_for(".history") + (f"?{urlencode(query)}" if query else "")


def _table_name(chosen: Chosen, page: Sequence[AuditEntry]) -> str:
    """The name of the table that was chosen, as far as the viewer may see it."""
    if not chosen.table:
        return ""
    names = queries.record_words.table_names(db.session(), actor(), page[:1])
    return names.get(chosen.table, f"编号 {chosen.table} 的表")


@bp.get("/history/<int:number>")
@signed_in
def entry(number: int) -> Response:
    """What one act changed: a page of its own, or opened in the list."""
    session, me = db.session(), actor()
    found = queries.history.entry(session, me, number) if number < 2**62 else None
    if found is None:
        raise NotVisible("没有这一条经过，或者你无权查看。")
    change = exact_changes.exact_change(session, me, found)
    return render(
        "record/entry.html",
        fragment="record/_change.html",
        days=page_or_fragment(lambda: entry_lines.by_day([found]), lambda: []),
        entry=found,
        words=entry_lines.words([found], beside_summary=True)[0],
        change=change,
        edits=edit_lines(change.document, change.operations) if change.document else [],
    )
