"""What an office does with the register: begin a table from an entry, confirm that it has no project this year."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.permissions import Permission, TableFacts, may
from portal.extensions import db
from portal.services.register import no_projects, starting
from portal.web.budget_years import budget_year
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("owed", __name__)


@bp.post("/register/entries/<int:entry_id>/start")
@needs(Permission.CREATE)
def start(entry_id: int) -> AnyResponse:
    table = starting.start(db.session(), actor(), entry_id)
    flash("已按应报清单起草：编码、名称和金额已经填好。", "success")
    return redirect(url_for("edit.edit", table_id=table.id), 303)


@bp.get("/register/<int:year>/none")
@needs(Permission.CONFIRM_NO_PROJECTS)
def none(year: int) -> Response:
    return _none_page(year, FormState())


@bp.post("/register/<int:year>/none")
@needs(Permission.CONFIRM_NO_PROJECTS)
def confirm_none(year: int) -> Response | AnyResponse:
    try:
        no_projects.confirm(db.session(), actor(), year)
    except (Invalid, Stale) as refusal:
        db.session().rollback()
        return _none_page(year, FormState().refused(refusal))
    flash(f"已确认本单位 {year} 年度没有项目；以后有了项目可以撤回。", "success")
    return redirect(url_for("register.year", year=year), 303)


@bp.post("/register/<int:year>/none/retract")
@needs(Permission.CONFIRM_NO_PROJECTS)
def retract_none(year: int) -> AnyResponse:
    no_projects.retract(db.session(), actor(), year)
    flash(f"已撤回：本单位 {year} 年度有项目。", "success")
    return redirect(url_for("register.year", year=year), 303)


def _none_page(year: int, form: FormState) -> Response:
    me, session = actor(), db.session()
    office = me.office or ""
    if not may(me, Permission.CONFIRM_NO_PROJECTS, TableFacts(office)):
        raise Forbidden("“本年无项目”由单位负责人确认。")
    return render(
        "register/none.html",
        form.status,
        year=budget_year(year),
        confirmation=queries.register.offices.confirmation(session, year, office),
        owed=queries.register.offices.owed_count(session, year, office),
        tables=queries.register.offices.table_count(session, year, office),
        form=form,
    )
