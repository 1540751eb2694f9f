"""延期: the head asks for more time for a table; the bureau sees what was asked for and grants it, or by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.database import local_today
from portal.domain.errors import Invalid, Refused, Stale
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.models import Extension, TargetTable
from portal.services.review import extensions as service
from portal.services.review.extensions import Grant
from portal.web.errors import status_of
from portal.web.filters import announcement, due_day, moment
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render
from portal.web.table_page import load

bp = Blueprint("extensions", __name__)

DAYS_PROPOSED = 5
"""Working days from tomorrow to the date that the form proposes."""


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """due: where granted; answer: where declined. by: who asked. url: of the table, "" if it is not to be seen."""

    id: int
    office: str
    title: str
    url: str
    reason: str
    by: str
    at: str
    is_waiting: bool
    due: str
    answer: str
    decided_by: str


# --- the office ------------------------------------------------------------------------------------


@bp.get("/tables/<int:table_id>/extension")
@needs(Permission.ASK_EXTENSION)
def of_table(table_id: int) -> Response:
    return _table_page(table_id, FormState())


@bp.post("/tables/<int:table_id>/extension")
@needs(Permission.ASK_EXTENSION)
def ask(table_id: int) -> Response | AnyResponse:
    form = FormState.posted()
    try:
        service.ask(db.session(), actor(), table_id, form["reason"])
    except Invalid as refusal:
        return _table_page(table_id, form.refused(refusal))
    flash("已申请延期，等待财政局答复。", "success")
    return redirect(url_for("table.show", table_id=table_id), 303)


def _table_page(table_id: int, form: FormState) -> Response:
    loaded = load(table_id, Permission.ASK_EXTENSION)
    earlier = [_line(each, "", loaded.title) for each in queries.extensions.of_table(db.session(), table_id)]
    return render("review/ask_extension.html", form.status, loaded=loaded, form=form, earlier=earlier)


# --- the bureau ------------------------------------------------------------------------------------


@bp.get("/extensions/<int:year>")
@needs(Permission.EXTEND)
def of_year(year: int) -> Response:
    """?office=…: chosen ones, from the overview."""
    return _year_page(year, FormState.of(office=request.args.getlist("office")))


@bp.post("/extensions/<int:year>")
@needs(Permission.EXTEND)
def grant_office(year: int) -> Response | AnyResponse:
    form = FormState.posted()
    given = Grant(_date(form["due"]), form["reason"])
    try:
        count = service.grant_offices(db.session(), actor(), list(filter(None, form.all("office"))), year, given)
    except Invalid as refusal:
        return _year_page(year, form.refused(refusal))
    flash(f"已延期到 {given.due}，{count} 张表的期限随之改变；以后新建的表也是这个期限。", "success")
    return redirect(url_for(".of_year", year=year), 303)


@bp.post("/extensions/<int:year>/<int:extension_id>")
@needs(Permission.EXTEND)
def decide(year: int, extension_id: int) -> Response | AnyResponse:
    """Grant or decline what an office asked for."""
    form, session = request.form, db.session()
    try:
        if form.get("decision") == "grant":
            service.grant(session, actor(), extension_id, _date(form.get("due", "")))
        else:
            service.decline(session, actor(), extension_id, form.get("answer", ""))
    except (Invalid, Stale) as refusal:
        return _year_page(year, FormState(), {extension_id: refusal}, status_of(refusal))
    flash("已延期。" if form.get("decision") == "grant" else "已答复不同意延期。", "success")
    return redirect(url_for(".of_year", year=year), 303)


def _year_page(year: int, form: FormState, refusals: Mapping[int, Refused] | None = None, status: int = 0) -> Response:
    """refusals: of decisions, by the id of the extension."""
    session, me = db.session(), actor()
    calendar = queries.calendar.current(session)
    found = queries.extensions.of_year(session, me, year)
    lines = [
        _line(extension, f"{extension.office_code} {name}", _submitted_title(table)) for extension, name, table in found
    ]
    return render(
        "review/extensions.html",
        status or form.status,
        year=year,
        form=form,
        typed=request.form,
        waiting=[line for line in lines if line.is_waiting],
        decided=[line for line in lines if not line.is_waiting],
        proposed=(proposed := calendar.add(local_today(), DAYS_PROPOSED)),
        announced=announcement(proposed),
        offices=[("", "请选择单位"), *_offices()],
        chosen=[(code, name) for code, name in _offices() if code in form.all("office")],
        errors={id: refusal.message for id, refusal in (refusals or {}).items()},
    )


def _offices() -> list[tuple[str, str]]:
    found = queries.extensions.offices(db.session(), actor())
    return [(office.code, f"{office.code} {office.name}") for office in found]


def _submitted_title(table: TargetTable | None) -> str:
    """The title that the bureau may see; "" for a table that was never submitted."""
    return table.title_with(table.submitted_name) if table and table.submission_count else ""


def _line(extension: Extension, office: str, title: str) -> ExtensionLine:
    return ExtensionLine(
        id=extension.id,
        office=office,
        title=(title or "还没有送审过的一张表") if extension.table_id else "全部的表",
        url=url_for("table.show", table_id=extension.table_id) if title else "",
        reason=extension.reason,
        by=extension.asked_by_name,
        at=moment(extension.asked_at or extension.decided_at),
        is_waiting=extension.decided_at is None,
        due=due_day(extension.due_on),
        answer=extension.answer,
        decided_by=extension.decided_by_name,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
