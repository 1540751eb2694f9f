"""Submitting after the deadline, by the year's settings, and extensions for a table or a whole office."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal import queries
from portal.database import local_today
from portal.domain import actions
from portal.domain.calendar import CALENDAR
from portal.domain.deadlines import AfterDeadline
from portal.domain.documents import Kind
from portal.domain.errors import Forbidden, Invalid, NotVisible, Stale
from portal.domain.opinions import Answer
from portal.models import Extension, Opinion, Revision
from portal.services.administration import budget_years
from portal.services.drafting import drafts, voiding
from portal.services.record.verification import verify
from portal.services.review import extensions, opinion_acts
from portal.services.review.extensions import Grant
from tests.world import DEADLINE, DUE, OFFICE, YEAR, World, sound_project

SECOND = sound_project(2, "610-1301-JBN-0002", "另一项目")
THIRD = sound_project(3, "610-1301-JBN-0003", "第三项目")
PAST = date(2020, 1, 3)
LATER = CALENDAR.add(DUE, 3)


def deadline(world: World, on: date, after: AfterDeadline = AfterDeadline.LATE) -> None:
    year = queries.administration.years.year(world.session, YEAR)
    form = replace(budget_years.YearForm.of(year), deadline=on, after_deadline=after.value)
    budget_years.change_year(world.session, None, YEAR, form)


def ask(world: World, table_id: int) -> int:
    extensions.ask(world.session, world.actor("head"), table_id, "合同还没有签。")
    found = world.session.scalar(select(Extension.id).order_by(Extension.id.desc()))
    world.session.rollback()
    assert found
    return found


def revision(world: World, table_id: int) -> Revision:
    found = world.session.scalars(
        select(Revision).where(Revision.table_id == table_id).order_by(Revision.number.desc())
    ).first()
    assert found
    return found


# --- late ------------------------------------------------------------------------------------------


def test_revision_keeps_its_due_date_and_how_many_working_days_late_it_came(world: World) -> None:
    in_time, late = world.draft(), world.draft(SECOND)
    world.act(in_time, actions.SUBMIT, "head")
    deadline(world, PAST)
    world.act(late, actions.SUBMIT, "head")
    assert (revision(world, in_time).due_on, revision(world, in_time).days_late) == (DEADLINE, 0)
    assert revision(world, late).due_on == PAST
    assert revision(world, late).days_late == CALENDAR.count(PAST, local_today()) > 1_000


def test_after_a_return_its_own_due_date_counts(world: World) -> None:
    table_id = world.returned()
    deadline(world, PAST, AfterDeadline.EXTENSION)
    (opinion,) = world.session.scalars(select(Opinion.id))
    opinion_acts.answer(world.session, world.actor("head"), table_id, opinion, kind=Answer.CHANGED, text="")
    world.act(table_id, actions.SUBMIT, "head")
    assert (revision(world, table_id).due_on, revision(world, table_id).days_late) == (DUE, 0)


def test_year_that_asks_for_an_extension_refuses_a_late_submission_until_it_is_granted(world: World) -> None:
    table_id = world.draft()
    deadline(world, PAST, AfterDeadline.EXTENSION)
    with pytest.raises(Invalid, match="送审的期限 2020-01-03 已过；请先申请延期"):
        world.act(table_id, actions.SUBMIT, "head")
    extensions.grant(world.session, world.actor("approver"), ask(world, table_id), LATER)
    world.act(table_id, actions.SUBMIT, "head")
    assert (revision(world, table_id).due_on, revision(world, table_id).days_late) == (LATER, 0)


# --- asking ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["reviewer", "approver"])
def test_extension_asked_for_is_granted_with_its_entry(world: World, by: str) -> None:
    table_id = world.draft()
    deadline(world, PAST)
    extensions.grant(world.session, world.actor(by), ask(world, table_id), LATER)
    assert world.table(table_id).due_on == LATER
    acts = world.history(table_id)
    assert acts[:2] == ["extend", "ask_extension"]
    world.session.rollback()
    assert not verify(world.session).problems


def test_extension_is_declined_with_a_word(world: World) -> None:
    asked = ask(world, world.draft())
    with pytest.raises(Invalid, match="为什么不同意"):
        extensions.decline(world.session, world.actor("approver"), asked, " ")
    extensions.decline(world.session, world.actor("approver"), asked, "年底前必须批复。")
    with pytest.raises(Stale, match="已由.*答复"):
        extensions.grant(world.session, world.actor("approver"), asked, LATER)
    world.session.rollback()
    assert not verify(world.session).problems


def test_one_application_waits_at_a_time(world: World) -> None:
    table_id = world.draft()
    ask(world, table_id)
    with pytest.raises(Invalid, match="还没有答复"):
        ask(world, table_id)


@pytest.mark.parametrize(("by", "error"), [("drafter", Forbidden), ("outsider", NotVisible), ("reviewer", NotVisible)])
def test_only_the_head_asks(world: World, by: str, error: type[Exception]) -> None:
    table_id = world.draft()
    with pytest.raises(error):
        extensions.ask(world.session, world.actor(by), table_id, "来不及。")


def test_table_with_the_bureau_needs_no_extension(world: World) -> None:
    table_id = world.draft()
    asked = ask(world, table_id)
    world.act(table_id, actions.SUBMIT, "head")
    with pytest.raises(Stale):
        ask(world, table_id)
    with pytest.raises(Stale, match="不在单位手中"):
        extensions.grant(world.session, world.actor("approver"), asked, LATER)


@pytest.mark.parametrize("by", ["head", "drafter", "admin", "auditor", "other_reviewer"])
def test_who_may_not_extend_sees_no_application(world: World, by: str) -> None:
    asked = ask(world, world.draft())
    with pytest.raises(NotVisible):
        extensions.grant(world.session, world.actor(by), asked, LATER)
    assert queries.extensions.of_year(world.session, world.actor(by), YEAR) == []


# --- a whole office ----------------------------------------------------------------------------------


def test_office_gets_more_time_for_what_it_has_and_will_have(world: World) -> None:
    deadline(world, PAST)
    drafted, returned, submitted = world.draft(SECOND), world.returned(), world.submitted(THIRD)
    count = extensions.grant_office(world.session, world.actor("reviewer"), OFFICE, YEAR, Grant(LATER, "系统停机。"))
    later = drafts.create(world.session, world.actor("drafter"), Kind.PROJECT, OFFICE, YEAR).id
    assert count == 2
    assert [world.table(each).due_on for each in (drafted, returned, submitted, later)] == [LATER, LATER, None, LATER]
    world.session.rollback()
    assert not verify(world.session).problems


def test_date_that_is_later_already_stays(world: World) -> None:
    deadline(world, PAST)
    table_id = world.draft()
    extensions.grant(world.session, world.actor("approver"), ask(world, table_id), CALENDAR.add(LATER, 1))
    given = Grant(LATER, "系统停机。")
    assert extensions.grant_office(world.session, world.actor("approver"), OFFICE, YEAR, given) == 0
    assert world.table(table_id).due_on == CALENDAR.add(LATER, 1)


def test_voided_table_gets_no_more_time(world: World) -> None:
    deadline(world, PAST)
    table_id = world.returned()
    asked = ask(world, table_id)
    voiding.void(world.session, world.actor("head"), table_id, "项目取消。")
    with pytest.raises(Stale, match="不用延期"):
        extensions.grant(world.session, world.actor("approver"), asked, LATER)
    given = Grant(LATER, "系统停机。")
    assert extensions.grant_office(world.session, world.actor("approver"), OFFICE, YEAR, given) == 0


@pytest.mark.parametrize(
    ("office", "given", "error", "sentence"),
    [
        (OFFICE, Grant(None, "理由"), Invalid, "延到哪一天"),
        (OFFICE, Grant(PAST, "理由"), Invalid, "晚于今天"),
        (OFFICE, Grant(LATER, " "), Invalid, "为什么延期"),
        ("999999", Grant(LATER, "理由"), Invalid, "请选择单位"),
        ("620001", Grant(LATER, "理由"), Forbidden, "没有给这个单位延期的权限"),
    ],
)
def test_grant_for_an_office_is_refused_in_words(
    world: World, office: str, given: Grant, error: type[Exception], sentence: str
) -> None:
    deadline(world, PAST)
    with pytest.raises(error, match=sentence):
        extensions.grant_office(world.session, world.actor("reviewer"), office, YEAR, given)
    assert world.session.scalars(select(Extension)).all() == []


def test_extension_falls_on_a_working_day_after_the_present_date(world: World) -> None:
    deadline(world, PAST)
    day_off = next(on for n in range(1, 10) if not CALENDAR.is_working_day(on := local_today() + timedelta(days=n)))
    with pytest.raises(Invalid, match="不是工作日"):
        extensions.grant(world.session, world.actor("approver"), ask(world, world.draft()), day_off)
    deadline(world, LATER)
    with pytest.raises(Invalid, match=f"原来的期限（{LATER}）"):
        extensions.grant(world.session, world.actor("approver"), ask(world, world.draft()), LATER)
