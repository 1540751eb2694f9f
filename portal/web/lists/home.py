"""我的工作 of an office: its work list, in tabs with counts; opens what awaits it. The bureau's is `review.queue`.

What awaits the viewer does not depend on which year is the latest: without a requested year the list covers every year
in which the viewer can act, the latest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.amounts import format_yuan
from portal.domain.permissions import Actor, Permission, grants_held, may
from portal.domain.states import State
from portal.extensions import db
from portal.models import BudgetYear
from portal.queries.drafting.correctable import CorrectableCounts
from portal.queries.lists import COUNTED, COUNTED_MINE, Filters
from portal.web.guards import actor, signed_in
from portal.web.lists import awaiting, office_lines, work_lists
from portal.web.rendering import render
from portal.web.review import queue
from portal.web.tabs import Tab

bp = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class OwedLine:
    """An entry of the register without a table."""

    id: int
    year: int
    code: str
    name: str
    amount: str
    is_key: bool


MOST_OWED = 10
"""Entries that the page lists; the register has all."""
AWAITING = "awaiting"
MINE = "mine"
TO_SUBMIT = (AWAITING, "drafted", "returned")
"""Tabs that offer submitting several tables at once."""
TABS = (
    (AWAITING, "待办"),
    ("drafted", "待送审"),
    ("returned", "被退回"),
    ("submitted", "已送审"),
    ("approved", "已批复"),
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
    if not grants_held(me, Permission.CREATE):
        return queue.queue_page(me, years)
    requested = work_lists.requested_year(years)
    shown = [requested] if requested else years_at_work(years)
    covered = tuple(year.year for year in shown)
    fillable = [year for year in shown if year.is_open]
    counts = _counts(me, covered, fillable)
    chosen = chosen_tab()
    found, previous_url, next_url = _found(me, chosen, shown, requested)
    list_ = office_lines.office_list(found, shown, office_lines.order(), me if chosen in TO_SUBMIT else None)
    choices = [row.table.choice for row in list_.rows if row.table.choice]
    return render(
        "lists/home.html",
        fragment="lists/_home.html",
        year=requested or (shown[0] if len(shown) == 1 else None),
        fillable=fillable,
        year_links=_year_links(years, requested),
        most_owed=MOST_OWED,
        tabs=_tabs(counts, chosen, requested),
        list=list_,
        excel_url=office_lines.file_url("list_files.work"),
        is_awaiting=chosen == AWAITING,
        show_year=len(shown) > 1,
        can_choose=bool(choices),
        all_url=url_for("batch.confirm", table=choices),
        show_office=work_lists.shows_office(me),
        previous_url=previous_url,
        next_url=next_url,
        correctable=_correctable(me, covered),
        correct_url=url_for("office_corrections.confirm", year=requested.year if requested else None),
        extensions=awaiting.extensions(me, fillable),
        has_recycle_bin=bool(grants_held(me, Permission.RESTORE_DRAFT)),
        owed=_owed(me, fillable),
        can_create=bool(fillable),
    )


def _counts(me: Actor, covered: tuple[int, ...], fillable: Sequence[BudgetYear]) -> dict[str, int]:
    """By tab. fillable: the open ones of the years covered, in which something can await an office."""
    states = [State(key) for key, _ in TABS if key not in (AWAITING, MINE)]
    counts = queries.lists.counts(db.session(), me, covered, states)
    if fillable:
        return counts | {AWAITING: counts["drafted"] + counts["returned"]}
    return counts | {AWAITING: 0}


def _found(
    me: Actor, chosen: str, shown: Sequence[BudgetYear], requested: BudgetYear | None
) -> tuple[Sequence[Any], str, str]:
    """The rows of a tab, and the addresses of the neighbouring pages."""
    if chosen == AWAITING:
        year = requested.year if requested else 0
        return queries.awaiting.tables(db.session(), me, year, office_lines.order()), "", ""
    return office_lines.page(me, filters_of(chosen, shown))


def filters_of(chosen: str, shown: Sequence[BudgetYear]) -> Filters:
    """Of a tab other than AWAITING."""
    covered = tuple(year.year for year in shown)
    return Filters(covered, mine=True) if chosen == MINE else Filters(covered, state=State(chosen))


def _owed(me: Actor, years: Sequence[BudgetYear]) -> Sequence[OwedLine]:
    """The entries of the register for which this person's office has not begun a table."""
    if not years:
        return ()
    rows = queries.register.lists.not_begun(db.session(), me, [year.year for year in years], MOST_OWED + 1)
    return [OwedLine(row.id, row.year, row.code, row.name, format_yuan(row.amount_fen), row.is_key) for row in rows]


def _correctable(me: Actor, years: Sequence[int]) -> CorrectableCounts | None:
    """What this person's drafts offer to correct at once; None for somebody who edits none."""
    return queries.drafting.correctable.counts(db.session(), me, years) if grants_held(me, Permission.EDIT) else None


def years_at_work(years: Sequence[BudgetYear]) -> Sequence[BudgetYear]:
    """The years in which an office can act."""
    return [year for year in years if year.is_open] or years[:1]


def _year_links(years: Sequence[BudgetYear], requested: BudgetYear | None) -> list[tuple[str, str]]:
    """(URL, label) of the other choices of years; none where there is one year."""
    home_url = url_for(".home")
    links = [(home_url, "各年度")] if requested else []
    links += [(f"{home_url}?year={year.year}", f"{year.year} 年度") for year in years if year is not requested]
    return links if len(years) > 1 else []


def chosen_tab() -> str:
    """The requested tab, else the first, which holds what awaits this person."""
    names = [key for key, _ in TABS]
    asked = request.args.get("tab", "")
    return asked if asked in names else names[0]


def _tabs(counts: dict[str, int], chosen: str, requested: BudgetYear | None) -> list[Tab]:
    home_url = url_for(".home")
    in_year = f"&year={requested.year}" if requested else ""
    return [
        Tab(label, f"{home_url}?tab={key}{in_year}", _count_text(key, counts[key]), key == chosen)
        for key, label in TABS
    ]


def _count_text(key: str, count: int) -> str:
    most = COUNTED_MINE if key == MINE else COUNTED
    return f"{most - 1}+" if count >= most else str(count)
