"""Disabling somebody and handing everything over: what hangs on the person, and to whom it goes."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.errors import Invalid, NotVisible
from portal.domain.permissions import Permission, Role
from portal.extensions import db
from portal.models import User
from portal.services.administration import handovers as service
from portal.services.administration.claim_moves import NOBODY
from portal.services.administration.handovers import Handover
from portal.web.administration.claim_choices import claimants
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("people_handovers", __name__)


@bp.get("/people/<int:user_id>/disable")
@needs(Permission.MANAGE)
def confirm_disable(user_id: int) -> Response:
    return _page(_user(user_id), FormState(), disable=True)


@bp.post("/people/<int:user_id>/disable")
@needs(Permission.MANAGE)
def disable(user_id: int) -> Response | AnyResponse:
    return _hand_over(user_id, disable=True)


@bp.get("/people/<int:user_id>/handover")
@needs(Permission.MANAGE)
def confirm(user_id: int) -> Response:
    return _page(_user(user_id), FormState(), disable=False)


@bp.post("/people/<int:user_id>/handover")
@needs(Permission.MANAGE)
def hand_over(user_id: int) -> Response | AnyResponse:
    return _hand_over(user_id, disable=False)


def _hand_over(user_id: int, *, disable: bool) -> Response | AnyResponse:
    name, form = _user(user_id).name, FormState.posted()
    offices_to = request.form.get("offices_to", type=int)
    claims_to = offices_to if form["claims_to"] == "same" else request.form.get("claims_to", type=int)
    try:
        service.hand_over(
            db.session(), actor(), user_id, Handover(offices_to, claims_to, form["reason"]), disable=disable
        )
    except Invalid as refusal:
        return _page(_user(user_id), form.refused(refusal), disable=disable)
    flash(f"{name} 的账号已停用。" if disable else f"{name} 的工作已移交。", "success")
    return redirect(url_for("people.person", user_id=user_id), 303)


def _user(user_id: int) -> User:
    found = db.session().get(User, user_id)
    if found is None:
        raise NotVisible("没有这个人员。")
    return found


def _page(user: User, form: FormState, *, disable: bool) -> Response:
    session = db.session()
    nobody = (NOBODY, "没有人接手（写明理由）" if disable else "不移交")
    reviewers = queries.administration.people.bureau(session, [Role.REVIEWER])
    return render(
        "administration/handover.html",
        form.status,
        user=user,
        form=form,
        disable=disable,
        held=queries.administration.duties.duties(session, user),
        reviewers=[*((id, name) for id, name in reviewers if id != user.id), nobody],
        claimants=[*((id, name) for id, name in claimants() if id != user.id), nobody],
    )
