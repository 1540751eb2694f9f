"""不提: the form in which the bureau dismisses a finding with a reason, and the button that takes it back."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain import forms
from portal.domain.errors import Invalid
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.review import dismissals
from portal.services.review.dismissals import MAX_REASON
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.review import notes
from portal.web.review.queue_address import queue_args
from portal.web.table_page import load

bp = Blueprint("dismissals", __name__)


@bp.get("/tables/<int:table_id>/findings/dismiss")
@needs(Permission.RAISE)
def form(table_id: int) -> Response:
    return _form(table_id, 200, request.args.get("rule", ""), request.args.get("path", ""))


@bp.post("/tables/<int:table_id>/findings/dismiss")
@needs(Permission.RAISE)
def dismiss(table_id: int) -> Response | AnyResponse:
    rule, path, reason = (request.form.get(name, "") for name in ("rule", "path", "reason"))
    try:
        dismissals.dismiss(db.session(), actor(), table_id, rule=rule, path=path, reason=reason)
    except Invalid as refusal:
        return _form(table_id, 422, rule, path, reason, refusal.message)
    return _back(table_id, rule, path)


@bp.post("/tables/<int:table_id>/findings/restore")
@needs(Permission.RAISE)
def restore(table_id: int) -> AnyResponse:
    rule, path = request.form.get("rule", ""), request.form.get("path", "")
    dismissals.restore(db.session(), actor(), table_id, rule=rule, path=path)
    return _back(table_id, rule, path)


def _form(table_id: int, status: int, rule: str, path: str, reason: str = "", error: str = "") -> Response:
    """A fragment that replaces the link to it, or a page without scripts."""
    loaded = load(table_id, Permission.RAISE)
    assert loaded.shown is not None
    document = loaded.shown.document
    return render(
        "review/dismiss.html",
        status,
        fragment="review/_dismiss.html",
        loaded=loaded,
        table_id=table_id,
        rule=rule,
        rule_name=notes.rule_name(rule),
        path=path,
        place=forms.label(document, path) if forms.is_place(document, path) else "这条提醒",
        finding=notes.finding_id(rule, path),
        reason=reason,
        most=MAX_REASON,
        error=error,
    )


def _back(table_id: int, rule: str, path: str) -> AnyResponse:
    """To the finding on the page, which stays the page of a table opened from a queue."""
    finding = notes.finding_id(rule, path)
    return redirect(url_for("table.show", table_id=table_id, _anchor=finding, **queue_args()), 303)  # type: ignore[arg-type]
