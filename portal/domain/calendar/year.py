"""The days of one year on which offices rest or work other than the week says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

_FOLDER = files(__package__)


@dataclass(frozen=True, slots=True)
class Day:
    """A day off (春节), or a Saturday or Sunday on which offices work to make up for one."""

    on: date
    name: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """days: in order, one for each date. paper: number of the State Council's notice, "" while provisional."""

    year: int
    paper: str
    days: Sequence[Day]

    @property
    def is_provisional(self) -> bool:
        return not self.paper

    def by_date(self) -> Mapping[date, Day]:
        return {day.on: day for day in self.days}


@cache
def shipped_years() -> Sequence[int]:
    """The years whose calendars come with the portal, in order."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return sorted(int(name.removesuffix(".toml")) for name in names if name.endswith(".toml"))


@cache
def shipped(year: int) -> CalendarYear:
    """The calendar of one of `shipped_years`. Raises FileNotFoundError for another year."""
    plain: Mapping[str, Any] = tomllib.loads(_FOLDER.joinpath(f"{year}.toml").read_text("utf-8"))
    days = []
    for name, entry in plain["holidays"].items():
        first, last = entry["off"]
        days += [Day(first + timedelta(n), name, True) for n in range((last - first).days + 1)]
        days += [Day(on, name, False) for on in entry.get("work", ())]
    return CalendarYear(year, plain.get("paper", ""), sorted(days, key=lambda day: day.on))
