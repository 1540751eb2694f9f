"""代办: who stands in for whom, appointing and ending it, and choosing the capacity of this session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.database import local_today
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.permissions import Actor, Permission, Role, may
from portal.domain.stand_ins import are_on_one_side
from portal.extensions import db
from portal.queries.stand_ins import Candidate, StandInLine
from portal.services.session import stand_ins as service
from portal.services.session.stand_ins import StandInForm
from portal.web.filters import day, moment
from portal.web.form_state import FormState
from portal.web.guards import actor, own_actor, signed_in
from portal.web.rendering import render
from portal.web.session import capacity, resume, sessions

bp = Blueprint("stand_ins", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """An appointment as the page shows it. end_url: "" where it is over."""

    person: str
    stand_in: str
    starts_on: str
    ends_on: str
    reason: str
    by: str
    standing: str
    is_over: bool
    end_url: str


@bp.get("/stand-ins")
@signed_in
def stand_ins() -> Response:
    return _page(FormState.of(starts_on=day(local_today()), person=request.args.get("person", "")))


def _page(form: FormState) -> Response:
    own, session = own_actor(), db.session()
    manages = may(own, Permission.MANAGE)
    found = queries.stand_ins.listed(session, None if manages else own.id, local_today())
    people = queries.stand_ins.candidates(session)
    return render(
        "session/stand_ins.html",
        form.status,
        form=form,
        rows=[_row(line) for line in found],
        manages=manages,
        is_own=not actor().principal,
        people=[(each.id, _words(each)) for each in people],
        choices=[(each.id, _words(each)) for each in _choices(own, people, manages=manages)],
    )


def _choices(own: Actor, people: list[Candidate], *, manages: bool) -> list[Candidate]:
    """Who may stand in: everybody else, or for a person those on the same side, the own office first."""
    others = [each for each in people if each.id != own.id and (manages or are_on_one_side(each.roles, own.roles))]
    office = current_user.account.user.office_code
    return sorted(others, key=lambda each: (each.office_code != office, each.office_code or "", each.name, each.id))


def _words(person: Candidate) -> str:
    roles = "、".join(role.label for role in Role if role in person.roles)
    return " · ".join(part for part in (f"{person.name}（{person.username}）", person.office, roles) if part)


def _row(line: StandInLine) -> Row:
    row = line.row
    if row.ended_at:
        standing = f"{moment(row.ended_at)} 由{row.ended_by_name}结束"
    elif line.is_over:
        standing = "已到期"
    else:
        standing = "代办中" if row.starts_on <= local_today() else "还没有开始"
    return Row(
        person=line.person,
        stand_in=line.stand_in,
        starts_on=day(row.starts_on),
        ends_on=day(row.ends_on),
        reason=row.reason,
        by=f"{row.appointed_by_name} {moment(row.appointed_at)}",
        standing=standing,
        is_over=line.is_over,
        end_url="" if line.is_over else url_for(".end", stand_in_id=row.id),
    )


@bp.post("/stand-ins")
@signed_in
def appoint() -> Response | AnyResponse:
    posted = FormState.posted()
    form = StandInForm(
        person=_id(posted["person"]) or own_actor().id,
        stand_in=_id(posted["stand_in"]),
        starts_on=_day(posted["starts_on"]),
        ends_on=_day(posted["ends_on"]),
        reason=posted["reason"],
    )
    try:
        service.appoint(db.session(), actor(), form)
    except (Invalid, Forbidden) as refusal:
        return _page(posted.refused(refusal))
    flash("已指定代办人；到期自动结束，也可以随时提前结束。", "success")
    return redirect(url_for(".stand_ins"), 303)


def _id(text: str) -> int:
    """The id of an account; 0, which nobody has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@bp.post("/stand-ins/<int:stand_in_id>/end")
@signed_in
def end(stand_in_id: int) -> AnyResponse:
    service.end(db.session(), own_actor(), stand_in_id)
    flash("代办已结束。", "success")
    return redirect(url_for(".stand_ins"), 303)


@bp.post("/capacity")
@signed_in
def switch() -> Response | AnyResponse:
    """Work in another capacity from now on; goes on with the form that was refused in the present one, if any."""
    chosen = request.form.get("capacity", "")
    if not (chosen == capacity.OWN or _id(chosen)):
        raise Stale("没有这项代办。")
    service.switch_capacity(db.session(), own_actor(), sessions.key(), _id(chosen) or None)
    sessions.reload()
    now = capacity.name_of(current_user.account.chosen)
    flash(f"现在以“{now}”的身份办理。", "success")
    return resume.go_on("", request.form.get("resume", ""))
