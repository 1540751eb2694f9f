"""Tables that nobody announced: 补登记 in one click, 并入 with a choice of entries."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.amounts import format_yuan
from portal.domain.errors import Invalid, Stale
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.services.register import unannounced as service
from portal.services.register.keeping import require_keeper
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("register_tables", __name__)


@bp.post("/register/tables/<int:table_id>/register")
@needs(Permission.KEEP_REGISTER)
def register_table(table_id: int) -> AnyResponse:
    entry = service.register_table(db.session(), actor(), table_id)
    flash(f"已补登记 {entry.code} {entry.name}。", "success")
    return redirect(url_for("register_entries.entry", entry_id=entry.id), 303)


@bp.get("/register/tables/<int:table_id>/merge")
@needs(Permission.KEEP_REGISTER)
def choose(table_id: int) -> Response:
    return _page(table_id, FormState())


@bp.post("/register/tables/<int:table_id>/merge")
@needs(Permission.KEEP_REGISTER)
def merge(table_id: int) -> Response | AnyResponse:
    form = FormState.posted()
    try:
        chosen = request.form.get("entry", type=int)
        if not chosen:
            raise Invalid("请选择并入哪一项。", "entry")
        entry = service.merge(db.session(), actor(), table_id, chosen)
    except (Invalid, Stale) as refusal:
        db.session().rollback()
        return _page(table_id, form.refused(refusal))
    flash(f"这张表已并入 {entry.code} {entry.name}。", "success")
    return redirect(url_for("register_entries.entry", entry_id=entry.id), 303)


def _page(table_id: int, form: FormState) -> Response:
    session = db.session()
    table, _ = queries.tables.table_with_facts(session, actor(), table_id)
    require_keeper(actor(), table.office_code)
    free = queries.register.entries.without_table(session, table.year, table.office_code)
    options = [(row.id, f"{row.code}　{row.name}　{format_yuan(row.amount_fen)} 元") for row in free]
    return render(
        "register/merge.html",
        form.status,
        table=table,
        code=table.submitted_code,
        name=table.submitted_name,
        amount=format_yuan(table.submitted_total_fen),
        options=options,
        form=form,
    )
