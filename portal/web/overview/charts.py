"""Geometry of charts: points and lines of an SVG in its own units. Templates draw them (`macros/charts.html`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.overview import DayPoint

WIDTH, HEIGHT = 240, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 2, 64, 16, 18
FURTHEST_AHEAD = timedelta(days=120)
"""A deadline that is further away than this is not drawn: the course would be a dot."""


@dataclass(frozen=True, slots=True)
class Line:
    """points: as the attribute of a polyline. x, y: of its end, where its label stands."""

    css: str
    label: str
    points: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line; a label below it."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """base: y of the axis. most: y of the line that shows the whole. first: label below the left end."""

    lines: Sequence[Line]
    mark: Mark | None
    base: float
    most: float
    right: float
    first: str
    whole: str
    width: int = WIDTH
    height: int = HEIGHT


def course_chart(points: Sequence[DayPoint], owed: int, deadline: date) -> LineChart | None:
    """The course against the deadline, and against all that is owed; None without points."""
    if not points:
        return None
    first, today = points[0].on, points[-1].on
    last = deadline if today < deadline <= today + FURTHEST_AHEAD else today
    most = max(owed, points[-1].submitted, points[-1].approved, 1)
    days, right, base = max((last - first).days, 1), WIDTH - _RIGHT, HEIGHT - _BOTTOM

    def x(on: date) -> float:
        return round(_LEFT + (right - _LEFT) * (on - first).days / days, 1)

    def y(count: int) -> float:
        return round(base - (base - _TOP) * count / most, 1)

    def line(css: str, label: str, counts: Sequence[int]) -> Line:
        steps: list[str] = []
        for n, (point, count) in enumerate(zip(points, counts, strict=True)):
            if n:
                steps.append(f"{x(point.on)},{y(counts[n - 1])}")
            steps.append(f"{x(point.on)},{y(count)}")
        return Line(css, f"{label} {counts[-1]:,}", " ".join(steps), x(today), y(counts[-1]))

    submitted = line("submitted", "送审", [point.submitted for point in points])
    approved = line("approved", "批复", [point.approved for point in points])
    return LineChart(
        lines=_apart(submitted, approved),
        mark=Mark(x(deadline), f"截止 {deadline:%m-%d}") if first <= deadline <= last else None,
        base=base,
        most=y(owed),
        right=right,
        first=f"{first:%m-%d}",
        whole=f"应报 {owed:,}",
    )


def _apart(upper: Line, lower: Line) -> list[Line]:
    """With their labels at least a line of text apart."""
    if lower.y - upper.y >= 12:
        return [upper, lower]
    return [upper, Line(lower.css, lower.label, lower.points, lower.x, upper.y + 12)]
