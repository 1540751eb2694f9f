"""申请调整: the head asks on a page of its own; the approver answers on the page of the table.

Granting is the action 退回调整 (`transitions`), which proposes the request's reason.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.errors import Invalid, Stale
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.review import adjustments as service
from portal.web.errors import status_of
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.review.adjustment_views import adjustment_view
from portal.web.review.table import table_page
from portal.web.table_page import load

bp = Blueprint("adjustments", __name__)


@bp.get("/tables/<int:table_id>/adjustment")
@needs(Permission.ASK_ADJUSTMENT)
def of_table(table_id: int) -> Response:
    return _page(table_id, FormState())


@bp.post("/tables/<int:table_id>/adjustment")
@needs(Permission.ASK_ADJUSTMENT)
def ask(table_id: int) -> Response | AnyResponse:
    form = FormState.posted()
    try:
        service.ask(db.session(), actor(), table_id, form["reason"])
    except Invalid as refusal:
        return _page(table_id, form.refused(refusal))
    flash("已申请调整，等待财政局答复；批复的版本仍然有效。", "success")
    return redirect(url_for("table.show", table_id=table_id), 303)


@bp.post("/tables/<int:table_id>/adjustment/<int:request_id>/decline")
@needs(Permission.REOPEN)
def decline(table_id: int, request_id: int) -> Response | AnyResponse:
    try:
        service.decline(db.session(), actor(), table_id, request_id, request.form.get("answer", ""))
    except (Invalid, Stale) as refusal:
        return table_page(load(table_id), status_of(refusal), {"adjustment": refusal.message})
    flash("已答复不同意调整。", "success")
    return redirect(url_for("table.show", table_id=table_id), 303)


def _page(table_id: int, form: FormState) -> Response:
    loaded = load(table_id, Permission.ASK_ADJUSTMENT)
    requests = [adjustment_view(loaded, each) for each in queries.adjustments.of_table(db.session(), table_id)]
    return render(
        "review/ask_adjustment.html",
        form.status,
        loaded=loaded,
        form=form,
        waiting=next((each for each in requests if each.is_waiting), None),
        earlier=[each for each in requests if not each.is_waiting],
    )
