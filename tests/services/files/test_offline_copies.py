"""What a workbook for filling in offline says of its tables, and to whom it is given."""

from __future__ import annotations

import pytest

from portal.domain import actions
from portal.domain.documents import DepartmentDocument, Duty
from portal.domain.offline import OfflineCopy, OfflineTable
from portal.domain.opinions import Answer
from portal.services.administration import budget_years
from portal.services.files import exports
from portal.services.review import opinion_acts
from tests.statement_counts import counted_queries
from tests.world import DUE, OFFICE, PEOPLE, YEAR, World, sound_project

SECOND = sound_project(2, "610-1301-JBN-0002", "另一项目")


def taken(world: World, by: str = "drafter", format: str = "xlsx") -> OfflineCopy | None:
    world.session.rollback()
    return exports.export_office(world.session, world.actor(by), OFFICE, YEAR, format=format).imprint.offline


def only(copy: OfflineCopy | None) -> OfflineTable:
    assert copy is not None
    (table,) = copy.tables
    return table


def test_copy_is_for_whoever_drafts_for_the_office_and_in_excel_only(world: World) -> None:
    world.submitted()
    able = ("drafter", "drafter2", "head", "everything")
    seeing = [
        who for who in PEOPLE if who not in ("outsider", "admin", "other_reviewer", "below_drafter", "below_head")
    ]
    assert [who for who in seeing if taken(world, who)] == [who for who in seeing if who in able]
    assert taken(world, format="docx") is None
    assert exports.export_office(world.session, None, OFFICE, YEAR, format="xlsx").imprint.offline is None


def test_copy_of_a_closed_year_cannot_come_back_and_is_none(world: World) -> None:
    world.draft()
    budget_years.close_year(world.session, None, YEAR)
    assert taken(world) is None


def test_copy_names_office_year_framework_and_the_version_of_each_table(world: World) -> None:
    first, second = world.draft(), world.draft(SECOND)
    world.edit(second, "goals", "新的目标")
    copy = taken(world)
    assert copy is not None
    assert (copy.office, copy.year, copy.framework.name) == (OFFICE, YEAR, "hebei-2017")
    assert [(table.id, table.version, table.digest) for table in copy.tables] == [
        (n, world.table(n).version, world.table(n).digest) for n in (first, second)
    ]


def test_tables_stand_in_the_order_of_the_documents(world: World) -> None:
    project = world.draft(sound_project())
    department = world.draft(DepartmentDocument("总体", (Duty("duty1", "职责", "目标"),)))
    copy = taken(world)
    assert copy is not None and [table.id for table in copy.tables] == [department, project]


def test_table_that_the_office_does_not_hold_says_so(world: World) -> None:
    world.submitted()
    assert only(taken(world)).refusal == "这张表已送审，"


def test_opinions_of_the_return_are_told_with_what_the_office_answered(world: World) -> None:
    table_id = world.submitted()
    opinion, other = world.opinion(table_id), world.opinion(table_id, path="purpose", binding=False)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion, kind=Answer.KEPT, text="有文件依据")
    found = only(taken(world)).remarks
    assert [(each.path, each.is_binding, each.answer) for each in found] == [
        ("goals", True, "已答复：保留原文，因为：有文件依据"),
        ("purpose", False, "还没有答复"),
    ]
    assert found[0].words.startswith("必须修改：目标不够细化量化。") and other


def test_opinions_that_the_bureau_is_still_writing_are_not_told(world: World) -> None:
    table_id = world.submitted()
    world.opinion(table_id)
    assert only(taken(world)).remarks == ()
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    assert len(only(taken(world)).remarks) == 1


@pytest.mark.parametrize("count", [1, 4])
def test_copy_costs_the_same_number_of_queries_for_any_number_of_tables(world: World, count: int) -> None:
    for n in range(count):
        world.draft(sound_project(n + 1, f"610-1301-JBN-{n:04d}", f"第{n}项目"))
    world.session.rollback()
    actor = world.actor("drafter")
    with counted_queries() as sent:
        exports.export_office(world.session, actor, OFFICE, YEAR, format="xlsx")
    assert len(sent) <= 14
