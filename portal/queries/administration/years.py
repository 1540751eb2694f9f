"""Queries on budget years."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.errors import Invalid
from portal.models import BudgetYear, TargetTable


def all_years(session: Session) -> list[BudgetYear]:
    """All budget years, the latest first."""
    return list(session.scalars(select(BudgetYear).order_by(BudgetYear.year.desc())))


def year(session: Session, year: int) -> BudgetYear:
    """The year of a table that exists."""
    return session.get_one(BudgetYear, year)


def open_year(session: Session, year: int) -> BudgetYear:
    """A year in which offices may draft and submit. Raises Invalid (unknown or closed year)."""
    found = session.get(BudgetYear, year)
    if found is None:
        raise Invalid(f"系统里没有 {year} 年度。", "year")
    if not found.is_open:
        raise Invalid(f"{year} 年度已关闭，不能再填报。", "year")
    return found


def table_counts(session: Session) -> dict[int, int]:
    """Year → number of tables of all offices."""
    rows = session.execute(select(TargetTable.year, func.count()).group_by(TargetTable.year))
    return {year: count for year, count in rows}  # noqa: C416 - dict(rows) would ask the result for keys
