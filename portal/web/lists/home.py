"""我的工作: the viewer's work list, in tabs with counts; opens the first tab that has work for the viewer."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.permissions import Actor, Permission, grants_held, may
from portal.domain.states import State
from portal.extensions import db
from portal.queries.lists import COUNTED, COUNTED_MINE, Filters
from portal.web.guards import actor, signed_in
from portal.web.lists import work_lists
from portal.web.rendering import render

bp = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str
    url: str
    count_text: str
    current: bool


MINE = "mine"
TO_SUBMIT = ("drafted", "returned")
"""Tabs that offer submitting several tables at once."""
OFFICE_TABS = (
    ("drafted", "待送审"),
    ("returned", "被退回"),
    ("submitted", "已送审"),
    ("approved", "已批复"),
    (MINE, "曾经办"),
)
BUREAU_TABS = (
    ("submitted", "待审核"),
    ("approved", "已审核"),
    ("returned", "被退回"),
    (MINE, "曾经办"),
)


@bp.get("/")
@signed_in
def home() -> Response | AnyResponse:
    me = actor()
    if not grants_held(me, Permission.SEE):
        return redirect(url_for("offices.offices" if may(me, Permission.MANAGE) else "handbook.handbook"), 303)
    years = queries.administration.years.all_years(db.session())
    if not years:
        return render("lists/no_year.html")
    year = work_lists.chosen_year(db.session(), me, years, State(_waiting(me)[0]))
    states = [State(key) for key, _ in _names(me) if key != MINE]
    counts = queries.lists.counts(db.session(), me, year.year, states)
    chosen = _chosen_tab(me, counts)
    filters = Filters(year.year, mine=True) if chosen == MINE else Filters(year.year, state=State(chosen))
    page = queries.lists.listing(db.session(), me, filters, work_lists.cursor())
    choice = {"tab": chosen, "year": str(year.year)}
    rows = work_lists.lines(page.rows, year.deadline, me if chosen in TO_SUBMIT and year.is_open else None)
    choices = [row.choice for row in rows if row.choice]
    return render(
        "lists/home.html",
        fragment="lists/_home.html",
        year=year,
        years=[(y.year, f"{y.year} 年度") for y in years],
        tabs=_tabs(me, counts, chosen, year.year),
        rows=rows,
        can_choose=bool(choices),
        all_url=url_for("batch.confirm", table=choices),
        show_office=work_lists.shows_office(me),
        previous_url=work_lists.page_url(url_for(".home"), choice, page.before),
        next_url=work_lists.page_url(url_for(".home"), choice, page.after),
        can_create=bool(grants_held(me, Permission.CREATE)) and year.is_open,
    )


def _waiting(me: Actor) -> tuple[str, ...]:
    """The tabs that hold work for this person, most urgent first."""
    return ("returned", "drafted") if grants_held(me, Permission.CREATE) else ("submitted",)


def _names(me: Actor) -> tuple[tuple[str, str], ...]:
    return OFFICE_TABS if grants_held(me, Permission.CREATE) else BUREAU_TABS


def _chosen_tab(me: Actor, counts: dict[str, int]) -> str:
    """The requested tab, else the first that holds work for this person."""
    names = [key for key, _ in _names(me)]
    asked = request.args.get("tab", "")
    if asked in names:
        return asked
    return next((key for key in _waiting(me) if counts[key]), names[0])


def _tabs(me: Actor, counts: dict[str, int], chosen: str, year: int) -> list[Tab]:
    home_url = url_for(".home")
    return [
        Tab(key, label, f"{home_url}?tab={key}&year={year}", _count_text(key, counts[key]), key == chosen)
        for key, label in _names(me)
    ]


def _count_text(key: str, count: int) -> str:
    most = COUNTED_MINE if key == MINE else COUNTED
    return f"{most - 1}+" if count >= most else str(count)
