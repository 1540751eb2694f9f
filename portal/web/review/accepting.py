"""全部接受并送审: a confirmation page with all proposed changes of a return (GET never acts), and the act (POST)."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import actions
from portal.domain.actions import TransitionRequest
from portal.domain.differences import compare
from portal.domain.errors import Forbidden, NotVisible, Refused, Stale
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.review import accepting, proof
from portal.web.errors import status_of
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.review import notes
from portal.web.review.obstacles import obstacle
from portal.web.table_page import load, opinions_of, others_editing

bp = Blueprint("accepting", __name__)


@bp.get("/tables/<int:table_id>/accept-all")
@needs(Permission.SUBMIT)
def confirm(table_id: int) -> Response:
    return _page(table_id)


@bp.post("/tables/<int:table_id>/accept-all")
@needs(Permission.SUBMIT)
def carry_out(table_id: int) -> Response | AnyResponse:
    form = request.form
    asked = TransitionRequest(actions.SUBMIT, form.get("digest", ""), enclosed=form.get("enclosed", ""))
    try:
        accepting.accept_all_and_submit(db.session(), actor(), table_id, asked)
    except (NotVisible, Forbidden):
        raise
    except Refused as refusal:
        return _page(table_id, refusal)
    flash("已全部接受并送审，等待财政局审核。", "success")
    return redirect(url_for("table.show", table_id=table_id), 303)


def _page(table_id: int, refusal: Refused | None = None) -> Response:
    loaded = load(table_id, Permission.SUBMIT)
    offer = proof.offer(db.session(), loaded.table)
    if offer is None or loaded.shown is None:
        raise refusal or Stale("现在不能全部接受：表有了改动，或者有的意见没有代拟改法、已经答复；请逐条办理。")
    taken, lines = {opinion.id for opinion in offer.opinions}, opinions_of(loaded)
    return render(
        "review/accept_all.html",
        status_of(refusal) if refusal else 200,
        loaded=loaded,
        digest=offer.digest,
        opinions=notes.opinion_views(offer.before, [line for line in lines if line.id in taken], notes.numbers(lines)),
        changes=compare(offer.before, offer.document),
        refusal=obstacle(refusal, table_id, offer.document) if refusal else None,
        editing=others_editing(loaded),
    )
