"""Draft opinions are their author's; a decision raises those that it chooses, and the others count for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal import queries
from portal.domain import actions
from portal.domain.changes import Set
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.opinions import OpinionKind
from portal.models import AuditEntry, Opinion
from portal.services.record import verification
from portal.services.review import opinion_acts
from portal.services.review.wordings import Wording
from tests.world import DUE, World, sound_project, told

GOALS = sound_project().goals


def states(world: World) -> dict[int, str]:
    world.session.rollback()
    return {opinion.id: opinion.state for opinion in world.session.scalars(select(Opinion))}


def submitted_with_drafts(world: World, binding: bool = True) -> tuple[int, int, int]:
    """Table, a draft of the reviewer, a draft of the approver."""
    table_id = world.submitted()
    return table_id, *(world.opinion(table_id, by, binding=binding) for by in ("reviewer", "approver"))


def raised_now(world: World, table_id: int) -> Opinion:
    world.session.rollback()
    return world.session.scalars(select(Opinion).where(Opinion.table_id == table_id)).one()


# --- whose a draft is ----------------------------------------------------------------------------


def test_author_writes_a_draft_anew_and_the_entry_holds_no_words(world: World) -> None:
    table_id = world.submitted()
    opinion_id = world.opinion(table_id)
    proposed = [Set("goals", GOALS, "1、每月10日前发放3人工资。")]
    wording = Wording(False, "写明数量。", OpinionKind.NOT_QUANTIFIED, proposed)
    opinion_acts.revise_opinion(world.session, world.actor("reviewer"), table_id, opinion_id, wording)
    found = raised_now(world, table_id)
    assert (found.binding, found.text, found.kind) == (False, "写明数量。", "not_quantified")
    entry = world.session.get_one(AuditEntry, queries.record.head(world.session)[0])
    assert entry.act == "revise_opinion"
    assert told(entry) == {
        **{"opinion": opinion_id, "path": "goals", "place": "绩效目标", "binding": False},
        **{"opinion_kind": "not_quantified", "rule": None, "proposed": True},
    }
    assert verification.verify(world.session).problems == []


@pytest.mark.parametrize("act", ["revise", "discard"])
def test_draft_of_a_colleague_is_refused_with_the_name_of_the_author(world: World, act: str) -> None:
    table_id = world.submitted()
    opinion_id = world.opinion(table_id)
    particulars = [Wording(True, "别人的话")] if act == "revise" else []
    with pytest.raises(Forbidden, match="陈审核写的，只有本人可以修改或删除"):
        opinion_acts.HANDLERS[act](world.session, world.actor("approver"), table_id, opinion_id, *particulars)
    assert raised_now(world, table_id).text == "目标不够细化量化。"


@pytest.mark.parametrize(
    ("wording", "words"),
    [
        (Wording(True, " "), "请写明意见"),
        (Wording(True, "改一改", "unknown"), "请选择意见的类别"),
        (Wording(True, "改一改", "other", [Set("purpose", "支付", "别处")]), "只能改意见所指的地方"),
    ],
)
def test_wrong_wording_is_refused_and_nothing_is_written(world: World, wording: Wording, words: str) -> None:
    table_id = world.submitted()
    with pytest.raises(Invalid, match=words):
        opinion_acts.raise_opinion(world.session, world.actor("reviewer"), table_id, wording, path="goals")
    assert states(world) == {}


def test_proposed_changes_on_another_text_are_refused(world: World) -> None:
    table_id = world.submitted()
    wording = Wording(True, "改一改", "other", [Set("goals", "以前的目标", "新的目标")])
    with pytest.raises(Stale, match="原文已变"):
        opinion_acts.raise_opinion(world.session, world.actor("reviewer"), table_id, wording, path="goals")


def test_opinion_from_a_finding_names_a_known_rule(world: World) -> None:
    table_id = world.submitted()
    reviewer, wording = world.actor("reviewer"), Wording(True, "写明对象")
    with pytest.raises(Invalid, match="没有这条检查规则"):
        opinion_acts.raise_opinion(world.session, reviewer, table_id, wording, path="goals", rule="W99")
    assert opinion_acts.raise_opinion(world.session, reviewer, table_id, wording, path="goals", rule="W3").rule == "W3"


# --- what a decision raises ----------------------------------------------------------------------


def test_return_raises_only_the_chosen_drafts(world: World) -> None:
    table_id, own, colleagues = submitted_with_drafts(world)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE, drafts=frozenset({colleagues}))
    assert states(world) == {own: "draft", colleagues: "raised"}


def test_return_that_does_not_choose_raises_ones_own(world: World) -> None:
    table_id, own, colleagues = submitted_with_drafts(world)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    assert states(world) == {own: "raised", colleagues: "draft"}


def test_return_without_a_chosen_draft_is_refused(world: World) -> None:
    table_id, *_ = submitted_with_drafts(world)
    with pytest.raises(Invalid, match="请勾选要提出的意见"):
        world.act(table_id, actions.RETURN, "reviewer", due=DUE, drafts=frozenset())


def test_choice_of_what_is_no_draft_of_the_table_is_refused(world: World) -> None:
    table_id, own, _ = submitted_with_drafts(world)
    other = world.submitted(sound_project(2, "610-1301-JBN-0002", "另一项目"))
    foreign = world.opinion(other)
    for forged in (foreign, 9_999_999_999_999):
        with pytest.raises(Stale, match="请核对后重新勾选"):
            world.act(table_id, actions.RETURN, "reviewer", due=DUE, drafts=frozenset({own, forged}))
    world.act(table_id, actions.RETURN, "reviewer", due=DUE, drafts=frozenset({own}))
    with pytest.raises(Stale, match="请核对后重新勾选"):  # raised already
        world.act(other, actions.RETURN, "reviewer", due=DUE, drafts=frozenset({own}))
    assert states(world)[foreign] == "draft"


def test_drafts_that_are_not_raised_do_not_count_against_approval(world: World) -> None:
    table_id, own, colleagues = submitted_with_drafts(world)
    with pytest.raises(Invalid, match="1 条“必须修改”，提出来就不能批复"):
        world.act(table_id, actions.APPROVE, "approver", drafts=frozenset({colleagues}))
    world.act(table_id, actions.APPROVE, "approver", drafts=frozenset())
    assert states(world) == {own: "draft", colleagues: "draft"}
    assert verification.verify(world.session).problems == []


def test_approval_raises_chosen_advice(world: World) -> None:
    table_id, own, colleagues = submitted_with_drafts(world, binding=False)
    world.act(table_id, actions.APPROVE, "approver", drafts=frozenset({own}))
    assert states(world) == {own: "raised", colleagues: "draft"}


def test_drafts_of_an_earlier_round_do_not_count_against_withdrawing(world: World) -> None:
    table_id, own, left = submitted_with_drafts(world, binding=False)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE, drafts=frozenset({own}))
    world.act(table_id, actions.SUBMIT, "head")
    assert world.act(table_id, actions.WITHDRAW, "head").id == table_id
    world.act(table_id, actions.SUBMIT, "head")
    approver = world.actor("approver")
    opinion_acts.revise_opinion(world.session, approver, table_id, left, Wording(False, "再说一次"))
    with pytest.raises(Stale, match="已开始审核"):
        world.act(table_id, actions.WITHDRAW, "head")


def test_draft_that_was_left_is_revised_in_the_next_round_on_its_text(world: World) -> None:
    table_id, own, left = submitted_with_drafts(world, binding=False)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE, drafts=frozenset({own}))
    world.edit(table_id, "goals", "1、新的目标。")
    world.act(table_id, actions.SUBMIT, "head")
    opinion_acts.revise_opinion(world.session, world.actor("approver"), table_id, left, Wording(True, "仍不够"))
    world.act(table_id, actions.RETURN, "approver", due=DUE)
    found = world.session.get_one(Opinion, left)
    assert (found.quoted, found.revision_number, found.state) == ("1、新的目标。", 2, "raised")


def test_draft_whose_row_is_gone_can_only_be_discarded(world: World) -> None:
    table_id = world.submitted()
    own = world.opinion(table_id)
    left = world.opinion(table_id, "approver", path="indicators/aaaa")
    world.act(table_id, actions.RETURN, "reviewer", due=DUE, drafts=frozenset({own}))
    document = sound_project()
    world.save(table_id, replace(document, indicators=document.indicators[1:]))
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, own, kind="changed", text="")
    world.act(table_id, actions.SUBMIT, "head")
    approver = world.actor("approver")
    with pytest.raises(Invalid, match="已不在表中"):
        opinion_acts.revise_opinion(world.session, approver, table_id, left, Wording(True, "仍不够"))
    opinion_acts.discard_opinion(world.session, approver, table_id, left)
    assert left not in states(world)
