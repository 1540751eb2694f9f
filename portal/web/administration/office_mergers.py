"""并入: the page that says what becomes of an office's people, tables and register entries, and the merger itself."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.errors import Invalid
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.models import Office
from portal.services.administration import office_mergers as service
from portal.services.administration.office_mergers import MergerForm
from portal.web.administration.offices import choices, office_of
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("offices_mergers", __name__)


@bp.get("/offices/<code>/merge")
@needs(Permission.MANAGE)
def ask(code: str) -> Response:
    return _page(office_of(code), FormState.of(into=request.args.get("into", "")[:12]))


@bp.post("/offices/<code>/merge")
@needs(Permission.MANAGE)
def merge(code: str) -> Response | AnyResponse:
    found = office_of(code)
    form = FormState.posted()
    try:
        service.merge_office(db.session(), actor(), code, MergerForm(form["into"], form["reason"], form["people"]))
    except Invalid as refusal:
        return _page(office_of(code), form.refused(refusal))
    flash(f"{found.code} {found.name} 已并入 {form['into']}。", "success")
    return redirect(url_for("offices.office", code=code), 303)


def _page(office: Office, form: FormState) -> Response:
    """First the choice of the other office, then what the merger does."""
    session, into = db.session(), db.session().get(Office, form["into"])
    nodes = queries.administration.offices.tree(session)
    if into is None and form["into"]:
        form = form.refused(Invalid("请选择并入哪个在用的单位。", "into"))
    return render(
        "administration/office_merge.html",
        form.status,
        office=office,
        into=into,
        options=choices([node for node in nodes if node.office.active], office),
        preview=queries.administration.offices.merger_preview(session, office, into.code) if into else None,
        form=form,
    )
