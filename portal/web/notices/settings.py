"""通知设置: of what the viewer is told, and where the daily mail goes. In the own capacity only."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.errors import Invalid
from portal.domain.notices import Topic
from portal.extensions import db
from portal.services.notices import preferences
from portal.web.form_state import FormState
from portal.web.guards import own_actor, signed_in
from portal.web.rendering import render

bp = Blueprint("notice_settings", __name__)


@bp.get("/notices/settings")
@signed_in
def settings() -> Response:
    held = queries.notices.mail.preferences(db.session(), own_actor().id)
    told_of = [topic.value for topic in Topic if topic not in held.muted]
    return _page(FormState.of(told_of=told_of, address=held.address, is_on=["1"] if held.is_on else []), held.failure)


@bp.post("/notices/settings")
@signed_in
def change() -> Response | AnyResponse:
    form = FormState.posted()
    address = form["address"] if _sends_mail() else None
    try:
        preferences.change(db.session(), own_actor(), form.all("told_of"), address, is_on=form["is_on"] == "1")
    except Invalid as refusal:
        return _page(form.refused(refusal))
    flash("通知设置已保存。", "success")
    return redirect(url_for(".settings"), 303)


def _sends_mail() -> bool:
    return bool(current_app.config["MAIL_SERVER"])


def _page(form: FormState, failure: str = "") -> Response:
    topics = [(topic.value, topic.label) for topic in Topic]
    return render(
        "notices/settings.html", form.status, form=form, topics=topics, sends_mail=_sends_mail(), failure=failure
    )
