"""Importing a list into the register: a file or pasted cells, the preview at an address of its own, the import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.amounts import format_yuan
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.permissions import Permission, grants_held
from portal.domain.register import EntryRow, ImportPlan, RegisterReading, Standing
from portal.extensions import db
from portal.formats.reading import Unreadable
from portal.services.register import imports as service
from portal.web import rosters
from portal.web.budget_years import budget_year
from portal.web.errors import status_of
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("register_imports", __name__)


@bp.get("/register/<int:year>/import")
@needs(Permission.KEEP_REGISTER)
def start(year: int) -> Response:
    return _start_page(year)


@bp.post("/register/<int:year>/import")
@needs(Permission.KEEP_REGISTER)
def upload(year: int) -> Response | AnyResponse:
    try:
        name, sheets = rosters.posted()
        reading = service.read(db.session(), actor(), year, sheets)
    except (Invalid, Unreadable) as refusal:
        return _start_page(year, status_of(refusal), refusal.message)
    if reading.errors:
        return _start_page(year, 422, reading=reading)
    rows = [astuple(row) for row in reading.rows]
    key = rosters.keep("register", rows, told=list(reading.told), name=name[:120], year=year)
    return redirect(url_for(".preview", key=key), 303)


@bp.get("/register/import/<key>")
@needs(Permission.KEEP_REGISTER)
def preview(key: str) -> Response:
    return _preview_page(key, rosters.kept("register", key))


@bp.post("/register/import/<key>")
@needs(Permission.KEEP_REGISTER)
def confirm(key: str) -> Response | AnyResponse:
    kept = rosters.kept("register", key)
    remove_gone, seen = request.form.get("remove_gone") == "1", request.form.get("seen", "")
    try:
        done = service.import_rows(
            db.session(), actor(), kept["year"], _rows(kept), remove_gone=remove_gone, seen=seen or "none"
        )
    except (Invalid, Stale) as refusal:
        db.session().rollback()
        return _preview_page(key, kept, status_of(refusal), refusal.message)
    flash(f"应报清单已导入：新增 {done.added} 项，修改 {done.changed} 项，移出 {done.removed} 项。", "success")
    return redirect(url_for("register.year", year=kept["year"]), 303)


def _rows(kept: dict[str, Any]) -> list[EntryRow]:
    return [EntryRow(*row) for row in kept["register"]]


def _preview_page(key: str, kept: dict[str, Any], status: int = 200, refusal: str = "") -> Response:
    rows = _rows(kept)
    plan = service.plan(db.session(), actor(), kept["year"], rows)
    return render(
        "register/preview.html",
        status,
        key=key,
        year=budget_year(kept["year"]),
        name=kept["name"],
        told=kept["told"],
        plan=plan,
        gone_standings=_standings(kept["year"], plan),
        row_count=len(rows),
        office_count=len({row.office_code for row in rows}),
        total=format_yuan(sum(row.amount_fen or 0 for row in rows)),
        shown=rosters.SHOWN,
        refusal=refusal,
    )


def _standings(year: int, plan: ImportPlan) -> Mapping[tuple[str, str], Standing]:
    """Where the entries stand that the list left out, by office and code."""
    offices = {row.office_code for row in plan.gone[: rosters.SHOWN]}
    return queries.register.entries.standings_of_offices(db.session(), year, offices) if offices else {}


def _start_page(year: int, status: int = 200, refusal: str = "", reading: RegisterReading | None = None) -> Response:
    if not grants_held(actor(), Permission.KEEP_REGISTER):
        raise Forbidden("你没有维护应报清单的权限。")
    errors: Sequence[str] = [error.text for error in reading.errors] if reading else []
    return render(
        "register/import.html",
        status,
        year=budget_year(year),
        pasted=request.form.get("pasted", ""),
        refusal=refusal,
        errors=errors,
    )
