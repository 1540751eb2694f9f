"""Why a table cannot be approved: the list of an approver says of each table what its own page says."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from portal import queries
from portal.domain import actions
from portal.domain.batches import APPROVE_MANY
from portal.domain.conclusions import Dimension
from portal.models import BudgetYear
from portal.services.review import batch_obstacles, conclusions
from portal.services.transaction import write
from tests.world import YEAR, World, sound_project

UNREADABLE = "indicators/bbbb/target_value"


def recommended(world: World, n: int, by: str = "reviewer", drafter: str = "drafter") -> int:
    """A table with an error of E6, which this year only warns."""
    document = sound_project(n, f"610-1301-JBN-000{n}", f"项目{n}")
    table_id = world.draft(document, drafter)
    if n % 2 == 0:
        world.edit(table_id, UNREADABLE, "视情况确定", drafter)
    world.act(table_id, actions.SUBMIT, "head")
    every, digest = [each.value for each in Dimension], world.table(table_id).digest
    conclusions.recommend(world.session, world.actor(by), table_id, digest=digest, enclosed="", dimensions=every)
    return table_id


@pytest.mark.parametrize(
    ("demand", "policy", "expected"),
    [
        ("never", "refuse", ["", "处错误，本年度不能带错误批复", "要由另一位审批人批复", ""]),
        ("always", "reason", ["", "要写明理由，请单独办理", "要由另一位审批人批复", "你自己建议批复的"]),
    ],
)
def test_obstacles_of_a_list_are_those_of_each_table(
    world: World, demand: str, policy: str, expected: list[str]
) -> None:
    actor = world.actor("everything")
    sound, faulty = recommended(world, 1), recommended(world, 2)
    own = recommended(world, 3, drafter="everything")
    by_me = recommended(world, 5, by="everything")
    table_ids = [sound, faulty, own, by_me]
    with write(world.session):
        values = {"recommendation": demand, "errors_at_approval": policy, "only_warn": ""}
        world.session.execute(update(BudgetYear).where(BudgetYear.year == YEAR).values(values))

    found = batch_obstacles.of_approvals(world.session, actor, table_ids)

    assert [words in found.get(table_id, "") for table_id, words in zip(table_ids, expected, strict=True)] == [True] * 4
    assert (found.get(sound), by_me in found) == (None, demand == "always")
    visible = queries.tables.tables_with_facts(world.session, actor, table_ids)
    each = {t.id: batch_obstacles.obstacle(world.session, actor, APPROVE_MANY, t, facts) for t, facts in visible}
    assert {n: message for n, message in each.items() if message} == found
