"""调整表序号: the project tables of the actor's office in one year, each with its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid, Stale
from portal.domain.permissions import Permission, TableFacts, may
from portal.domain.states import State
from portal.extensions import db
from portal.services.drafting import drafts, ordering
from portal.web.errors import status_of
from portal.web.guards import actor, needs
from portal.web.rendering import Link, render

bp = Blueprint("ordering", __name__)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A table with its number now (`held`) and the number in the form (`typed`); is_fixed: it cannot be renumbered."""

    id: int
    name: str
    code: str
    url: str
    state: str
    held: int
    typed: str
    is_fixed: bool
    error: str


@bp.get("/tables/order")
@needs(Permission.EDIT)
def order() -> Response:
    return _page(200, {}, {}, "")


@bp.post("/tables/order")
@needs(Permission.EDIT)
def renumber() -> Response | AnyResponse:
    typed = {int(key[7:]): clean_line(text) for key, text in request.form.items() if _is_number_of_table(key)}
    up, down = (request.form.get(name, 0, type=int) for name in ("up", "down"))
    try:
        wanted = {table_id: _number(table_id, text) for table_id, text in typed.items() if _is_changed(table_id, text)}
        changed = ordering.renumber(db.session(), actor(), _year(), wanted, move=up or down, up=bool(up))
    except Invalid as refusal:
        return _page(422, typed, {refusal.path: refusal.message}, refusal.message)
    except Stale as refusal:
        return _page(status_of(refusal), typed, {}, refusal.message)
    flash(f"已调整 {len(changed)} 张表的序号。" if changed else "序号没有变化。", "success")
    return redirect(url_for(".order", year=_year()), 303)


def _is_number_of_table(key: str) -> bool:
    return key.startswith("number-") and key[7:].isascii() and key[7:].isdigit() and len(key) < 18


def _is_changed(table_id: int, text: str) -> bool:
    """Whether the person changed the number that the page showed."""
    return text != request.form.get(f"held-{table_id}", "")


def _number(table_id: int, text: str) -> int:
    if not (text.isdecimal() and len(text) < 6):
        raise Invalid("表序号应当是整数。", str(table_id))
    return int(text)


def _year() -> int:
    return request.values.get("year", 0, type=int)


def _page(status: int, typed: Mapping[int, str], errors: Mapping[str, str], refusal: str) -> Response:
    session, me = db.session(), actor()
    office = drafts.office_to_draft_for(session, me, me.office or "")
    year = queries.administration.years.open_year(session, _year())
    rows = queries.drafting.ordering.tables_in_order(session, office.code, year.year)
    lines = [
        OrderLine(
            id=row.id,
            name=row.project_name or "（未命名）",
            code=row.project_code,
            url=url_for("table.show", table_id=row.id),
            state=row.state,
            held=row.position,
            typed=typed.get(row.id, str(row.position)),
            is_fixed=not may(me, Permission.EDIT, TableFacts(office.code, State(row.state))),
            error=errors.get(str(row.id), ""),
        )
        for row in rows
    ]
    open_years = [each.year for each in queries.administration.years.all_years(session) if each.is_open]
    years = [Link(url_for(".order", year=each), f"{each} 年度", each == year.year) for each in open_years]
    return render("drafting/order.html", status, office=office, year=year, years=years, lines=lines, refusal=refusal)
