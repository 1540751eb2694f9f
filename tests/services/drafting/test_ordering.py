"""调整表序号: one act over several tables of an office; what is submitted keeps its number."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.domain import actions
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.models import AuditEntry, Revision
from portal.services.administration import budget_years
from portal.services.drafting import ordering, undo_redo
from portal.services.record.verification import verify
from tests.world import DUE, YEAR, World, sound_project, told


def drafts(world: World, count: int = 3) -> list[int]:
    return [world.draft(sound_project(n, f"610-1301-JBN-OR{n:02}", f"项目{n}")) for n in range(1, count + 1)]


def positions(world: World, table_ids: list[int]) -> list[int]:
    tables = [world.table(table_id) for table_id in table_ids]
    assert [table.position for table in tables] == [getattr(table.document, "ordinal", 0) for table in tables]
    return [table.position for table in tables]


def test_renumber_moves_the_tables_between_and_enters_each(world: World) -> None:
    table_ids = drafts(world)
    ordering.renumber(world.session, world.actor("drafter"), YEAR, {table_ids[2]: 1})
    assert positions(world, table_ids) == [2, 3, 1]
    entries = world.session.scalars(select(AuditEntry).where(AuditEntry.act == "renumber")).all()
    details = {entry.object_id: told(entry) for entry in entries}
    assert details[str(table_ids[2])] == {"before": 3, "ordinal": 1}
    assert len(entries) == 3
    assert verify(world.session).ok


@pytest.mark.parametrize(("up", "expected"), [(True, [1, 3, 2]), (False, [1, 2, 3])])
def test_renumber_moves_a_table_by_one_place_at_most_to_the_end(world: World, up: bool, expected: list[int]) -> None:
    table_ids = drafts(world)
    ordering.renumber(world.session, world.actor("head"), YEAR, {}, move=table_ids[2], up=up)
    assert positions(world, table_ids) == expected


def test_renumber_leaves_submitted_tables_and_revisions_as_they_are(world: World) -> None:
    table_ids = drafts(world)
    world.act(table_ids[1], actions.SUBMIT, "head")
    ordering.renumber(world.session, world.actor("head"), YEAR, {}, move=table_ids[2], up=True)
    assert positions(world, table_ids) == [3, 2, 1]
    with pytest.raises(Stale, match="送审、批复或者删除"):
        ordering.renumber(world.session, world.actor("head"), YEAR, {table_ids[1]: 9})
    world.opinion(table_ids[1])
    world.act(table_ids[1], actions.RETURN, "reviewer", due=DUE)
    ordering.renumber(world.session, world.actor("head"), YEAR, {table_ids[1]: 9})
    assert positions(world, table_ids) == [3, 9, 1]
    frozen = world.session.scalars(select(Revision)).one().document
    assert getattr(frozen, "ordinal", 0) == 2
    assert verify(world.session).ok


def test_renumber_that_is_refused_changes_nothing(world: World) -> None:
    table_ids = drafts(world)
    foreign = world.draft(sound_project(1, "620-1301-JBN-GEHE"), by="outsider", office="620001")
    drafter, versions = world.actor("drafter"), [world.table(each).version for each in table_ids]
    with pytest.raises(Invalid, match="不能有两张表"):
        ordering.renumber(world.session, drafter, YEAR, {table_ids[0]: 7, table_ids[1]: 7})
    with pytest.raises(Stale):
        ordering.renumber(world.session, drafter, YEAR, {foreign: 5})
    with pytest.raises(Forbidden):
        ordering.renumber(world.session, world.actor("reviewer"), YEAR, {table_ids[0]: 5})
    budget_years.close_year(world.session, None, YEAR)
    with pytest.raises(Invalid, match="已关闭"):
        ordering.renumber(world.session, drafter, YEAR, {table_ids[0]: 5})
    assert [world.table(each).version for each in table_ids] == versions


def test_undo_passes_over_another_ordinal(world: World) -> None:
    first, second, _ = table_ids = drafts(world)
    drafter = world.actor("drafter")
    world.edit(first, "purpose", "支付预算外人员3人的工资。")
    before = world.table(first).version - 1
    ordering.renumber(world.session, drafter, YEAR, {second: 1})
    undo_redo.undo(world.session, drafter, first, world.table(first).version)
    assert world.table(first).document.purpose == sound_project().purpose  # type: ignore[union-attr]
    undo_redo.return_to(world.session, drafter, first, before + 1)
    with pytest.raises(Stale):
        undo_redo.undo_step(world.session, drafter, second, world.table(second).version)
    assert positions(world, table_ids) == [2, 1, 3]
