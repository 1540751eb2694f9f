"""Opinions as each side sees them: answers as of the last submission, acts of the bureau as of the last decision."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal import queries
from portal.domain import actions
from portal.domain.opinions import OpinionState
from portal.models import Opinion
from portal.services.review import opinion_acts
from tests.world import DUE, World, sound_project

OFFICE_SIDE = ("drafter", "head", "above_head", "everything")
BUREAU = ("reviewer", "approver", "auditor")


def seen(world: World, who: str, table_id: int) -> list[tuple[OpinionState, list[str]]]:
    """State and texts of each opinion that a person sees."""
    actor, table = world.actor(who), world.table(table_id)
    lines = queries.review.opinions(world.session, actor, table, world.facts(table_id, actor))
    return [(line.state, [event.text for event in line.events]) for line in lines]


def answered(world: World, text: str) -> int:
    """A returned table whose only opinion the office has answered with `text`, not submitted."""
    table_id = world.returned()
    answer(world, table_id, text)
    return table_id


def answer(world: World, table_id: int, text: str) -> None:
    opinion_id = world.session.scalars(select(Opinion.id).where(Opinion.table_id == table_id)).one()
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion_id, kind="changed", text=text)


def test_answer_is_the_offices_own_until_it_is_submitted(world: World) -> None:
    table_id = answered(world, "正在写的答复")
    for who in OFFICE_SIDE:
        assert seen(world, who, table_id) == [(OpinionState.ANSWERED, ["目标不够细化量化。", "正在写的答复"])], who
    for who in BUREAU:
        assert seen(world, who, table_id) == [(OpinionState.RAISED, ["目标不够细化量化。"])], who

    world.act(table_id, actions.SUBMIT, "head")

    for who in (*OFFICE_SIDE, *BUREAU):
        assert seen(world, who, table_id) == [(OpinionState.ANSWERED, ["目标不够细化量化。", "正在写的答复"])], who


def test_answer_changed_after_withdrawing_shows_the_bureau_the_submitted_one(world: World) -> None:
    table_id = answered(world, "送审的答复")
    world.act(table_id, actions.SUBMIT, "head")
    world.act(table_id, actions.WITHDRAW, "head")
    answer(world, table_id, "改写的答复")

    assert seen(world, "head", table_id)[0][1][-1] == "改写的答复"
    for who in BUREAU:
        assert seen(world, who, table_id)[0][1][-1] == "送审的答复", who


@pytest.mark.parametrize("who", ["drafter", "above_head"])
def test_acts_of_the_bureau_are_its_own_until_the_decision(world: World, who: str) -> None:
    table_id = answered(world, "已量化")
    world.act(table_id, actions.SUBMIT, "head")
    (opinion_id,) = world.session.scalars(select(Opinion.id))
    opinion_acts.accept(world.session, world.actor("reviewer"), table_id, opinion_id)
    world.opinion(table_id, path="purpose")
    assert [state for state, _ in seen(world, who, table_id)] == [OpinionState.ANSWERED]
    assert [state for state, _ in seen(world, "auditor", table_id)] == [OpinionState.ACCEPTED, OpinionState.DRAFT]


def test_binding_opinions_are_counted_open_and_without_an_answer(world: World) -> None:
    table_id, other = world.submitted(), world.draft(sound_project(2, "610-1301-JBN-0002", "另一项目"))
    ids = [world.opinion(table_id, path=path, binding=path != "purpose") for path in ("goals", "purpose", "budget", "")]
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    for opinion_id in ids[1:3]:
        opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion_id, kind="changed", text="已改")

    counts = queries.review.binding_counts(world.session, [table_id, other])

    assert counts == {table_id: queries.review.BindingCounts(open_count=3, unanswered_count=2)}
    assert queries.review.binding_counts(world.session, [other]) == {}
