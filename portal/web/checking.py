"""The checks of a working copy as a fragment, for whoever is editing, and the office's explanations of warnings."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Invalid
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services import checking, explaining
from portal.web import notes
from portal.web.guards import actor, needs
from portal.web.loading import load
from portal.web.rendering import is_partial, render

pages = Blueprint("checking", __name__)


@pages.post("/tables/<int:table_id>/checks")
@needs(Permission.EDIT)
def checks(table_id: int) -> Response:
    """The panel, and for every place with something to say what stands beside its field."""
    checked = checking.check(db.session(), actor(), table_id)
    return render(
        "checking/_checks.html",
        table_id=table_id,
        findings=notes.finding_lines(checked.document, checked.findings, checked.explained, checked.lapsed),
        notes=notes.by_place(checked.document, checked.findings, ()),
    )


@pages.post("/tables/<int:table_id>/explanations")
@needs(Permission.EDIT)
def explain(table_id: int) -> Response | AnyResponse:
    form = request.form
    rule, path, text = form.get("rule", ""), form.get("path", ""), form.get("text", "")
    try:
        explaining.explain(db.session(), actor(), table_id, rule=rule, path=path, text=text)
    except Invalid as refusal:
        return _refused(table_id, notes.finding_id(rule, path), text, refusal)
    if is_partial():
        return _panel(table_id, notes.finding_id(rule, path))
    return redirect(url_for("editing.edit", table_id=table_id) + f"#{notes.finding_id(rule, path)}", 303)


def _panel(table_id: int, opened: str, status: int = 200, typed: str = "", message: str = "") -> Response:
    """The panel alone, the finding `opened` open; after a refusal with what was typed there, and the message."""
    checked = checking.check(db.session(), actor(), table_id)
    lines = notes.finding_lines(checked.document, checked.findings, checked.explained, checked.lapsed)
    return render(
        "checking/_panel.html",
        status,
        table_id=table_id,
        findings=lines,
        opened=opened,
        typed=typed,
        explain_error=message,
    )


def _refused(table_id: int, finding: str, text: str, refusal: Invalid) -> Response:
    if is_partial():
        return _panel(table_id, finding, 422, text, refusal.message)
    loaded = load(table_id, Permission.EDIT)
    return render("checking/not_explained.html", 422, loaded=loaded, typed=request.form, message=refusal.message)
