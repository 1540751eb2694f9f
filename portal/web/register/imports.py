"""Importing a list into the register: a file or pasted cells, the preview at an address of its own, the import."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.amounts import format_yuan
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.permissions import Permission, grants_held
from portal.domain.register import EntryRow, ImportPlan, RegisterReading, SheetRows, Standing
from portal.extensions import db
from portal.formats import register_list
from portal.formats.reading import Unreadable
from portal.services import form_posts
from portal.services.register import imports as service
from portal.web.acts import result_key
from portal.web.errors import status_of
from portal.web.guards import actor, needs
from portal.web.register.lists import budget_year
from portal.web.rendering import render

bp = Blueprint("register_imports", __name__)

MAX_PREVIEW = 6_000_000
"""Characters of a kept list."""
SHOWN = 100
"""Rows that each block of the preview shows."""


@bp.get("/register/<int:year>/import")
@needs(Permission.KEEP_REGISTER)
def start(year: int) -> Response:
    return _start_page(year)


@bp.post("/register/<int:year>/import")
@needs(Permission.KEEP_REGISTER)
def upload(year: int) -> Response | AnyResponse:
    try:
        name, sheets = _posted()
        reading = service.read(db.session(), actor(), year, sheets)
    except (Invalid, Unreadable) as refusal:
        return _start_page(year, status_of(refusal), refusal.message)
    if reading.errors:
        return _start_page(year, 422, reading=reading)
    key = result_key()
    form_posts.keep_outcome(db.session(), actor().id, key, _outcome(reading, name, year))
    return redirect(url_for(".preview", key=key), 303)


@bp.get("/register/import/<key>")
@needs(Permission.KEEP_REGISTER)
def preview(key: str) -> Response:
    return _preview_page(key, _kept(key))


@bp.post("/register/import/<key>")
@needs(Permission.KEEP_REGISTER)
def confirm(key: str) -> Response | AnyResponse:
    kept = _kept(key)
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


def _posted() -> tuple[str, list[SheetRows]]:
    """The name of the file and its rows; pasted cells count where no file was chosen. Raises Invalid, Unreadable."""
    uploaded, pasted = request.files.get("file"), request.form.get("pasted", "")
    if uploaded is not None and uploaded.filename:
        return uploaded.filename, register_list.read(uploaded.filename, uploaded.read())
    if not pasted.strip():
        raise Invalid("请选择文件，或者粘贴清单。")
    return "粘贴的清单", register_list.read_text(pasted)


def _outcome(reading: RegisterReading, name: str, year: int) -> dict[str, Any]:
    """What the preview is made from, as JSON. Raises Invalid for too much text."""
    rows = [astuple(row) for row in reading.rows]
    if len(json.dumps(rows, ensure_ascii=False)) > MAX_PREVIEW:
        raise Invalid("清单里的文字太多；请分成几份导入。")
    return {"register": rows, "told": list(reading.told), "name": name[:120], "year": year}


def _kept(key: str) -> dict[str, Any]:
    """Raises Invalid where there is no preview of this person."""
    kept = form_posts.outcome(db.session(), actor().id, key)
    if kept is None or "register" not in kept:
        raise Invalid("这次预览已经过期，没有导入；请重新选择文件。")
    return kept


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
        shown=SHOWN,
        refusal=refusal,
    )


def _standings(year: int, plan: ImportPlan) -> Mapping[tuple[str, str], Standing]:
    """Where the entries stand that the list left out, by office and code."""
    offices = {row.office_code for row in plan.gone[:SHOWN]}
    return queries.register.entries.standings_of_offices(db.session(), year, offices) if offices else {}


def _start_page(year: int, status: int = 200, refusal: str = "", reading: RegisterReading | None = None) -> Response:
    if not grants_held(actor(), Permission.KEEP_REGISTER):
        raise Forbidden("你没有维护应报清单的权限。")
    errors: Sequence[str] = [error.text for error in reading.errors] if reading else []
    return render(
        "register/import.html",
        status,
        year=budget_year(year),
        endings=register_list.ENDINGS,
        pasted=request.form.get("pasted", ""),
        refusal=refusal,
        errors=errors,
    )
