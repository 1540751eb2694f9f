"""催报: what offices miss, whom it reaches, once a day unless meant; nobody reminds where they may not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal import queries
from portal.database import local_today
from portal.domain.errors import Forbidden, Invalid
from portal.domain.register import EntryRow
from portal.models import AuditEntry, Notice, TargetTable, User
from portal.services.notices import reminding
from portal.services.register import imports
from tests.world import OFFICE, YEAR, World, sound_project

OTHER = "620001"


def owe(world: World) -> None:
    """古城 owes three tables, of which one is drafted and one submitted; 南关 owes one."""
    rows = [
        EntryRow(OFFICE, "610-1301-JBN-OTTA", "办事处工作经费", 2_300_000, False),
        EntryRow(OFFICE, "610-1301-JBN-0002", "第二项目", 100, False),
        EntryRow(OFFICE, "610-1301-JBN-0003", "第三项目", 100, False),
        EntryRow(OTHER, "620-1301-JBN-0001", "南关项目", 100, False),
    ]
    imports.import_rows(world.session, world.actor("approver"), YEAR, rows)
    world.submitted()
    world.draft(sound_project(2, "610-1301-JBN-0002", "第二项目"))


def test_missing_is_what_is_not_submitted_and_what_was_returned_and_is_overdue(world: World) -> None:
    owe(world)
    planned = reminding.plan(world.session, world.actor("approver"), YEAR)
    assert [(each.office_code, each.not_begun, each.drafted, each.overdue) for each in planned.offices] == [
        (OFFICE, 1, 1, 0),
        (OTHER, 1, 0, 0),
    ]
    assert planned.offices[0].names == ["第二项目", "第三项目"]
    assert [person.name for person in planned.people[OFFICE]] == ["李主任", "一人多职", "王经办", "周经办"]

    assert [each.office_code for each in reminding.plan(world.session, world.actor("reviewer"), YEAR).offices] == [
        OFFICE
    ]
    assert reminding.plan(world.session, world.actor("head"), YEAR).offices == []


def test_returned_table_is_missing_once_its_date_is_over(world: World) -> None:
    table_id = world.returned()
    approver = world.actor("approver")
    assert reminding.plan(world.session, approver, YEAR).offices == []
    late = update(TargetTable).where(TargetTable.id == table_id).values(due_on=local_today() - timedelta(1))
    world.session.execute(late)
    world.session.commit()
    (office,) = reminding.plan(world.session, approver, YEAR).offices
    assert (office.overdue, office.names) == (1, ["办事处工作经费绩效目标表"])


def test_reminder_is_one_entry_an_office_and_a_notice_to_each_of_its_people(world: World) -> None:
    owe(world)
    done = reminding.remind(world.session, world.actor("approver"), YEAR, [OFFICE, OTHER], "请于周五前送审。")
    assert (len(done.reachable), done.person_count) == (2, 5)
    entries = world.session.scalars(
        select(AuditEntry).where(AuditEntry.act == "remind").order_by(AuditEntry.number)
    ).all()
    assert [json.loads(entry.detail)["tables"] for entry in entries] == [2, 1]
    told = (
        select(User.username).join(Notice, Notice.person_id == User.id).where(Notice.event == "remind", Notice.is_act)
    )
    assert set(world.session.scalars(told)) == {"head", "everything", "drafter", "drafter2", "outsider"}
    me = world.actor("head")
    line = queries.notices.inbox.inbox(world.session, me, me.id, queries.notices.inbox.Tab.ACT)[0]
    assert line.words == "刘批复催报：秦皇岛市山海关区古城街道办事处还有 2 张表没有送审"
    assert line.remark == "请于周五前送审。"


def test_second_reminder_of_a_day_has_to_be_meant(world: World) -> None:
    owe(world)
    approver, reviewer = world.actor("approver"), world.actor("reviewer")
    reminding.remind(world.session, approver, YEAR, [OFFICE], "")
    assert reminding.plan(world.session, reviewer, YEAR).earlier[OFFICE].who == "刘批复"
    with pytest.raises(Invalid, match="今天已经催过") as refused:
        reminding.remind(world.session, reviewer, YEAR, [OFFICE], "")
    assert refused.value.path == "again"
    reminding.remind(world.session, reviewer, YEAR, [OFFICE], "", again=True)


@pytest.mark.parametrize(
    ("by", "offices", "message", "refusal"),
    [
        ("reviewer", [OTHER], "", "不由你催报"),
        ("head", [OFFICE], "", "不由你催报"),
        ("approver", [], "", "请选择 1 到"),
        ("approver", ["nowhere"], "", "没有该催的表"),
        ("approver", [OFFICE], "长" * 201, "附言不超过 200 字"),
    ],
)
def test_reminder_is_refused(world: World, by: str, offices: list[str], message: str, refusal: str) -> None:
    with pytest.raises((Forbidden, Invalid), match=refusal):
        reminding.remind(world.session, world.actor(by), YEAR, offices, message)
