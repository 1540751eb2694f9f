"""提请送审 by a drafter, 退给经办人 by the head: a page with a note for each."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.attention import wanted_act
from portal.domain.errors import Forbidden, Invalid
from portal.domain.hand_ups import hands_up
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.drafting import hand_ups as service
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.table_page import load

bp = Blueprint("hand_ups", __name__)


@bp.get("/tables/<int:table_id>/hand-up")
@needs(Permission.HAND_UP)
def up(table_id: int) -> Response:
    return _up_page(table_id, FormState())


@bp.post("/tables/<int:table_id>/hand-up")
@needs(Permission.HAND_UP)
def hand_up(table_id: int) -> Response | AnyResponse:
    form = FormState.posted()
    try:
        service.hand_up(db.session(), actor(), table_id, form["note"])
    except Invalid as refusal:
        return _up_page(table_id, form.refused(refusal))
    flash("已提请送审，等单位负责人送审；之前仍然可以修改。", "success")
    return redirect(url_for("table.show", table_id=table_id), 303)


@bp.get("/tables/<int:table_id>/hand-back")
@needs(Permission.HAND_BACK)
def back(table_id: int) -> Response:
    return _back_page(table_id, FormState())


@bp.post("/tables/<int:table_id>/hand-back")
@needs(Permission.HAND_BACK)
def hand_back(table_id: int) -> Response | AnyResponse:
    form = FormState.posted()
    try:
        service.hand_back(db.session(), actor(), table_id, form["note"])
    except Invalid as refusal:
        return _back_page(table_id, form.refused(refusal))
    flash("已退给经办人，附言在他的待办里。", "success")
    return redirect(url_for("table.show", table_id=table_id), 303)


def _up_page(table_id: int, form: FormState) -> Response:
    loaded = load(table_id, Permission.HAND_UP)
    if not hands_up(loaded.actor, loaded.facts):
        raise Forbidden("你自己就可以送审，不用提请。")
    counts = queries.review.binding_counts(db.session(), [table_id]).get(table_id)
    opinions_due = counts.unanswered_count if counts else 0
    return render(
        "drafting/hand_up.html",
        form.status,
        loaded=loaded,
        form=form,
        obstacle=wanted_act(loaded.table.errors, opinions_due, may_submit=True),
        is_ready=not loaded.table.errors and not opinions_due,
    )


def _back_page(table_id: int, form: FormState) -> Response:
    return render("drafting/hand_back.html", form.status, loaded=load(table_id, Permission.HAND_BACK), form=form)
