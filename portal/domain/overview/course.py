"""How many entries had been submitted, and how many approved, at the end of each day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MOST_DAYS = 400
"""The course shows no more: what came before is in its first point."""


@dataclass(frozen=True, slots=True)
class DayPoint:
    """Sums up to and with this day."""

    on: date
    submitted: int
    approved: int


def course(submitted_on: Mapping[date, int], approved_on: Mapping[date, int], until: date) -> list[DayPoint]:
    """A point for each day on which something changed, and for `until`: today. Empty if nothing was submitted."""
    days = sorted(day for day in {*submitted_on, *approved_on} if day <= until)
    if not days:
        return []
    first = max(days[0], until - timedelta(days=MOST_DAYS))
    points, submitted, approved = [], 0, 0
    for day in sorted({*days, until}):
        submitted += submitted_on.get(day, 0)
        approved += approved_on.get(day, 0)
        if day >= first:
            points.append(DayPoint(day, submitted, approved))
    return points
