"""What counts in which round: opinions, acceptances and claims of an earlier round bind no later one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from portal import queries
from portal.domain import actions, opinions
from portal.domain.actions import Action
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.models import Opinion, OpinionEvent, TargetTable
from portal.services.drafting import attachments, explanations
from portal.services.review import claims, effects, opinion_acts, workflow
from portal.storage import AttachmentStore
from tests.domain.files import PDF
from tests.world import DUE, World, sound_project


def second_round(world: World, *, binding: bool = True, answered: bool = True) -> tuple[int, int]:
    """Return a table that is submitted again and its opinion of the first round."""
    table_id = world.submitted()
    opinion_id = world.opinion(table_id, binding=binding)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    if answered:
        answer(world, table_id, opinion_id)
    world.act(table_id, actions.SUBMIT, "head")
    return table_id, opinion_id


def answer(world: World, table_id: int, opinion_id: int) -> None:
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion_id, kind="changed", text="已改")


def accept(world: World, table_id: int, opinion_id: int, by: str = "reviewer") -> None:
    opinion_acts.accept(world.session, world.actor(by), table_id, opinion_id)


def raise_again(world: World, table_id: int, opinion_id: int) -> None:
    opinion_acts.raise_again(world.session, world.actor("reviewer"), table_id, opinion_id, text="还差数量")


# --- returning -----------------------------------------------------------------------------------


def test_return_in_a_later_round_needs_an_opinion_of_that_round(world: World) -> None:
    table_id, _ = second_round(world)
    with pytest.raises(Invalid, match="至少一条意见"):
        world.act(table_id, actions.RETURN, "reviewer", due=DUE)


def test_return_takes_an_opinion_raised_again_in_this_round_for_one(world: World) -> None:
    table_id, opinion_id = second_round(world)
    raise_again(world, table_id, opinion_id)
    assert world.act(table_id, actions.RETURN, "reviewer", due=DUE).id == table_id


def test_return_does_not_count_an_opinion_raised_again_in_an_earlier_round(world: World) -> None:
    table_id, opinion_id = second_round(world)
    raise_again(world, table_id, opinion_id)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    answer(world, table_id, opinion_id)
    world.act(table_id, actions.SUBMIT, "head")
    with pytest.raises(Invalid, match="至少一条意见"):
        world.act(table_id, actions.RETURN, "reviewer", due=DUE)


# --- withdrawing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [accept, raise_again])
def test_withdraw_is_refused_after_the_bureau_acted_on_an_opinion_in_this_round(
    world: World, act: Callable[[World, int, int], None]
) -> None:
    table_id, opinion_id = second_round(world)
    act(world, table_id, opinion_id)
    with pytest.raises(Stale, match="已开始审核"):
        world.act(table_id, actions.WITHDRAW, "head")


def test_withdraw_is_possible_again_in_the_round_after_an_acceptance(world: World) -> None:
    table_id, opinion_id = second_round(world)
    accept(world, table_id, opinion_id)
    second = world.opinion(table_id, path="purpose", binding=False)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    answer(world, table_id, second)
    world.act(table_id, actions.SUBMIT, "head")

    world.act(table_id, actions.WITHDRAW, "head")

    assert world.table(table_id).state == "returned"


# --- opinions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [accept, raise_again])
def test_opinion_without_an_answer_is_neither_accepted_nor_raised_again(
    world: World, act: Callable[[World, int, int], None]
) -> None:
    table_id, opinion_id = second_round(world, binding=False, answered=False)
    with pytest.raises(Stale, match="还没有答复"):
        act(world, table_id, opinion_id)
    assert world.session.scalars(select(Opinion.state)).all() == ["raised"]


def test_accepted_opinion_is_not_accepted_twice(world: World) -> None:
    table_id, opinion_id = second_round(world)
    accept(world, table_id, opinion_id)
    with pytest.raises(Stale, match="已经办结"):
        accept(world, table_id, opinion_id)


@pytest.mark.parametrize("action", [actions.RETURN, actions.APPROVE])
def test_decision_raises_drafts_in_the_name_of_their_authors(world: World, action: Action) -> None:
    table_id = world.submitted()
    draft = world.opinion(table_id, by="reviewer", binding=False)
    world.act(table_id, action, "approver", due=DUE, drafts=frozenset({draft}))
    author = world.actor("reviewer")
    event = world.session.scalars(select(OpinionEvent)).one()
    assert (event.act, event.actor_id, event.actor_name) == (opinions.RAISE.step, author.id, author.name)
    assert event.text == world.session.scalars(select(Opinion.text)).one()


# --- claims --------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", [actions.RETURN, actions.APPROVE])
def test_claim_ends_with_the_decision(world: World, action: Action) -> None:
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    draft = world.opinion(table_id, binding=False)
    world.act(table_id, action, "approver", due=DUE, drafts=frozenset({draft}))
    assert world.table(table_id).claimed_by_id is None


def test_claim_of_a_colleague_is_refused_and_only_the_claimant_releases(world: World) -> None:
    table_id = world.submitted()
    reviewer, approver = world.actor("reviewer"), world.actor("approver")
    claims.claim(world.session, reviewer, table_id)
    entries = queries.record.head(world.session)[0]
    claims.claim(world.session, reviewer, table_id)  # once more changes nothing
    with pytest.raises(Stale, match="已由同事认领"):
        claims.claim(world.session, approver, table_id)
    with pytest.raises(Stale, match="不是由你认领"):
        claims.release(world.session, approver, table_id)
    assert (world.table(table_id).claimed_by_id, queries.record.head(world.session)[0]) == (reviewer.id, entries)

    claims.release(world.session, reviewer, table_id)

    assert world.table(table_id).claimed_by_id is None


# --- four eyes -----------------------------------------------------------------------------------


def _explain(world: World, table_id: int, store: AttachmentStore) -> None:
    explainer = world.actor("everything")
    explanations.explain(world.session, explainer, table_id, rule="W7", path="goals", text="沿用区里统一的表述。")


def _attach(world: World, table_id: int, store: AttachmentStore) -> None:
    attachments.attach(world.session, world.actor("everything"), store, table_id, "合同.pdf", PDF)


def _attach_and_detach(world: World, table_id: int, store: AttachmentStore) -> None:
    _attach(world, table_id, store)
    (attached,) = queries.enclosures.attachments(world.session, table_id)
    attachments.detach(world.session, world.actor("everything"), table_id, attached.digest)


@pytest.mark.parametrize("work", [_explain, _attach, _attach_and_detach])
def test_four_eyes_whoever_explained_or_attached_cannot_approve(
    world: World, store: AttachmentStore, work: Callable[[World, int, AttachmentStore], None]
) -> None:
    copied = "1、努力与相关部门协调，积极发挥管理及服务职能，完成辖区居民事项的办理。"
    other = sound_project(2, "610-1301-JBN-ABI7", "车辆保险费")
    for document in (other, sound_project()):
        table_id = world.draft(document)
        world.edit(table_id, "goals", copied)
    work(world, table_id, store)
    world.act(table_id, actions.SUBMIT, "head")
    for action in (actions.APPROVE, actions.REOPEN):
        with pytest.raises(Forbidden):
            world.act(table_id, action, "everything", due=DUE, reason="预算调整")
        world.act(table_id, action, "approver", due=DUE, reason="预算调整")


# --- what changed between the checks and the write -----------------------------------------------


@pytest.mark.parametrize("changed", [{"state": "drafted", "previous_state": None}, {"digest": "0" * 64}])
def test_transition_that_meets_another_state_or_text_at_its_write_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch, changed: dict[str, object]
) -> None:
    table_id = world.submitted()

    def overtaken(*arguments: object) -> effects.Outcome:
        world.session.execute(
            update(TargetTable)
            .where(TargetTable.id == table_id)
            .values(changed)
            .execution_options(synchronize_session=False)
        )
        return effects.Outcome({}, {})

    monkeypatch.setattr(workflow, "EFFECTS", {actions.WITHDRAW.name: overtaken})
    with pytest.raises(Stale, match="请按最新情况重新操作"):
        world.act(table_id, actions.WITHDRAW, "head")
    assert world.table(table_id).state == "submitted"


def test_approval_of_a_text_that_is_not_the_submitted_one_is_refused(world: World) -> None:
    table_id = world.submitted()
    world.session.execute(update(TargetTable).where(TargetTable.id == table_id).values(digest="0" * 64))
    world.session.commit()
    with pytest.raises(Stale, match="送审的版本与表的内容不一致"):
        world.act(table_id, actions.APPROVE, "approver")
    assert world.table(table_id).in_force_id is None
