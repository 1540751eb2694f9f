"""Who changed which cell when: the office sees all of it, the auditor what was submitted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from portal import queries
from portal.database import clock_at, now
from portal.domain import actions, documents
from portal.domain.changes import Delete, Insert, Set
from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.permissions import Actor
from portal.services.drafting import editing
from portal.services.drafting.editing import Edited, EditingFilters
from tests.world import DUE, World, sound_project

ALL = EditingFilters()


def seen(world: World, username: str, table_id: int, filters: EditingFilters = ALL) -> list[Edited]:
    actor = world.actor(username)
    return editing.edits(world.session, table_id, last_version(world, actor, table_id), filters, 1_000)


def last_version(world: World, actor: Actor, table_id: int) -> int:
    table, facts = queries.tables.table_with_facts(world.session, actor, table_id)
    return editing.last_version_seen(world.session, actor, table, facts)


def texts(found: Sequence[Edited], path: str) -> list[str]:
    return [each.operation.new for each in found if isinstance(each.operation, Set) and each.operation.path == path]


def test_auditor_sees_editing_up_to_the_latest_submission_and_nothing_after(world: World) -> None:
    table_id = world.draft()
    assert last_version(world, world.actor("auditor"), table_id) == 0
    world.edit(table_id, "goals", "1、每月10日前发放工资。")
    world.act(table_id, actions.SUBMIT, "head")
    submitted = world.table(table_id).version
    world.act(table_id, actions.WITHDRAW, "head")
    with clock_at(now() - timedelta(days=1)):  # a clock that was set back deceives nobody
        world.edit(table_id, "goals", "1、每月20日前发放工资。")

    assert last_version(world, world.actor("auditor"), table_id) == submitted
    assert texts(seen(world, "auditor", table_id), "goals")[0] == "1、每月10日前发放工资。"
    assert texts(seen(world, "drafter", table_id), "goals")[0] == "1、每月20日前发放工资。"

    world.act(table_id, actions.SUBMIT, "head")
    assert texts(seen(world, "auditor", table_id), "goals")[0] == "1、每月20日前发放工资。"


@pytest.mark.parametrize("username", ["reviewer", "approver", "admin"])
def test_others_see_no_editing(world: World, username: str) -> None:
    table = world.table(world.submitted())
    _, facts = queries.tables.table_with_facts(world.session, world.actor("auditor"), table.id)
    assert editing.last_version_seen(world.session, world.actor(username), table, facts) == 0


def test_editing_of_a_cell_shows_the_birth_and_the_end_of_its_row(world: World) -> None:
    table_id = world.draft()
    path = "indicators/eeee/target_value"
    document = world.table(table_id).document
    assert isinstance(document, ProjectDocument)
    added = Indicator("eeee", "产出指标", "质量指标", "合格率", "合格的占比", "≥90%", "文件")
    world.save(table_id, documents.with_rows(document, "indicators", (*document.indicators, added)))
    world.edit(table_id, path, "≥95%", by="drafter2")
    world.save(table_id, document)

    found = seen(world, "head", table_id, EditingFilters(path=path))
    assert [type(each.operation) for each in found] == [Delete, Set, Set, Insert]
    assert texts(found, path) == ["≥95%", "≥90%"]
    assert [each.by for each in seen(world, "head", table_id, EditingFilters("周经办", path))] == ["周经办"]
    assert editing.editors(world.session, table_id, world.table(table_id).version) == ["周经办", "王经办"]


def test_editing_is_paged_and_streamed_in_one_order(world: World) -> None:
    table_id = world.draft(sound_project())
    world.act(table_id, actions.SUBMIT, "head")
    world.act(table_id, actions.RETURN, "approver", due=DUE, drafts=frozenset({world.opinion(table_id, "approver")}))
    world.edit(table_id, "purpose", "支付全年工资。")
    every = seen(world, "head", table_id)
    until = world.table(table_id).version
    first = editing.edits(world.session, table_id, until, ALL, 3)
    rest = editing.edits(world.session, table_id, until, EditingFilters(before=first[-1].id), 1_000)
    assert [*first, *rest] == every
    assert list(editing.all_edits(world.session, table_id, until, ALL)) == every[::-1]
