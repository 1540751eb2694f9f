"""Confirming a notice on holidays: shown beside what stands, taken whole or not at all, then counted by everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import clock_at
from portal.domain.calendar import CALENDAR
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.extensions import db
from portal.models import AuditEntry, CalendarNotice, TargetTable
from portal.services.administration import calendar as service
from portal.services.record import verification
from tests.services.administration.notices import NOTICE, NOTICE_YEAR
from tests.world import World, told

BEFORE_SPRING = date(2027, 1, 29)
AFTER_SPRING = date(2027, 2, 15)
AUTUMN = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def autumn_of_2026(world: World) -> object:
    """The years that can be chosen follow from the date."""
    with clock_at(AUTUMN):
        yield


def confirm(world: World, text: str = NOTICE) -> None:
    seen = service.preview(world.session, world.actor("admin"), NOTICE_YEAR, text).digest
    service.confirm(world.session, world.actor("admin"), NOTICE_YEAR, text, seen)


def notice_count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(CalendarNotice)) or 0


def test_preview_shows_each_day_beside_what_stands_and_writes_nothing(world: World) -> None:
    preview = service.preview(world.session, world.actor("admin"), NOTICE_YEAR, NOTICE)
    days = {str(day.on): (day.weekday, day.name, day.now, day.then, day.is_change) for day in preview.days}
    assert days["2027-01-31"] == ("星期日", "春节", "休息", "上班", True)
    assert days["2027-02-10"] == ("星期三", "春节", "上班", "放假", True)
    assert days["2027-04-03"] == ("星期六", "清明节", "休息", "放假", False)
    assert days["2027-10-01"] == ("星期五", "国庆节", "放假", "放假", False)
    assert notice_count(world.session) == 0


def test_confirmed_notice_is_what_every_session_counts_by(world: World) -> None:
    before = queries.calendar.current(world.session)
    assert not before.is_announced(BEFORE_SPRING)

    confirm(world)

    now = queries.calendar.current(world.session)
    assert now.is_announced(BEFORE_SPRING)
    assert now.is_working_day(date(2027, 1, 31))
    assert now.count(BEFORE_SPRING, AFTER_SPRING) != before.count(BEFORE_SPRING, AFTER_SPRING)
    with Session(db.engine) as other:
        assert queries.calendar.current(other) is now
    account = queries.session.account_named(world.session, "drafter")
    assert account
    assert queries.calendar.current(world.session) is now
    assert CALENDAR.is_announced(date(2026, 3, 1))
    assert not CALENDAR.is_announced(BEFORE_SPRING)


def test_version_that_comes_with_the_account_costs_no_statement(world: World) -> None:
    confirm(world)
    queries.calendar.current(world.session)
    with Session(db.engine) as session:
        queries.session.account_named(session, "drafter")
        session.close()
        queries.calendar.current(session)
        assert not session.in_transaction()


def test_confirmation_is_recorded_and_verifies(world: World) -> None:
    confirm(world)
    entry = world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert (entry.act, entry.object_name) == ("confirm_notice", "2027 年节假日安排")
    assert told(entry) == {"paper": "国办发明电〔2026〕6号", "off_count": 27, "work_count": 6}
    assert verification.verify(world.session).problems == []


def test_stored_due_dates_stay(world: World) -> None:
    table_id = world.returned()
    due = world.table(table_id).due_on
    confirm(world)
    world.session.rollback()
    assert world.session.get_one(TargetTable, table_id).due_on == due


def test_later_notice_of_a_year_replaces_the_earlier_one(world: World) -> None:
    confirm(world)
    corrected = NOTICE.replace("6月9日（周三）放假1天，不调休", "6月10日（周四）放假1天，不调休").replace("6号", "9号")
    preview = service.preview(world.session, world.actor("admin"), NOTICE_YEAR, corrected)
    assert [str(day.on) for day in preview.days if day.is_change] == ["2027-06-09", "2027-06-10"]

    confirm(world, corrected)

    known = queries.calendar.years(world.session)[NOTICE_YEAR]
    assert (known.calendar.paper, known.confirmed_by) == ("国办发明电〔2026〕9号", "管理员")
    assert queries.calendar.current(world.session).is_working_day(date(2027, 6, 9))


@pytest.mark.parametrize(
    ("year", "text", "path"),
    [
        (2027, NOTICE.replace("4月25日（周日）、", "5月2日（周日）、"), "notice"),
        (2028, NOTICE, "notice"),
        (2027, NOTICE[: NOTICE.index("七、")], "notice"),
        (2027, " ", "notice"),
        (2020, NOTICE, "year"),
    ],
)
def test_notice_that_is_wrong_is_refused_whole(world: World, year: int, text: str, path: str) -> None:
    for act in (
        lambda: service.preview(world.session, world.actor("admin"), year, text),
        lambda: service.confirm(world.session, world.actor("admin"), year, text, "whatever"),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert refusal.value.path == path
        assert refusal.value.message.endswith("。")
    assert notice_count(world.session) == 0


def test_confirmation_of_something_else_than_was_shown_is_refused(world: World) -> None:
    seen = service.preview(world.session, world.actor("admin"), NOTICE_YEAR, NOTICE).digest
    changed = NOTICE.replace("6月9日（周三）", "6月10日（周四）")
    with pytest.raises(Stale):
        service.confirm(world.session, world.actor("admin"), NOTICE_YEAR, changed, seen)
    assert notice_count(world.session) == 0


@pytest.mark.parametrize("by", ["reviewer", "approver", "auditor", "head"])
def test_only_the_admin_reads_and_confirms_notices(world: World, by: str) -> None:
    with pytest.raises(Forbidden):
        service.preview(world.session, world.actor(by), NOTICE_YEAR, NOTICE)
    with pytest.raises(Forbidden):
        service.confirm(world.session, world.actor(by), NOTICE_YEAR, NOTICE, "")
