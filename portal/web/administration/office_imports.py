"""Importing a list of offices: a file or pasted cells, the preview at an address of its own, the import."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.domain.errors import Invalid, Stale
from portal.domain.offices import OfficeRow
from portal.domain.permissions import Permission
from portal.domain.rosters import Reading
from portal.extensions import db
from portal.formats.reading import Unreadable
from portal.services.administration import office_imports as service
from portal.services.administration import office_names
from portal.web import rosters
from portal.web.errors import status_of
from portal.web.guards import actor, needs
from portal.web.rendering import render

bp = Blueprint("offices_imports", __name__)

_KIND = "offices"


@bp.get("/offices/import")
@needs(Permission.MANAGE)
def start() -> Response:
    return _start_page()


@bp.post("/offices/import")
@needs(Permission.MANAGE)
def upload() -> Response | AnyResponse:
    try:
        name, sheets = rosters.posted()
        reading = service.read(db.session(), actor(), sheets)
        if reading.errors:
            return _start_page(422, reading=reading)
        key = rosters.keep(_KIND, [tuple(row) for row in reading.rows], told=list(reading.told), name=name[:120])
    except (Invalid, Unreadable) as refusal:
        return _start_page(status_of(refusal), refusal.message)
    return redirect(url_for(".preview", key=key), 303)


@bp.get("/offices/import/<key>")
@needs(Permission.MANAGE)
def preview(key: str) -> Response:
    return _preview_page(key, rosters.kept(_KIND, key))


@bp.post("/offices/import/<key>")
@needs(Permission.MANAGE)
def confirm(key: str) -> Response | AnyResponse:
    kept = rosters.kept(_KIND, key)
    try:
        done = service.import_offices(db.session(), actor(), _rows(kept), seen=request.form.get("seen") or "none")
    except (Invalid, Stale) as refusal:
        db.session().rollback()
        return _preview_page(key, kept, status_of(refusal), refusal.message)
    named = f"；{done.named} 张草稿里的单位名称一并改了" if done.named else ""
    flash(f"单位已导入：新增 {done.added} 个，修改 {done.changed} 个{named}。", "success")
    return redirect(url_for("offices.offices"), 303)


def _rows(kept: dict[str, Any]) -> list[OfficeRow]:
    return [OfficeRow(*row) for row in kept[_KIND]]


def _preview_page(key: str, kept: dict[str, Any], status: int = 200, refusal: str = "") -> Response:
    session, rows = db.session(), _rows(kept)
    plan = service.plan(session, rows)
    drafts = [office_names.named_drafts(session, each.old.code, each.old.name) for each in plan.renamed]
    return render(
        "administration/office_preview.html",
        status,
        key=key,
        name=kept["name"],
        told=kept["told"],
        plan=plan,
        row_count=len(rows),
        named_count=sum(len(each.named) for each in drafts),
        other_count=sum(each.other_count for each in drafts),
        shown=rosters.SHOWN,
        refusal=refusal,
    )


def _start_page(status: int = 200, refusal: str = "", reading: Reading[OfficeRow] | None = None) -> Response:
    return render(
        "administration/office_import.html",
        status,
        pasted=request.form.get("pasted", ""),
        refusal=refusal,
        errors=[error.text for error in reading.errors] if reading else [],
    )
