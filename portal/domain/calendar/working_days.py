"""Counting in working days, over the years that are known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from portal.domain.calendar.year import CalendarYear

_ONE = timedelta(days=1)
_FURTHEST = 4_000


class Calendar:
    """The working days of all years. In a year that is not among `years` only Saturday and Sunday are off."""

    def __init__(self, years: Iterable[CalendarYear]) -> None:
        known = list(years)
        days = {day.on: day.is_off for year in known for day in year.days}
        self._announced = {year.year for year in known if not year.is_provisional}
        self._off = sorted(on for on, is_off in days.items() if is_off and not _is_weekend(on))
        self._work = sorted(on for on, is_off in days.items() if not is_off and _is_weekend(on))

    def is_announced(self, on: date) -> bool:
        """Whether the arrangement of this date's year is known; else a page says so beside the date."""
        return on.year in self._announced

    def is_working_day(self, on: date) -> bool:
        return self.count(on - _ONE, on) == 1

    def count(self, after: date, until: date) -> int:
        """Working days after `after` up to and with `until`; negative if `until` comes first."""
        return self._until(until) - self._until(after)

    def count_of_year(self, year: int) -> int:
        return self.count(date(year - 1, 12, 31), date(year, 12, 31))

    def late(self, due: date, done: date) -> int:
        """How many working days `done` came after `due`; 0 if in time."""
        return max(self.count(due, done), 0)

    def add(self, start: date, working_days: int) -> date:
        """The working day that is the given number (at least 1) of working days after `start`. Raises ValueError."""
        if not 1 <= working_days <= _FURTHEST:
            raise ValueError(f"{working_days} working days")
        on = start
        while working_days:
            on += _ONE
            working_days -= self.is_working_day(on)
        return on

    def next_working_day(self, on: date) -> date:
        """The date itself if it is a working day, else the first one after it."""
        return self.add(on - _ONE, 1)

    def _until(self, on: date) -> int:
        """Working days up to and with `on`, since a Monday long ago."""
        weeks, rest = divmod(on.toordinal(), 7)  # ordinal 1 was a Monday
        return weeks * 5 + min(rest, 5) - _up_to(self._off, on) + _up_to(self._work, on)


def _up_to(days: Sequence[date], on: date) -> int:
    return bisect_right(days, on)


def _is_weekend(on: date) -> bool:
    return on.weekday() >= 5
