"""全区情况: the numbers of a year with the lists they lead to, office by office, and what stands beside them.

The same page for a reviewer's offices, and for an office with those below it. Its sentences are in `report`, the tables
of one office in `office`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.database import local_today
from portal.domain.errors import Forbidden
from portal.domain.overview import Figures, OfficeFigures, course, ordered, scopes, total
from portal.domain.permissions import Actor, Permission, grants_held
from portal.domain.register import (
    AT_BUREAU,
    IN_FORCE,
    NOT_SUBMITTED,
    OVERDUE,
    OWED,
    SELECTIONS,
    SUBMITTED,
    TO_CHANGE,
    Standing,
)
from portal.extensions import db
from portal.models import BudgetYear
from portal.web.budget_years import budget_year, other_years, to_latest_year
from portal.web.filters import time_left
from portal.web.guards import actor, needs
from portal.web.overview import beside, matrix
from portal.web.overview.address import View
from portal.web.overview.charts import course_chart
from portal.web.overview.matrix import Number
from portal.web.register.lists import UNANNOUNCED, Chosen
from portal.web.rendering import page_or_fragment, render

bp = Blueprint("overview", __name__)

DAYS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Sentence:
    """The numbers of the first line. late_offices: leads to the matrix of those offices."""

    owed: Number
    submitted: Number
    share: str
    not_submitted: Number
    late_offices: Number
    not_begun: Number
    in_force: Number
    money: str
    adjusted: Number
    adjusted_money: str
    at_bureau: Number
    oldest: str
    to_change: Number
    overdue: Number
    exempt: Number
    unannounced: Number


@dataclass(frozen=True, slots=True)
class Scene:
    """A year as the viewer sees it. offices: those that the viewer may see, by code."""

    year: BudgetYear
    offices: list[OfficeFigures]
    figures: Figures
    today: date

    def sentence(self, office: str = "") -> Sentence:
        """office: the only one, so that the numbers lead to its lists."""
        year, figures = self.year.year, self.figures
        found = {each: matrix.number(year, figures, each, office) for each in (*SELECTIONS.values(), *Standing)}
        late = sum(bool(each.figures.count(NOT_SUBMITTED)) for each in self.offices)
        owed, calendar = figures.count(OWED), queries.calendar.current(db.session())
        return Sentence(
            owed=found[OWED],
            submitted=found[SUBMITTED],
            share=f"{figures.count(SUBMITTED) / owed:.0%}" if owed else "",
            not_submitted=found[NOT_SUBMITTED],
            late_offices=Number(late, View(year, only=NOT_SUBMITTED).url if late else ""),
            not_begun=found[Standing.NOT_BEGUN],
            in_force=found[IN_FORCE],
            money=matrix.plain_yuan(figures.in_force_fen) or "0",
            adjusted=found[Standing.IN_ADJUSTMENT],
            adjusted_money=matrix.plain_yuan(figures.adjusted_fen) or "0",
            at_bureau=found[AT_BUREAU],
            oldest=matrix.days_text(calendar, figures.at_bureau_since, self.today, "个工作日"),
            to_change=found[TO_CHANGE],
            overdue=found[OVERDUE],
            exempt=found[Standing.EXEMPT],
            unannounced=Number(figures.unannounced, Chosen(year, office).address(UNANNOUNCED)),
        )


@bp.get("/overview")
@needs(Permission.SEE_OVERVIEW)
def latest() -> AnyResponse | Response:
    return to_latest_year("overview.overview")


@bp.get("/overview/<int:year>")
@needs(Permission.SEE_OVERVIEW)
def overview(year: int) -> Response | AnyResponse:
    me = actor()
    if alone := scopes.only_office(me):
        budget_year(year)
        return redirect(url_for("overview_office.office", year=year, code=alone), 303)
    scene, view = scene_of(me, year), View.requested(year)
    return render(
        "overview/overview.html",
        fragment="overview/_matrix.html",
        year=scene.year,
        title=scopes.title(me),
        sentence=scene.sentence(),
        other_years=page_or_fragment(lambda: other_years(year), lambda: []),
        time_left=time_left(scene.year.deadline),
        **_matrix(me, scene, view),
        **_beside(me, scene),
    )


def scene_of(me: Actor, year: int) -> Scene:
    """Raises NotVisible, Forbidden."""
    if not grants_held(me, Permission.SEE_OVERVIEW):
        raise Forbidden("你的角色不查看全区情况。")
    found = budget_year(year)
    offices = queries.overview.offices.of_year(db.session(), me, year)
    return Scene(found, offices, total(each.figures for each in offices), local_today())


def _matrix(me: Actor, scene: Scene, view: View) -> dict[str, Any]:
    only = view.only
    offices = [each for each in scene.offices if only is None or each.figures.count(only)]
    page = min(view.page, max(-(-len(offices) // matrix.PAGE), 1))
    first = (page - 1) * matrix.PAGE
    shown = ordered(offices, view.sort, descending=view.descending)[first : first + matrix.PAGE]
    acts = bool(grants_held(me, Permission.EXTEND))
    return {
        "heads": matrix.heads(view),
        "rows": matrix.rows(scene.year.year, shown, scene.today, with_contacts=scopes.is_bureau(me)),
        "only": only.label if only else "",
        "office_count": len(offices),
        "all_url": View(scene.year.year).url,
        "may_act": acts and scene.year.is_open,
        "shows_contacts": scopes.is_bureau(me),
        "range": f"第 {first + 1}–{first + len(shown)} 个，共 {len(offices)} 个单位" if shown else "",
        "previous_url": view.at(page - 1).url if page > 1 else "",
        "next_url": view.at(page + 1).url if first + len(shown) < len(offices) else "",
    }


def _beside(me: Actor, scene: Scene) -> dict[str, Any]:
    year, figures = scene.year, scene.figures
    points = course(figures.submitted_on, figures.approved_on, scene.today)
    calendar = queries.calendar.current(db.session())
    return {
        "chart": course_chart(points, figures.count(OWED), year.deadline),
        "points": points[::-1][:DAYS_SHOWN],
        "hands": beside.hands(year.year, scene.offices, figures, calendar) if scopes.is_bureau(me) else [],
        "rules": beside.rules(year, figures),
        "kinds": beside.kinds(year.year, figures),
    }
