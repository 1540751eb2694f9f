"""How a table stands now, for its open pages: living.js asks every few seconds and shows what others did."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from portal import queries
from portal.domain.actions import ACTIONS
from portal.domain.audit_events import event_label
from portal.domain.permissions import Actor, Permission
from portal.domain.states import State
from portal.extensions import db
from portal.models import AuditEntry
from portal.web.filters import clock
from portal.web.guards import account, actor, needs
from portal.web.review import desk
from portal.web.session import capacity
from portal.web.table_page import TablePage, load

bp = Blueprint("standing", __name__)


@bp.get("/tables/<int:table_id>/standing")
@needs(Permission.SEE)
def standing(table_id: int) -> Response:
    """204 if nothing happened since the entry number `since`. `page`: the path of the asking page.

    `saves`: "" leaves out saves of the text, for the edit page, which shows them itself.
    """
    since, with_saves = request.args.get("since", 0, int), bool(request.args.get("saves"))
    session, me = db.session(), actor()
    table, facts = queries.tables.table_with_facts(session, me, table_id)
    latest = queries.news.latest(session, me, table_id, facts, since, with_saves=with_saves)
    if since and latest is None:
        return Response(status=204)
    loaded = load(table_id)
    return jsonify(
        seen=account().latest_entry,
        viewer=me.id,
        capacity=capacity.key(),
        words=words_of(latest, me, State(table.state)) if latest else "",
        is_editable=loaded.may(Permission.EDIT) and table.budget_year.is_open,
        round=table.return_count,
        head=_head(loaded),
    )


def _head(loaded: TablePage) -> str:
    if request.args.get("desk") and desk.is_reviewing(loaded):
        return render_template("review/_desk_line.html", loaded=loaded, line=desk.desk_line(loaded))
    return render_template("review/_standing.html", loaded=loaded, here=request.args.get("page", ""))


def words_of(entry: AuditEntry, actor: Actor, state: State) -> str:
    """李秀英 09:05 取消送审，现在的状态是“草拟”"""
    name = queries.record_words.people_of(entry)
    by = "你在另一个页面上 " if entry.actor_id == actor.id else f"{name} "
    now = f"，现在的状态是“{state.label}”" if entry.act in ACTIONS else ""
    return f"{by}{clock(entry.at)} {event_label(entry.act)}{now}"
