"""催报: which offices miss what, whom a reminder reaches and how, and sending it."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.permissions import Permission, grants_held
from portal.extensions import db
from portal.models import BudgetYear
from portal.services.notices import reminding as service
from portal.web.budget_years import budget_year
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("reminding", __name__)


@bp.get("/notices/remind")
@needs(Permission.KEEP_REGISTER)
def remind() -> Response:
    """With `office`: the preview for these. Without: all offices that miss something, to choose from."""
    return _page(_year(request.args.get("year", 0, type=int)), request.args.getlist("office"), FormState())


@bp.post("/notices/remind")
@needs(Permission.KEEP_REGISTER)
def send() -> Response | AnyResponse:
    form, offices = FormState.posted(), request.form.getlist("office")
    year = _year(request.form.get("year", 0, type=int))
    try:
        done = service.remind(db.session(), actor(), year.year, offices, form["message"], again=form["again"] == "1")
    except (Invalid, Stale) as refusal:
        db.session().rollback()
        return _page(year, offices, form.refused(refusal))
    flash(f"已催报 {len(done.reachable)} 个单位，通知 {done.person_count} 人。", "success")
    return redirect(url_for("told_today.daily"), 303)


def _year(year: int) -> BudgetYear:
    """0: the latest open one. Raises Forbidden, NotVisible."""
    if not grants_held(actor(), Permission.KEEP_REGISTER):
        raise Forbidden("催报由绩效科审批人和分管单位的审核人办理。")
    if not year:
        years = queries.administration.years.all_years(db.session())
        year = next((each.year for each in years if each.is_open), 0)
    return budget_year(year)


def _page(year: BudgetYear, offices: list[str], form: FormState) -> Response:
    planned = service.plan(db.session(), actor(), year.year, offices or None)
    return render(
        "notices/remind.html" if offices else "notices/choose.html",
        form.status,
        year=year,
        planned=planned,
        not_mine=len(set(offices)) - len(planned.offices),
        form=form,
        sends_mail=bool(current_app.config["MAIL_SERVER"]),
        longest=service.LONGEST_MESSAGE,
    )
