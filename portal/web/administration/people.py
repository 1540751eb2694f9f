"""人员: accounts with their roles and offices; one-time passwords, shown for a short time, never stored as text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.database import now
from portal.domain import searching
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid, NotVisible
from portal.domain.permissions import Permission, Role
from portal.extensions import db
from portal.models import User
from portal.queries.administration.people import Person
from portal.services import form_posts
from portal.services.administration import passwords
from portal.services.administration import people as service
from portal.services.administration.accounts import PersonForm
from portal.services.administration.authority import separates_duties
from portal.services.administration.claim_moves import ClaimsUndecided, LostClaims
from portal.web.acts import result_key
from portal.web.administration import claim_choices
from portal.web.administration.secrets import seed
from portal.web.filters import clock
from portal.web.form_state import FormState
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("people", __name__)

SHOWN_FOR = timedelta(minutes=15)
"""How long the page of a one-time password shows it, to the person who made it."""

ROLES = {
    Role.DRAFTER: "起草、导入、修改本单位的表，答复意见",
    Role.HEAD: "经办人的全部工作，并送审、取消送审",
    Role.REVIEWER: "审核分管单位的表，提出意见，退回",
    Role.APPROVER: "审核全部单位的表，批复，退回，退回调整",
    Role.ADMIN: "管理单位、人员、年度，看不到表的内容",
    Role.AUDITOR: "查看送审过的全部版本和全部审计记录，验证记录",
}


@bp.get("/people")
@needs(Permission.MANAGE)
def people() -> Response:
    wanted = request.args.get("q", "").strip()[:100]
    found = queries.administration.people.people(db.session())
    return render(
        "administration/people.html",
        people=[person for person in found if searching.finds(searching.words(wanted), _words(person))],
        count=len(found),
        q=wanted,
        roles=list(Role),
        expired={person.user.id for person in found if _has_expired(person)},
        mixed=[person for person in found if person.mixes_duties] if separates_duties(db.session()) else [],
        office_names=dict(_offices()),
    )


def _has_expired(person: Person) -> bool:
    """Whether nobody can sign in with the account, because its one-time password is too old."""
    since = person.user.one_time_since
    return since is not None and since + current_app.config["ONE_TIME_LIMIT"] < now()


def _words(person: Person) -> str:
    """The text that the filter searches."""
    user, labels = person.user, " ".join(role.label for role in person.roles)
    return f"{user.username} {user.name} {user.phone} {user.office_code or ''} {person.office_name} {labels}"


def _offices() -> list[tuple[str, str]]:
    return [
        (office.code, f"{office.code} {office.name}{'' if office.active else '（已停用）'}")
        for office in queries.administration.people.offices(db.session())
    ]


@bp.get("/people/new")
@needs(Permission.MANAGE)
def new() -> Response:
    return _new_page(FormState())


@bp.post("/people/new")
@needs(Permission.MANAGE)
def add() -> Response | AnyResponse:
    form = FormState.posted()
    try:
        user, _ = service.add_user(db.session(), actor(), form["username"], _person_form(form), seed=seed(result_key()))
    except Invalid as refusal:
        return _new_page(form.refused(refusal))
    return _to_one_time_password(user, is_new=True)


def _new_page(form: FormState) -> Response:
    return render("administration/person_new.html", form.status, form=form, offices=_offices(), roles=ROLES)


def _person_form(form: FormState) -> PersonForm:
    return PersonForm(form["name"], form.all("roles"), form["office"], form.all("assigned"), form["phone"])


def _stored(person: Person) -> FormState:
    user = person.user
    return FormState.of(
        name=user.name,
        phone=user.phone,
        roles=sorted(person.roles),
        office=user.office_code or "",
        assigned=person.assigned,
    )


@bp.get("/people/<int:user_id>")
@needs(Permission.MANAGE)
def person(user_id: int) -> Response:
    found = _person(user_id)
    return _person_page(found, _stored(found))


@bp.post("/people/<int:user_id>")
@needs(Permission.MANAGE)
def change(user_id: int) -> Response | AnyResponse:
    _person(user_id)
    form = FormState.posted()
    try:
        service.change_user(db.session(), actor(), user_id, _person_form(form), claims_to=claim_choices.claims_to)
    except Invalid as refusal:
        lost = refusal.lost if isinstance(refusal, ClaimsUndecided) else ()
        return _person_page(_person(user_id), form.refused(refusal), lost)
    flash(f"{clean_line(form['name'])} 的账号已修改。", "success")
    return redirect(url_for(".people"), 303)


@bp.post("/people/<int:user_id>/enable")
@needs(Permission.MANAGE)
def enable(user_id: int) -> AnyResponse:
    name = _person(user_id).user.name
    service.set_active(db.session(), actor(), user_id, True)
    flash(f"{name} 的账号已启用。", "success")
    return redirect(url_for(".person", user_id=user_id), 303)


@bp.get("/people/<int:user_id>/password")
@needs(Permission.MANAGE)
def confirm_reset(user_id: int) -> Response:
    return render("administration/password_reset.html", person=_person(user_id))


@bp.post("/people/<int:user_id>/password")
@needs(Permission.MANAGE)
def reset_password(user_id: int) -> AnyResponse:
    _person(user_id)
    service.reset_password(db.session(), actor(), user_id, seed=seed(result_key()))
    return _to_one_time_password(_person(user_id).user, is_new=False)


# The page has an address, so that a double press or a reload does not lose the password.


def _to_one_time_password(user: User, *, is_new: bool) -> AnyResponse:
    until = now() + SHOWN_FOR
    outcome = {"user": user.id, "stamp": user.stamp, "is_new": is_new, "until": until.isoformat()}
    form_posts.keep_outcome(db.session(), actor().id, result_key(), outcome)
    return redirect(url_for(".one_time_password", key=result_key()), 303)


@bp.get("/people/one-time-password/<key>")
@needs(Permission.MANAGE)
def one_time_password(key: str) -> Response:
    outcome = form_posts.outcome(db.session(), actor().id, key)
    if outcome is None or "stamp" not in outcome:
        raise NotVisible("没有这个一次性密码；需要的话请重置密码。")
    user, until = _person(outcome["user"]).user, datetime.fromisoformat(outcome["until"])
    is_shown = user.stamp == outcome["stamp"] and now() < until
    return render(
        "administration/one_time_password.html",
        user=user,
        secret=passwords.one_time_password(seed(key)) if is_shown else "",
        until=clock(until),
        is_new=outcome["is_new"],
    )


def _person(user_id: int) -> Person:
    found = queries.administration.people.person(db.session(), user_id)
    if found is None:
        raise NotVisible("没有这个人员。")
    return found


def _person_page(found: Person, form: FormState, lost: Sequence[LostClaims] = ()) -> Response:
    is_self = found.user.id == actor().id
    return render(
        "administration/person.html",
        form.status,
        person=found,
        form=form,
        claims=claim_choices.fields(lost),
        coverage=queries.administration.offices.coverage(db.session(), found.assigned),
        is_self=is_self,
        is_mixed=found.mixes_duties and separates_duties(db.session()),
        offices=_offices(),
        roles=ROLES,
    )
