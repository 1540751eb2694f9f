"""Reminders of due dates: before and after, by working days, once for each stage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update

from portal import queries
from portal.database import clock_at
from portal.domain.register import EntryRow
from portal.models import BudgetYear, Notice, User
from portal.queries.notices.inbox import Tab
from portal.services.notices import due_dates
from portal.services.register import imports
from tests.world import OFFICE, YEAR, World

DUE = date(2026, 11, 27)
"""A Friday."""


@contextmanager
def on(day: date) -> Iterator[None]:
    with clock_at(datetime(day.year, day.month, day.day, 2, tzinfo=UTC)):
        yield


def owing(world: World) -> None:
    """古城 has a draft and owes another table by DUE."""
    world.draft()
    rows = [EntryRow(OFFICE, "610-1301-JBN-0002", "第二项目", 100, False)]
    imports.import_rows(world.session, world.actor("approver"), YEAR, rows)
    world.session.execute(update(BudgetYear).values(deadline=DUE))
    world.session.commit()


def test_office_is_reminded_at_each_stage_once(world: World) -> None:
    owing(world)
    counts = []
    for days in range(-8, 13):
        with on(DUE + timedelta(days)):
            counts.append(due_dates.remind_of_due(world.session))
            assert due_dates.remind_of_due(world.session) == 0, "nothing twice"
    # 11-24 three days before, 11-26 one, 11-30 late, 12-07 after five more; everybody of the office each time
    assert [number - 8 for number, count in enumerate(counts) if count] == [-3, -1, 3, 10]
    assert set(counts) == {0, 4}
    people = select(User.username).join(Notice, Notice.person_id == User.id).distinct()
    assert set(world.session.scalars(people)) == {"drafter", "drafter2", "head", "everything"}


def test_reminder_says_how_many_and_takes_the_place_of_the_one_before(world: World) -> None:
    owing(world)
    me = world.actor("head")
    with on(DUE - timedelta(3)):
        due_dates.remind_of_due(world.session)
        (told,) = queries.notices.inbox.inbox(world.session, me, me.id, Tab.ACT)
        assert told.words.endswith("还有 2 张表没有送审，11月27日到期，还有 3 个工作日")
    with on(DUE + timedelta(3)):
        due_dates.remind_of_due(world.session)
        (told,) = queries.notices.inbox.inbox(world.session, me, me.id, Tab.ACT)
        assert "已经逾期" in told.words and told.due == DUE


def test_day_on_which_nothing_ran_is_made_up_for(world: World) -> None:
    owing(world)
    with on(DUE - timedelta(2)):  # the third working day before was yesterday
        assert due_dates.remind_of_due(world.session) == 4


def test_old_notices_are_forgotten(world: World) -> None:
    world.submitted()
    assert due_dates.forget_old(world.session) == 0
    with clock_at(datetime.now(UTC) + timedelta(days=181)):
        assert due_dates.forget_old(world.session) > 0
    assert world.session.scalars(select(Notice)).all() == []
