"""预算单位: list, add, rename, enable and disable offices."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain import searching
from portal.domain.errors import Invalid, NotVisible
from portal.domain.permissions import Permission, Role
from portal.extensions import db
from portal.models import Office
from portal.services.administration import offices as service
from portal.web.administration.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("offices", __name__)


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """A row of the list; depth: count of its ancestors."""

    code: str
    name: str
    depth: int
    parent: str
    active: bool
    tables: int
    reviewers: str


@bp.get("/offices")
@needs(Permission.MANAGE)
def offices() -> Response:
    wanted = request.args.get("q", "").strip()[:100]
    words = searching.words(wanted)
    found = [line for line in _lines() if searching.finds(words, f"{line.code} {line.name} {line.reviewers}")]
    return render("administration/offices.html", lines=found, q=wanted)


def _lines() -> list[OfficeLine]:
    session = db.session()
    counts = queries.administration.people.table_counts(session)
    known = queries.administration.people.offices(session)
    names = {office.code: office.name for office in known}
    reviewers: dict[str, list[str]] = {}
    for person in queries.administration.people.people(session):
        if person.user.active and Role.REVIEWER in person.roles:
            for code in person.assigned:
                reviewers.setdefault(code, []).append(person.user.name)
    return [
        OfficeLine(
            office.code,
            office.name,
            office.lineage.count("/") - 2,
            f"{office.parent_code} {names[office.parent_code]}" if office.parent_code else "",
            office.active,
            counts.get(office.code, 0),
            "、".join(reviewers.get(office.code, ())),
        )
        for office in sorted(known, key=lambda office: office.lineage)
    ]


@bp.get("/offices/new")
@needs(Permission.MANAGE)
def new() -> Response:
    return _new_page(FormState())


@bp.post("/offices/new")
@needs(Permission.MANAGE)
def add() -> Response | AnyResponse:
    form = FormState.posted()
    try:
        office = service.add_office(db.session(), actor(), form["code"], form["name"], form["parent"])
    except Invalid as refusal:
        return _new_page(form.refused(refusal))
    flash(f"已新增单位 {office.code} {office.name}。", "success")
    return redirect(url_for(".offices"), 303)


def _new_page(form: FormState) -> Response:
    parents = [
        (office.code, f"{office.code} {office.name}") for office in queries.administration.people.offices(db.session())
    ]
    return render("administration/office_new.html", form.status, parents=parents, form=form)


@bp.get("/offices/<code>")
@needs(Permission.MANAGE)
def office(code: str) -> Response:
    found = _office(code)
    return _office_page(found, FormState.of(name=found.name, active="1" if found.active else "0"))


@bp.post("/offices/<code>")
@needs(Permission.MANAGE)
def change(code: str) -> Response | AnyResponse:
    _office(code)
    form = FormState.posted()
    try:
        service.change_office(db.session(), actor(), code, form["name"], form["active"] == "1")
    except Invalid as refusal:
        return _office_page(_office(code), form.refused(refusal))
    flash(f"单位 {code} 已修改。", "success")
    return redirect(url_for(".offices"), 303)


def _office(code: str) -> Office:
    found = db.session().get(Office, code)
    if found is None:
        raise NotVisible("没有这个单位。")
    return found


def _office_page(office: Office, form: FormState) -> Response:
    contacts = queries.administration.people.contacts(db.session(), [office.code]).get(office.code, [])
    return render("administration/office.html", form.status, office=office, contacts=contacts, form=form)
