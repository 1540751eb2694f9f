"""What a notice changes: every day that it or the calendar so far arranges, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.domain.calendar.working_days import Calendar
from portal.domain.calendar.year import CalendarYear

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class DayChange:
    """name: the holiday. now, then: 上班, 放假 or 休息 (a weekend), before and after the notice."""

    on: date
    name: str
    now: str
    then: str

    @property
    def weekday(self) -> str:
        return f"星期{_WEEKDAYS[self.on.weekday()]}"

    @property
    def is_change(self) -> bool:
        """Whether work becomes rest or rest becomes work."""
        return (self.now == _WORK) != (self.then == _WORK)


_WORK, _OFF, _REST = "上班", "放假", "休息"


def changes(before: CalendarYear, after: CalendarYear, now: Calendar, then: Calendar) -> Sequence[DayChange]:
    """now, then: the calendars of all years with `before` and with `after`."""
    names = {day.on: day.name for year in (before, after) for day in year.days}
    return [DayChange(on, name, _word(on, before, now), _word(on, after, then)) for on, name in sorted(names.items())]


def _word(on: date, year: CalendarYear, calendar: Calendar) -> str:
    if calendar.is_working_day(on):
        return _WORK
    day = year.by_date().get(on)
    return _OFF if day and day.is_off else _REST
