"""The budget year that an address names, and the others to choose from. Changing one: `administration.years`."""

from __future__ import annotations

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import queries
from portal.domain.errors import NotVisible
from portal.extensions import db
from portal.models import BudgetYear
from portal.web.rendering import render


def budget_year(year: int) -> BudgetYear:
    """Raises NotVisible."""
    found = db.session().get(BudgetYear, year) if year < 10_000 else None
    if found is None:
        raise NotVisible(f"系统里没有 {year} 年度。")
    return found


def other_years(shown: int) -> list[int]:
    return [each.year for each in queries.administration.years.all_years(db.session()) if each.year != shown]


def to_latest_year(endpoint: str) -> AnyResponse | Response:
    """The page of the latest open year, else of the latest."""
    years = queries.administration.years.all_years(db.session())
    if not years:
        return render("lists/no_year.html")
    shown = next((year for year in years if year.is_open), years[0])
    return redirect(url_for(endpoint, year=shown.year), 303)
