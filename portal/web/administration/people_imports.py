"""Importing a list of people: a file or pasted cells, the preview, the import, the slips with one-time passwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.database import now
from portal.domain.errors import Invalid, NotVisible, Stale
from portal.domain.people import PersonRow
from portal.domain.people.plans import labels
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.formats.reading import Unreadable
from portal.services import form_posts
from portal.services.administration import passwords
from portal.services.administration import people_imports as service
from portal.services.administration.people_imports import ImportedPeople
from portal.web import rosters
from portal.web.acts import result_key
from portal.web.administration.secrets import seed
from portal.web.errors import status_of
from portal.web.filters import clock
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("people_imports", __name__)

SHOWN_FOR = timedelta(hours=2)
"""How long the slips show their passwords, to the person who imported: as long as printing and cutting may take."""


@dataclass(frozen=True, slots=True)
class Slip:
    name: str
    office: str
    username: str
    secret: str


@bp.get("/people/import")
@needs(Permission.MANAGE)
def start() -> Response:
    return _start_page()


@bp.post("/people/import")
@needs(Permission.MANAGE)
def upload() -> Response | AnyResponse:
    try:
        name, sheets = rosters.posted()
        reading = service.read(db.session(), actor(), sheets)
    except (Invalid, Unreadable) as refusal:
        return _start_page(status_of(refusal), refusal.message)
    if reading.errors:
        return _start_page(422, errors=[error.text for error in reading.errors])
    rows = [astuple(row) for row in reading.rows]
    key = rosters.keep("people", rows, told=list(reading.told), name=name[:120])
    return redirect(url_for(".preview", key=key), 303)


@bp.get("/people/import/<key>")
@needs(Permission.MANAGE)
def preview(key: str) -> Response:
    return _preview_page(key, rosters.kept("people", key))


@bp.post("/people/import/<key>")
@needs(Permission.MANAGE)
def confirm(key: str) -> Response | AnyResponse:
    kept, form_key = rosters.kept("people", key), result_key()
    try:
        done = service.import_people(
            db.session(),
            actor(),
            _rows(kept),
            seen=request.form.get("seen") or "none",
            seed=lambda username: seed(form_key, username),
        )
    except (Invalid, Stale) as refusal:
        db.session().rollback()
        return _preview_page(key, kept, status_of(refusal), refusal.message)
    flash(f"人员已导入：新增 {len(done.new)} 人，修改 {done.changed_count} 人。", "success")
    return _to_slips(form_key, done) if done.new else redirect(url_for("people.people"), 303)


def _to_slips(key: str, done: ImportedPeople) -> AnyResponse:
    slips = [(user.id, user.stamp) for user, _ in done.new]
    outcome = {"slips": slips, "until": (now() + SHOWN_FOR).isoformat()}
    form_posts.keep_outcome(db.session(), actor().id, key, outcome)
    return redirect(url_for(".slips", key=key), 303)


@bp.get("/people/slips/<key>")
@needs(Permission.MANAGE)
def slips(key: str) -> Response:
    outcome = form_posts.outcome(db.session(), actor().id, key)
    if outcome is None or "slips" not in outcome:
        raise NotVisible("没有这些一次性密码；需要的话请在人员的页面重置密码。")
    until = datetime.fromisoformat(outcome["until"])
    found = _slips(key, outcome["slips"]) if now() < until else []
    return render(
        "administration/slips.html",
        layout="print",
        pages=[found[first : first + 4] for first in range(0, len(found), 4)],
        missing_count=len(outcome["slips"]) - len(found),
        until=clock(until),
        back_url=url_for("people.people"),
        address=request.url_root,
        hours=round(current_app.config["ONE_TIME_LIMIT"].total_seconds() / 3600),
        shortest=passwords.SHORTEST,
        admin=current_user.user,
    )


def _slips(key: str, stamps: Sequence[tuple[int, str]]) -> list[Slip]:
    """Of the people whose password was not changed since."""
    stamp_of = {user_id: stamp for user_id, stamp in stamps}  # noqa: C416 - lists of JSON, not tuples
    return [
        Slip(
            person.user.name,
            person.office_name or "财政局",
            person.user.username,
            passwords.one_time_password(seed(key, person.user.username)),
        )
        for person in queries.administration.people.people(db.session())
        if person.user.stamp == stamp_of.get(person.user.id)
    ]


def _rows(kept: dict[str, Any]) -> list[PersonRow]:
    return [_row(parts) for parts in kept["people"]]


def _row(parts: Sequence[Any]) -> PersonRow:
    """From JSON, where tuples are lists."""
    values: list[Any] = [tuple(part) if isinstance(part, list) else part for part in parts]
    return PersonRow(*values)


def _preview_page(key: str, kept: dict[str, Any], status: int = 200, refusal: str = "") -> Response:
    rows = _rows(kept)
    plan = service.plan(db.session(), actor(), rows)
    offices = queries.administration.people.offices(db.session())
    return render(
        "administration/people_preview.html",
        status,
        key=key,
        name=kept["name"],
        told=kept["told"],
        plan=plan,
        row_count=len(rows),
        labels=labels,
        office_names={office.code: office.name for office in offices},
        proposed={row.line for row in rows if not row.username},
        refusal=refusal,
        errors=[error.text for error in plan.errors],
    )


def _start_page(status: int = 200, refusal: str = "", errors: Sequence[str] = ()) -> Response:
    pasted = request.form.get("pasted", "")
    return render("administration/people_import.html", status, pasted=pasted, refusal=refusal, errors=errors)
