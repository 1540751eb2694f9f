"""One table and many give the same rights, by the same computation."""

from __future__ import annotations

from itertools import count

import pytest
from flask import Flask

from portal import queries
from portal.domain import actions
from portal.domain.actions import Action, available_actions
from portal.domain.errors import NotVisible
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State
from portal.services.drafting import attachments, explanations
from tests.world import DUE, PEOPLE, World, sound_project

WORKER = "everything"
KINDS_OF_WORK = ("edited", "submitted", "explained", "attached", "none")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
_numbers = count(1)


def table_in(state: State, work: str, world: World, app: Flask) -> int:
    """A table in `state` on which WORKER did `work`, and nothing else."""
    number = next(_numbers)
    document = sound_project(number, f"610-1301-JBN-{number:04d}", f"第{number}号工作经费")
    table_id = world.draft(document)
    actor = world.actor(WORKER)
    match work:
        case "edited":
            world.edit(table_id, "purpose", "另一用途。", by=WORKER)
        case "explained":
            explanations.explain(world.session, actor, table_id, rule="W1", path="indicators", text="今年先这样。")
        case "attached":
            attachments.attach(world.session, actor, app.extensions["attachments"], table_id, "合同.pdf", PDF)
    if state is not State.DRAFTED or work == "submitted":
        world.act(table_id, actions.SUBMIT, WORKER if work == "submitted" else "head")
    _bring(world, table_id, state)
    return table_id


def _bring(world: World, table_id: int, state: State) -> None:
    """On from submitted."""
    if state is State.DRAFTED and world.table(table_id).submission_count:
        world.act(table_id, actions.WITHDRAW, "head")
    elif state is State.RETURNED:
        world.opinion(table_id, by="approver")
        world.act(table_id, actions.RETURN, "approver", due=DUE)
    elif state is State.APPROVED:
        world.act(table_id, actions.APPROVE, "approver")


def rights(actor: Actor, facts: TableFacts) -> tuple[set[Permission], tuple[Action, ...]]:
    return {each for each in Permission if may(actor, each, facts)}, available_actions(actor, facts)


def test_one_and_many_agree_for_every_person_state_and_kind_of_work(world: World, app: Flask) -> None:
    tables = {table_in(state, work, world, app): (state, work) for state in State for work in KINDS_OF_WORK}
    for username in PEOPLE:
        actor = world.actor(username)
        many = {
            table.id: facts for table, facts in queries.tables.tables_with_facts(world.session, actor, list(tables))
        }
        for table_id, (state, work) in tables.items():
            try:
                _, one = queries.tables.table_with_facts(world.session, actor, table_id)
            except NotVisible:
                assert table_id not in many, (username, state, work)
                continue
            assert many[table_id] == one, (username, state, work)
            assert rights(actor, many[table_id]) == rights(actor, one)
            worked = username == WORKER and work != "none"
            assert one.worked_on_by == ({actor.id} if worked else set()), (username, state, work)


@pytest.mark.parametrize("work", KINDS_OF_WORK)
def test_whoever_worked_on_a_table_approves_it_neither_alone_nor_among_many(
    world: World, app: Flask, work: str
) -> None:
    table_id = table_in(State.SUBMITTED, work, world, app)
    actor = world.actor(WORKER)
    _, one = queries.tables.table_with_facts(world.session, actor, table_id)
    ((_, among_many),) = queries.tables.tables_with_facts(world.session, actor, [table_id, table_id + 1])
    approves = work == "none"
    assert [may(actor, Permission.APPROVE, facts) for facts in (one, among_many)] == [approves, approves]


def test_no_tables_have_no_facts(world: World) -> None:
    assert queries.tables.facts_of_many(world.session, world.actor(WORKER), []) == []
    assert queries.tables.tables_with_facts(world.session, world.actor(WORKER), []) == []
