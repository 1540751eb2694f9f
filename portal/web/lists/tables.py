"""绩效目标表: the list of all tables that the viewer may see, filtered by year, office, state and text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import queries
from portal.domain.errors import Forbidden
from portal.domain.permissions import Actor, Permission, TableFacts, grants_held, may
from portal.domain.states import State
from portal.extensions import db
from portal.models import BudgetYear
from portal.queries.lists import Filters
from portal.web.guards import actor, needs
from portal.web.lists import office_lines, work_lists
from portal.web.rendering import page_or_fragment, render

bp = Blueprint("tables", __name__)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The current values of the filter bar."""

    year: int
    office: str
    state: str
    q: str


@bp.get("/tables")
@needs(Permission.SEE)
def tables() -> Response:
    session, me = db.session(), actor()
    if not grants_held(me, Permission.SEE):
        raise Forbidden("你的角色不查看绩效目标表。")
    years = queries.administration.years.all_years(session)
    if not years:
        return render("lists/no_year.html")
    year = work_lists.chosen_year(session, me, years)
    chosen = chosen_filters(year.year)
    # The fragment has no filter bar, so only the page queries the offices for it.
    offices = page_or_fragment(lambda: queries.lists.offices_listed(session, me), lambda: [])
    return render(
        "lists/tables.html",
        fragment="lists/_tables.html",
        year=year,
        chosen=chosen,
        years=[(y.year, f"{y.year} 年度") for y in years],
        offices=[(code, f"{code} {name}") for code, name in offices],
        states=[(state.value, state.label) for state in State],
        **_list(me, filters_of(chosen), year),
        show_office=work_lists.shows_office(me),
        order_url=_order_url(me, chosen, year.is_open),
        works_offline=year.is_open and may(me, Permission.CREATE, TableFacts(chosen.office)),
        can_create=bool(grants_held(me, Permission.CREATE)) and year.is_open,
    )


def _list(me: Actor, filters: Filters, year: BudgetYear) -> dict[str, Any]:
    """The rows with the neighbouring pages: an office's list for whoever may see working copies."""
    if grants_held(me, Permission.SEE_WORKING_COPY):
        rows, before, after = office_lines.page(me, filters)
        shown = office_lines.office_list(rows, [year], office_lines.order())
        excel_url = office_lines.file_url("list_files.of_filters")
        return {"list": shown, "rows": (), "excel_url": excel_url, "previous_url": before, "next_url": after}
    page = queries.lists.listing(db.session(), me, filters, work_lists.cursor())
    choice = {name: text for name, text in request.args.items() if name in ("office", "state", "q")}
    choice = {"year": str(year.year)} | choice
    return {
        "list": None,
        "rows": work_lists.lines(page.rows, [year]),
        "previous_url": work_lists.page_url(url_for(".tables"), choice, page.before),
        "next_url": work_lists.page_url(url_for(".tables"), choice, page.after),
    }


def filters_of(chosen: Chosen) -> Filters:
    return Filters(chosen.year, chosen.office, State(chosen.state) if chosen.state else None, chosen.q)


def _order_url(me: Actor, chosen: Chosen, is_open: bool) -> str:
    """The page that puts the tables of the chosen office in another order; "" where this person may not."""
    may_order = is_open and may(me, Permission.CREATE, TableFacts(chosen.office))
    return url_for("ordering.order", year=chosen.year) if may_order else ""


def chosen_filters(year: int) -> Chosen:
    state = request.args.get("state", "")
    return Chosen(
        year=year,
        office=request.args.get("office", "")[:12],
        state=state if state in set(State) else "",
        q=request.args.get("q", "").strip()[:100],
    )
