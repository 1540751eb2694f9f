"""One entry of the register: its page, keeping it by hand, exempting the office from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.amounts import format_yuan
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.permissions import Permission, TableFacts, grants_held, may, offices_in_reach
from portal.extensions import db
from portal.models import Office, RegisterEntry
from portal.services.register import entries as service
from portal.services.register import exemptions, unannounced
from portal.services.register.entries import EntryForm
from portal.services.register.keeping import may_keep, require_keeper
from portal.web.budget_years import budget_year
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.register.lines import entry_line
from portal.web.rendering import render

bp = Blueprint("register_entries", __name__)


@bp.get("/register/<int:year>/new")
@needs(Permission.KEEP_REGISTER)
def new(year: int) -> Response:
    return _new_page(year, FormState.of(office=request.args.get("office", "")))


@bp.post("/register/<int:year>/new")
@needs(Permission.KEEP_REGISTER)
def add(year: int) -> Response | AnyResponse:
    form = FormState.posted()
    try:
        entry = service.add_entry(db.session(), actor(), year, _entry_form(form))
    except Invalid as refusal:
        return _new_page(year, form.refused(refusal))
    flash(f"已登记 {entry.code} {entry.name}。", "success")
    return redirect(url_for(".entry", entry_id=entry.id), 303)


@bp.get("/register/entries/<int:entry_id>")
@needs(Permission.SEE_REGISTER)
def entry(entry_id: int) -> Response:
    return _entry_page(entry_id, FormState())


@bp.get("/register/entries/<int:entry_id>/change")
@needs(Permission.KEEP_REGISTER)
def change_form(entry_id: int) -> Response:
    found = _kept(entry_id)
    is_key = ["1"] if found.is_key else []
    amount = format_yuan(found.amount_fen).replace(",", "")
    return _change_page(found, FormState.of(code=found.code, name=found.name, amount=amount, is_key=is_key))


@bp.post("/register/entries/<int:entry_id>/change")
@needs(Permission.KEEP_REGISTER)
def change(entry_id: int) -> Response | AnyResponse:
    form = FormState.posted()
    try:
        found = service.change_entry(db.session(), actor(), entry_id, _entry_form(form))
    except Invalid as refusal:
        return _change_page(_kept(entry_id), form.refused(refusal))
    flash(f"已修改 {found.code} {found.name}。", "success")
    return redirect(url_for(".entry", entry_id=entry_id), 303)


@bp.get("/register/entries/<int:entry_id>/remove")
@needs(Permission.KEEP_REGISTER)
def confirm_remove(entry_id: int) -> Response:
    _kept(entry_id)
    return _entry_page(entry_id, FormState(), "register/remove.html")


@bp.post("/register/entries/<int:entry_id>/remove")
@needs(Permission.KEEP_REGISTER)
def remove(entry_id: int) -> AnyResponse:
    found = service.remove_entry(db.session(), actor(), entry_id)
    flash(f"{found.code} {found.name} 已移出 {found.year} 年度的应报清单。", "success")
    return redirect(url_for("register.year", year=found.year), 303)


@bp.post("/register/entries/<int:entry_id>/exempt")
@needs(Permission.KEEP_REGISTER)
def exempt(entry_id: int) -> Response | AnyResponse:
    form = FormState.posted()
    return _acted(
        entry_id, form, lambda: exemptions.exempt(db.session(), actor(), entry_id, form["reason"]), "已准予免报。"
    )


@bp.post("/register/entries/<int:entry_id>/end-exemption")
@needs(Permission.KEEP_REGISTER)
def end_exemption(entry_id: int) -> Response | AnyResponse:
    return _acted(
        entry_id, FormState(), lambda: exemptions.end(db.session(), actor(), entry_id), "免报已撤销，仍须填报。"
    )


@bp.post("/register/entries/<int:entry_id>/unmerge")
@needs(Permission.KEEP_REGISTER)
def unmerge(entry_id: int) -> Response | AnyResponse:
    return _acted(entry_id, FormState(), lambda: unannounced.unmerge(db.session(), actor(), entry_id), "并入已取消。")


def _acted(entry_id: int, form: FormState, act: Callable[[], object], done: str) -> Response | AnyResponse:
    try:
        act()
    except (Invalid, Stale) as refusal:
        db.session().rollback()
        return _entry_page(entry_id, form.refused(refusal))
    flash(done, "success")
    return redirect(url_for(".entry", entry_id=entry_id), 303)


def _kept(entry_id: int) -> RegisterEntry:
    """An entry that the viewer may change. Raises NotVisible, Forbidden."""
    found = queries.register.entries.entry_seen(db.session(), actor(), entry_id)
    require_keeper(actor(), found.office_code)
    return found


def _entry_form(form: FormState) -> EntryForm:
    return EntryForm(form["office"], form["code"], form["name"], form["amount"], form["is_key"] == "1")


def _entry_page(entry_id: int, form: FormState, template: str = "register/entry.html") -> Response:
    me = actor()
    found, row, standing = queries.register.entries.line(db.session(), me, entry_id)
    year = budget_year(found.year)
    keeps = may_keep(me, found.office_code) and year.is_open
    return render(
        template,
        form.status,
        entry=found,
        year=year,
        line=entry_line(row, standing, me, is_open=year.is_open),
        void_reason=row.void_reason,
        keeps=keeps,
        contacts=queries.administration.people.contacts(db.session(), [found.office_code]) if keeps else {},
        office_phone=db.session().get_one(Office, found.office_code).phone if keeps else "",
        may_exempt=keeps and not standing.is_submitted and found.exempt_at is None,
        may_start=year.is_open and standing.can_start and may(me, Permission.CREATE, TableFacts(found.office_code)),
        form=form,
    )


def _new_page(year: int, form: FormState) -> Response:
    me = actor()
    if not grants_held(me, Permission.KEEP_REGISTER):
        raise Forbidden("你没有维护应报清单的权限。")
    reach = offices_in_reach(me, Permission.KEEP_REGISTER)
    offices = [
        (office.code, f"{office.code} {office.name}")
        for office in queries.administration.people.offices(db.session())
        if office.active and (reach is None or office.code in reach)
    ]
    return _form_page(year, form, offices=offices)


def _change_page(entry: RegisterEntry, form: FormState) -> Response:
    return _form_page(entry.year, form, entry=entry)


def _form_page(
    year: int, form: FormState, entry: RegisterEntry | None = None, offices: Sequence[tuple[str, str]] = ()
) -> Response:
    return render(
        "register/entry_form.html", form.status, year=budget_year(year), entry=entry, offices=offices, form=form
    )
