"""What leaves the portal: for whom, in which version, and what the record says of it."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from portal import queries
from portal.database import local_today
from portal.domain import actions, serialization
from portal.domain.documents import DepartmentDocument, Kind, PerformanceText
from portal.domain.errors import NotVisible
from portal.models import AuditEntry, Participation
from portal.services.drafting import drafts
from portal.services.files import exports
from portal.services.record import verification
from tests.world import DUE, OFFICE, PEOPLE, YEAR, World, sound_project

OFFICE_SIDE = ("drafter", "drafter2", "head", "above_drafter", "above_head", "everything")
BUREAU = ("reviewer", "approver", "approver2", "auditor")


def take(world: World, who: str, table_id: int, **how: object) -> exports.Export:
    return exports.export_table(world.session, world.actor(who), table_id, **how)  # type: ignore[arg-type]


def last_entry(world: World) -> AuditEntry:
    return world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()


def goals(taken: exports.Export) -> list[str]:
    return [table.goals for table in taken.text.tables]


def test_office_takes_its_working_copy_and_the_bureau_the_latest_revision(world: World) -> None:
    table_id = world.returned()
    submitted = sound_project().goals
    world.edit(table_id, "goals", "还没有送审的目标")
    found = {}
    for who in PEOPLE:
        try:
            found[who] = goals(take(world, who, table_id))
        except NotVisible:
            found[who] = []
    assert found == {
        who: ["还没有送审的目标"] if who in OFFICE_SIDE else [submitted] if who in BUREAU else [] for who in PEOPLE
    }


def test_name_of_the_file_tells_the_bureau_nothing_of_the_working_copy(world: World) -> None:
    table_id = world.returned()
    world.edit(table_id, "project_name", "还没有送审的名称")
    assert take(world, "drafter", table_id).title == "还没有送审的名称绩效目标表"
    assert take(world, "reviewer", table_id).title == "办事处工作经费绩效目标表"


@pytest.mark.parametrize("who", ["reviewer", "approver", "auditor", "outsider", "admin"])
def test_draft_that_was_never_submitted_does_not_leave_the_office(world: World, who: str) -> None:
    table_id, before = world.draft(), queries.record.head(world.session)
    with pytest.raises(NotVisible):
        take(world, who, table_id)
    with pytest.raises(NotVisible):
        exports.export_office(world.session, world.actor(who), OFFICE, YEAR)
    assert queries.record.head(world.session) == before


@pytest.mark.parametrize(("printed", "act"), [(False, "export"), (True, "print")])
def test_taking_a_table_is_entered_and_gives_the_anchor_of_its_entry(world: World, printed: bool, act: str) -> None:
    table_id = world.approved()
    taken = take(world, "reviewer", table_id, printed=printed, format="docx")
    entry = last_entry(world)
    assert taken.anchor == f"{entry.number}:{entry.hash}"
    assert queries.record.head(world.session) == (entry.number, entry.hash)
    assert (entry.act, entry.object_id, entry.actor) == (act, str(table_id), "陈审核（reviewer）")
    assert json.loads(entry.detail) == {
        "digest": serialization.digest(serialization.canonical(sound_project())),
        "revision": 1,
        "format": "docx",
    }
    number, _, digits = taken.anchor.partition(":")
    assert verification.verify(world.session, [(int(number), digits)]).ok


def test_copy_says_which_revision_is_in_force(world: World) -> None:
    def words(who: str) -> list[str]:
        found = [each.words for each in take(world, who, table_id).imprint.states]
        every = exports.export_office(world.session, world.actor(who), OFFICE, YEAR).imprint.states
        assert [each.words for each in every] == found
        return [re.sub(r"\d{4}-\d\d-\d\d", "某日", each) for each in found]

    table_id = world.approved()
    sent = "第 1 次送审（第 1 轮），某日 李主任送审"
    assert words("drafter") == words("reviewer") == [f"{sent}，已批复，现行有效"]
    world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="预算调整")
    assert words("reviewer") == [f"{sent}，已批复；调整中，这一版现行有效"]
    adjusted = "；调整中，现行有效的是第 1 次送审的版本"
    assert words("drafter") == [f"退回后修改中，没有送审{adjusted}"]
    world.act(table_id, actions.SUBMIT, "head")
    again = "第 2 次送审（第 2 轮），某日 李主任送审"
    assert words("drafter") == words("reviewer") == [f"{again}{adjusted}"]
    world.act(table_id, actions.APPROVE, "approver")
    assert words("reviewer") == [f"{again}，已批复，现行有效"]


def test_copy_says_year_office_state_round_and_who_took_it(world: World) -> None:
    def standings(who: str, table_id: int) -> list[tuple[str, bool]]:
        today = f"{local_today():%Y-%m-%d}"
        return [
            (each.words.replace(today, "某日"), each.is_draft) for each in take(world, who, table_id).imprint.states
        ]

    sent = "第 1 次送审（第 1 轮），某日 李主任送审"
    draft = world.draft(sound_project(2, "610-1301-JBN-0002", "另一项目"))
    assert standings("drafter", draft) == [("草拟，没有送审", True)]
    table_id = world.submitted()
    assert standings("drafter", table_id) == standings("reviewer", table_id) == [(sent, False)]
    world.act(table_id, actions.WITHDRAW, "head")
    assert standings("reviewer", table_id) == [(f"{sent}，后来取消送审", False)]
    world.act(table_id, actions.SUBMIT, "head")
    world.opinion(table_id)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    assert standings("drafter", table_id) == [("退回后修改中，没有送审", True)]
    assert standings("reviewer", table_id) == [("第 2 次" + sent[5:] + "，已退回", False)]
    imprint = exports.export_office(world.session, None, OFFICE, YEAR, printed=True).imprint
    assert imprint.source == f"{YEAR} 年度　610002 秦皇岛市山海关区古城街道办事处"
    assert re.fullmatch(r"操作员（命令行） \d{4}-\d\d-\d\d \d\d:\d\d 打印", imprint.taken)
    assert imprint.summary == "2 张表，其中草拟 2 张"


def test_working_copy_is_entered_as_no_revision(world: World) -> None:
    table_id = world.returned()
    take(world, "head", table_id)
    assert json.loads(last_entry(world).detail)["revision"] == 0


def test_office_is_taken_whole_department_first_tables_in_order(world: World) -> None:
    second = sound_project(2, "610-1301-JBN-0002", "另一项目")
    world.draft(sound_project())
    world.draft(second)
    world.draft(DepartmentDocument("总体目标"))
    taken = exports.export_office(world.session, world.actor("drafter"), OFFICE, YEAR)
    assert taken.text == PerformanceText(DepartmentDocument("总体目标"), (sound_project(), second))
    assert taken.title == "秦皇岛市山海关区古城街道办事处2020年度部门预算绩效文本"
    entry = last_entry(world)
    assert (entry.act, entry.object_kind, entry.object_id) == ("export", "office", OFFICE)
    assert taken.anchor == f"{entry.number}:{entry.hash}"


def test_reviewer_takes_of_an_office_what_was_submitted_and_no_more(world: World) -> None:
    world.returned()
    world.edit(1, "goals", "还没有送审的目标")
    world.draft(sound_project(2, "610-1301-JBN-0002", "没有送审的项目"))
    world.draft(DepartmentDocument("没有送审的总体目标"))
    taken = exports.export_office(world.session, world.actor("reviewer"), OFFICE, YEAR)
    assert taken.text == PerformanceText(None, (sound_project(),))
    assert json.loads(last_entry(world).detail)["tables"] == 1


@pytest.mark.parametrize(("who", "office", "year"), [
    ("other_reviewer", OFFICE, YEAR),
    ("outsider", OFFICE, YEAR),
    ("admin", OFFICE, YEAR),
    ("approver", OFFICE, 2021),
    ("approver", "999999", YEAR),
])  # fmt: skip
def test_office_of_which_somebody_may_see_nothing_is_not_there(world: World, who: str, office: str, year: int) -> None:
    world.submitted()
    with pytest.raises(NotVisible):
        exports.export_office(world.session, world.actor(who), office, year)


def test_head_above_takes_what_is_below_and_not_the_other_way_round(world: World) -> None:
    table = drafts.create(world.session, world.actor("below_drafter"), Kind.PROJECT, "61000201", YEAR)
    for who in ("head", "above_head"):
        assert len(take(world, who, table.id).text.tables) == 1
    above = drafts.create(world.session, world.actor("above_drafter"), Kind.PROJECT, "610", YEAR)
    with pytest.raises(NotVisible):
        take(world, "head", above.id)


def test_looking_at_a_table_and_taking_it_away_is_no_work_on_it(world: World) -> None:
    table_id = world.submitted()
    for printed in (False, True):
        take(world, "approver", table_id, printed=printed)
    worked = select(Participation.user_id).where(Participation.table_id == table_id)
    assert world.actor("approver").id not in world.session.scalars(worked).all()
    world.act(table_id, actions.APPROVE, "approver")
    assert world.actor("approver").id in world.session.scalars(worked).all()
