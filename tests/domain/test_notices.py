"""The table of notices is complete, and reminders come on the days that the calendar says."""

from __future__ import annotations

import string
from datetime import date, timedelta

from portal.domain.audit_events import AUDIT_EVENTS
from portal.domain.calendar import CALENDAR
from portal.domain.notices import NOTICES, TELLS_NOBODY, Circle, stage


def test_every_event_in_the_history_of_a_table_tells_somebody_or_is_exempt_by_name() -> None:
    assert {event.name for event in AUDIT_EVENTS.values() if event.is_in_history} <= NOTICES.keys() | TELLS_NOBODY
    assert NOTICES.keys() <= AUDIT_EVENTS.keys()
    assert not NOTICES.keys() & TELLS_NOBODY


def test_notices_have_words_and_ask_for_something_exactly_where_somebody_has_to_act() -> None:
    for event, notice in NOTICES.items():
        assert notice.act or notice.know, event
        assert bool(notice.wanted) is bool(notice.act), event
        names = {name for _, name, _, _ in string.Formatter().parse(notice.words) if name}
        assert names <= {"who", "title", "office", "count", "due"}, event
        assert set(notice.settles) <= NOTICES.keys(), event
    assert {circle for notice in NOTICES.values() for circle in (*notice.act, *notice.know)} == set(Circle)


def test_reminders_come_three_and_one_working_days_before_and_every_five_after() -> None:
    due = date(2026, 11, 27)  # a Friday
    days = [due + timedelta(number) for number in range(-8, 22)]
    stages = [stage(CALENDAR, day, due) for day in days if CALENDAR.is_working_day(day)]
    assert stages == [None, None, None, 3, 3, 1, 1, *[-1] * 5, *[-6] * 5, *[-11] * 5]
    assert stage(CALENDAR, date(2026, 11, 28), due) == 1  # nothing is late on a Saturday
