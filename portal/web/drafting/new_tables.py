"""新建: one page with the four ways to create a table. `files/imports.py` has the steps after a file upload."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.amounts import format_yuan
from portal.domain.documents import Kind
from portal.domain.errors import Forbidden, Invalid
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.formats import files
from portal.formats.reading import Unreadable
from portal.models import BudgetYear
from portal.queries.drafting.origins import Source
from portal.services.drafting import carry_over, drafts
from portal.web.errors import status_of
from portal.web.files import jobs
from portal.web.guards import actor, needs
from portal.web.rendering import Link, render

bp = Blueprint("new_tables", __name__)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A table of an earlier year. mark, url: its successor in the new year; is_barred: it cannot be selected."""

    id: int
    kind: str
    ordinal: int
    title: str
    code: str
    amount: str
    state: str
    mark: str
    url: str
    is_selected: bool
    is_barred: bool


@bp.get("/tables/new")
@needs(Permission.CREATE)
def new() -> Response:
    return start_page()


@bp.post("/tables/new")
@needs(Permission.CREATE)
def create() -> Response | AnyResponse:
    form = request.form
    kind, year = form.get("kind", ""), form.get("year", type=int)
    if kind not in set(Kind) or year is None:
        return start_page(422, {"kind": "请选择年度和表的种类。"})
    try:
        table = drafts.create(db.session(), actor(), Kind(kind), actor().office or "", year)
    except Invalid as refusal:
        return start_page(422, {refusal.path or "kind": refusal.message})
    return redirect(url_for("edit.edit", table_id=table.id), 303)


@bp.post("/tables/new/from")
@needs(Permission.CREATE)
def begin_from() -> Response | AnyResponse:
    year, chosen = request.form.get("year", default=0, type=int), request.form.getlist("source", type=int)
    try:
        tables = carry_over.carry_over_tables(db.session(), actor(), chosen, year)
    except Invalid as refusal:
        return start_page(422, {_place(refusal): refusal.message})
    if len(tables) == 1:
        return redirect(url_for("edit.edit", table_id=tables[0].id), 303)
    flash(f"已沿用 {len(tables)} 张表，都在“待送审”里，请逐张核对。", "success")
    return redirect(url_for("home.home", tab="drafted", year=year), 303)


def _place(refusal: Invalid) -> str:
    """The part of the page that shows a refusal of `begin_from`."""
    if refusal.path == "year":
        return "year"
    return "copy" if request.form.get("way") == "copy" else "source"


def or_start_page(answer: Callable[[], Response | AnyResponse]) -> Response | AnyResponse:
    """The answer about an uploaded file; after a refusal the start page with the message."""
    drafts.office_to_draft_for(db.session(), actor(), actor().office or "")
    try:
        return answer()
    except (Unreadable, Invalid, Forbidden) as refusal:
        return start_page(status_of(refusal), {getattr(refusal, "path", "") or "file": refusal.message})


def start_page(status: int = 200, errors: Mapping[str, str] | None = None) -> Response:
    """The page with the posted choices. Raises Forbidden where the actor drafts for no office."""
    session, me = db.session(), actor()
    drafts.office_to_draft_for(session, me, me.office or "")
    years = [year for year in queries.administration.years.all_years(session) if year.is_open]
    asked = request.values.get("year", type=int)
    year = next((each for each in years if each.year == asked), years[0] if years else None)
    ways = _ways(year) if year else {}
    links = [Link(url_for("new_tables.new", year=each.year), f"{each.year} 年度", each is year) for each in years]
    return render("drafting/new.html", status, year=year, years=links, typed=request.form, errors=errors or {}, **ways)


def _ways(year: BudgetYear) -> dict[str, Any]:
    """Context of the four ways in `year`."""
    session, me = db.session(), actor()
    before = queries.drafting.origins.years_before(session, me, year.year)
    asked = request.values.get("source_year", type=int)
    source_year = asked if asked in before else before[0] if before else None
    earlier = queries.drafting.origins.sources(session, me, source_year, year.year) if source_year else []
    is_selected = set(request.form.getlist("source", type=int)) if request.form.get("way") == "earlier" else None
    return {
        "source_year": source_year,
        "source_years": [
            Link(url_for("new_tables.new", year=year.year, source_year=each), f"{each} 年度", each == source_year)
            for each in before
        ],
        "earlier": _source_lines(earlier, year.year, is_selected),
        "same_year": [
            (each.id, f"{each.position}、{each.title}")
            for each in queries.drafting.origins.sources(session, me, year.year, year.year)
            if each.kind == Kind.PROJECT
        ],
        "kinds": [(kind.value, kind.label) for kind in Kind],
        "endings": files.endings(can_convert=bool(current_app.config["SOFFICE"])),
        "jobs": jobs.recent_lines(),
    }


def _source_lines(sources: Sequence[Source], year: int, is_selected: Collection[int] | None) -> list[SourceLine]:
    """is_selected: selected ids; None selects the tables without a successor in the new year."""
    return [
        SourceLine(
            id=source.id,
            kind=source.kind,
            ordinal=source.position,
            title=source.title,
            code=source.code,
            amount=format_yuan(source.total_fen) if source.kind == Kind.PROJECT else "",
            state=source.state,
            mark=_mark(source, year),
            url=url_for("table.show", table_id=source.successor_id) if source.successor_id else "",
            is_selected=source.id in is_selected if is_selected is not None else not source.successor_id,
            is_barred=_is_barred(source),
        )
        for source in sources
    ]


def _is_barred(source: Source) -> bool:
    """Whether carry-over would refuse it: carried over already, or a second department table."""
    return source.carried_over or (source.kind == Kind.DEPARTMENT and source.successor_id is not None)


def _mark(source: Source, year: int) -> str:
    if source.carried_over:
        return "已沿用"
    if not source.successor_id:
        return ""
    return f"{year} 年度已有" if source.kind == Kind.DEPARTMENT else f"{year} 年度已有同编码的表"
