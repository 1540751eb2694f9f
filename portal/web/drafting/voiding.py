"""作废: the head of an office gives up a table that was submitted and never approved."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Invalid
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.drafting import voiding
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.table_page import load, others_editing

bp = Blueprint("voiding", __name__)


@bp.get("/tables/<int:table_id>/void")
@needs(Permission.VOID)
def confirm(table_id: int) -> Response:
    return _page(table_id)


@bp.post("/tables/<int:table_id>/void")
@needs(Permission.VOID)
def void(table_id: int) -> Response | AnyResponse:
    try:
        table = voiding.void(db.session(), actor(), table_id, request.form.get("reason", ""))
    except Invalid as refusal:
        db.session().rollback()
        return _page(table_id, refusal.message)
    flash(f"《{table.title}》已作废；各次送审的版本和意见仍然可以查看。", "success")
    return redirect(url_for("table.show", table_id=table_id), 303)


def _page(table_id: int, error: str = "") -> Response:
    loaded = load(table_id)
    voiding.require_voidable(actor(), loaded.table, loaded.facts)
    typed = request.form.get("reason", "")
    return render(
        "drafting/void.html",
        422 if error else 200,
        loaded=loaded,
        editing=others_editing(loaded),
        error=error,
        typed=typed,
    )
