"""Budget years."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import Invalid
from portal.models import BudgetYear


def all_years(session: Session) -> list[BudgetYear]:
    """The latest first."""
    return list(session.scalars(select(BudgetYear).order_by(BudgetYear.year.desc())))


def open_year(session: Session, year: int) -> BudgetYear:
    """A year in which offices may draft and submit. Raises Invalid."""
    found = session.get(BudgetYear, year)
    if found is None:
        raise Invalid(f"系统里没有 {year} 年度。", "year")
    if not found.is_open:
        raise Invalid(f"{year} 年度已关闭，不能再填报。", "year")
    return found
