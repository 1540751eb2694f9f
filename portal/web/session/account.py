"""我的账号: what people see of their own account and change in it."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Invalid
from portal.domain.permissions import Role
from portal.extensions import db
from portal.services.session import own_account
from portal.web.form_state import FormState
from portal.web.guards import own_actor, signed_in
from portal.web.rendering import render

bp = Blueprint("account", __name__)


@bp.get("/account")
@signed_in
def account() -> Response:
    return _page(FormState.of(phone=current_user.user.phone))


@bp.post("/account")
@signed_in
def change() -> Response | AnyResponse:
    form = FormState.posted()
    try:
        own_account.change_phone(db.session(), own_actor(), form["phone"])
    except Invalid as refusal:
        return _page(form.refused(refusal))
    flash("电话已保存。", "success")
    return redirect(url_for(".account"), 303)


def _page(form: FormState) -> Response:
    held = current_user.account
    roles = "、".join(role.label for role in Role if role in held.own.roles)
    return render("session/account.html", form.status, form=form, account=held, roles=roles)
