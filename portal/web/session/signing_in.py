"""Views for signing in, signing out and changing the own password."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, request, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Invalid, Refused, Stale
from portal.extensions import db
from portal.services.session import signing_in
from portal.services.session.signing_in import Limits, SlowDown
from portal.web.errors import status_of
from portal.web.form_state import FormState
from portal.web.guards import own_actor, public, signed_in_with_any_password
from portal.web.rendering import render, wants_json
from portal.web.session import resume, sessions

bp = Blueprint("signing_in", __name__)


@bp.get("/login")
@public
def sign_in_form() -> Response | AnyResponse:
    goal = request.args.get("goal", "")
    if current_user.is_authenticated:
        return redirect(resume.local_path(goal), 303)
    return resume.sign_in_page(200, goal=goal)


@bp.post("/login")
@public
def sign_in() -> Response | AnyResponse:
    form = request.form
    username, goal, waiting = form.get("username", ""), form.get("goal", ""), form.get("resume", "")
    try:
        account = signing_in.sign_in(
            db.session(),
            username,
            form.get("password", ""),
            request.remote_addr or "",
            limits=Limits(current_app.config["SESSION_LIMIT"], current_app.config["ONE_TIME_LIMIT"]),
            previous=sessions.key(),
            goes_on=bool(waiting) or wants_json(),
        )
    except Refused as refusal:
        if wants_json():
            raise
        return resume.sign_in_page(
            status_of(refusal), goal=goal, resume=waiting, username=username, error=refusal.message
        )
    sessions.begin(account)
    if wants_json():  # the sign-in dialog of a page, which stays open
        return jsonify(user=account.user.id, csrf=generate_csrf())
    return resume.go_on(goal, waiting)


@bp.get("/logout")
@signed_in_with_any_password
def confirm_sign_out() -> Response:
    """For a page with an expired token: says who is signed in by now."""
    return render("session/sign_out.html", layout="plain")


@bp.post("/logout")
@signed_in_with_any_password
def sign_out() -> AnyResponse:
    signing_in.sign_out(db.session(), own_actor(), sessions.key())
    sessions.end()
    flash("已退出登录。", "success")
    return redirect(url_for(".sign_in_form"), 303)


@bp.get("/password")
@signed_in_with_any_password
def password() -> Response:
    return _password_page(FormState())


@bp.post("/password")
@signed_in_with_any_password
def change_password() -> Response | AnyResponse:
    form = FormState.posted()
    try:
        signing_in.change_password(
            db.session(),
            own_actor(),
            form["current_password"],
            form["new_password"],
            form["repeated_password"],
            request.remote_addr or "",
        )
    except Stale as refusal:  # the change elsewhere has ended this session
        sessions.end()
        flash(refusal.message, "warning")
        return redirect(url_for(".sign_in_form"), 303)
    except (Invalid, SlowDown) as refusal:
        return _password_page(form.refused(refusal))
    sessions.end()
    flash("密码已修改，请用新密码登录。", "success")
    return redirect(url_for("signing_in.sign_in_form"), 303)


def _password_page(form: FormState) -> Response:
    forced = current_user.user.must_change_password
    return render("session/password.html", form.status, forced=forced, form=form)
