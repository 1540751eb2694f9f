"""The life of a table through the services: what each move leaves behind, what each demand refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal import queries
from portal.database import local_today
from portal.domain import actions, documents
from portal.domain.actions import TransitionRequest
from portal.domain.calendar import CALENDAR
from portal.domain.deadlines import LONGEST_DUE
from portal.domain.errors import Forbidden, Invalid, NotVisible, Stale
from portal.domain.rules import Blocked
from portal.services.record import verification
from portal.services.review import claims, opinion_acts, workflow
from tests.world import DUE, World, sound_project


def test_table_travels_from_draft_to_approval_in_two_rounds(world: World) -> None:
    table_id = world.returned()
    (opinion,) = queries.review.opinions(
        world.session,
        world.actor("drafter"),
        world.table(table_id),
        world.facts(table_id, world.actor("drafter")),
    )
    assert (opinion.state, opinion.path, opinion.binding) == ("raised", "goals", True)
    world.edit(table_id, "goals", "1、每月10日前发放3人工资。")
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion.id, kind="changed", text="已量化")
    world.act(table_id, actions.SUBMIT, "head")
    opinion_acts.accept(world.session, world.actor("reviewer"), table_id, opinion.id)
    world.act(table_id, actions.APPROVE, "approver")

    table = world.table(table_id)
    revisions = queries.revisions.revisions(world.session, table_id)
    assert (table.state, table.submission_count, table.return_count) == ("approved", 2, 1)
    assert [(r.number, r.round) for r in revisions] == [(2, 2), (1, 1)]
    assert table.in_force_id == revisions[0].id
    assert world.history(table_id) == [
        "approve",
        "submit",
        "return",
        "submit",
        "create",
    ]
    assert verification.verify(world.session).problems == []


def test_withdrawing_goes_back_to_where_the_table_came_from(world: World) -> None:
    table_id = world.submitted()
    assert world.act(table_id, actions.WITHDRAW, "head").id == table_id
    assert world.table(table_id).state == "drafted"


def test_withdrawing_from_second_round_keeps_round_and_due_date(world: World) -> None:
    table_id = world.returned()
    (opinion,) = _opinions(world, table_id)
    opinion_acts.answer(world.session, world.actor("head"), table_id, opinion.id, kind="kept", text="依据文件")
    world.act(table_id, actions.SUBMIT, "head")
    world.act(table_id, actions.WITHDRAW, "head")
    table = world.table(table_id)
    assert (table.state, table.due_on) == ("returned", DUE)
    world.act(table_id, actions.SUBMIT, "head")
    assert [r.round for r in queries.revisions.revisions(world.session, table_id)] == [2, 2, 1]


@pytest.mark.parametrize("taken_up", ["claim", "opinion"])
def test_withdrawing_is_refused_once_the_bureau_has_begun(world: World, taken_up: str) -> None:
    table_id = world.submitted()
    if taken_up == "claim":
        claims.claim(world.session, world.actor("reviewer"), table_id)
    else:
        world.opinion(table_id, binding=False)
    with pytest.raises(Stale, match="^已开始审核，不能取消送审。$"):
        world.act(table_id, actions.WITHDRAW, "head")
    assert world.table(table_id).state == "submitted"


def test_errors_block_submitting_and_nothing_is_left_behind(world: World) -> None:
    document = documents.with_value(sound_project(), "goals", "1、发放工资。\n2、发放工资。")
    table_id = world.draft(document)
    with pytest.raises(Blocked) as refusal:
        world.act(table_id, actions.SUBMIT, "head")
    assert [f.rule for f in refusal.value.findings] == ["E8"]
    assert world.table(table_id).submission_count == 0
    assert queries.revisions.revisions(world.session, table_id) == []


def test_binding_opinion_must_be_answered_before_submitting(world: World) -> None:
    table_id = world.returned()
    with pytest.raises(Invalid, match="1 条“必须修改”的意见没有答复"):
        world.act(table_id, actions.SUBMIT, "head")


def test_binding_opinion_must_be_accepted_before_approval(world: World) -> None:
    table_id = world.returned()
    opinion_id = _opinions(world, table_id)[0].id
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion_id, kind="changed", text="")
    world.act(table_id, actions.SUBMIT, "head")
    with pytest.raises(Invalid, match="1 条“必须修改”的意见没有采纳"):
        world.act(table_id, actions.APPROVE, "approver")


def test_return_demands_an_opinion_and_a_due_date_on_a_working_day_from_today_on(world: World) -> None:
    table_id = world.submitted()
    with pytest.raises(Invalid, match="至少一条意见"):
        world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    world.opinion(table_id)
    with pytest.raises(Invalid, match="期限"):
        world.act(table_id, actions.RETURN, "reviewer")
    with pytest.raises(Invalid, match="不能早于今天"):
        world.act(table_id, actions.RETURN, "reviewer", due=DUE.replace(year=2001))
    day_off = next(on for n in range(10) if not CALENDAR.is_working_day(on := local_today() + timedelta(days=n)))
    following = CALENDAR.next_working_day(day_off)
    with pytest.raises(Invalid, match=f"{day_off} 不是工作日，其后第一个工作日是 {following}"):
        world.act(table_id, actions.RETURN, "reviewer", due=day_off)
    furthest = CALENDAR.add(local_today(), LONGEST_DUE)
    with pytest.raises(Invalid, match=f"期限最远到 {furthest}（20 个工作日"):
        world.act(table_id, actions.RETURN, "reviewer", due=CALENDAR.add(furthest, 1))
    world.act(table_id, actions.RETURN, "reviewer", due=furthest)


def test_reopening_needs_a_reason_and_keeps_the_approved_revision_in_force(world: World) -> None:
    table_id = world.approved()
    in_force = world.table(table_id).in_force_id
    with pytest.raises(Invalid, match="理由"):
        world.act(table_id, actions.REOPEN, "approver", due=DUE, reason=" ")
    world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="预算调整")
    table = world.table(table_id)
    assert (table.state, table.in_force_id) == ("returned", in_force)


def test_four_eyes_whoever_edited_or_submitted_cannot_approve(world: World) -> None:
    table_id = world.draft(by="everything")
    world.act(table_id, actions.SUBMIT, "everything")
    with pytest.raises(Forbidden):
        world.act(table_id, actions.APPROVE, "everything")
    assert world.act(table_id, actions.APPROVE, "approver").id == table_id


def test_decision_on_an_older_digest_is_refused(world: World) -> None:
    table_id = world.submitted()
    with pytest.raises(Stale, match="内容有了变化"):
        workflow.perform(
            world.session, world.actor("approver"), table_id, TransitionRequest(actions.APPROVE, digest="0" * 64)
        )


def test_action_in_the_wrong_state_says_what_happened_meanwhile(world: World) -> None:
    table_id = world.approved()
    with pytest.raises(Stale, match="已由刘批复（approver）批复，现在的状态是“已批复”"):
        world.act(table_id, actions.APPROVE, "approver2")


def test_bureau_does_not_see_a_draft_that_was_never_submitted(world: World) -> None:
    table_id = world.draft()
    with pytest.raises(NotVisible):
        world.act(table_id, actions.APPROVE, "approver")


def test_draft_opinions_and_acceptances_stay_the_bureaus_until_the_decision(world: World) -> None:
    table_id = world.returned()
    (first,) = _opinions(world, table_id)
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, first.id, kind="changed", text="")
    world.act(table_id, actions.SUBMIT, "head")
    opinion_acts.accept(world.session, world.actor("reviewer"), table_id, first.id)
    draft = world.opinion(table_id, path="purpose", binding=False)
    assert [(o.id, o.state) for o in _opinions(world, table_id)] == [(first.id, "answered")]
    assert [o.state for o in _opinions(world, table_id, "reviewer")] == ["accepted", "draft"]
    world.act(table_id, actions.APPROVE, "approver", drafts=frozenset({draft}))
    assert [o.state for o in _opinions(world, table_id)] == ["accepted", "raised"]


def test_two_tables_with_one_project_code_cannot_both_be_submitted(world: World) -> None:
    world.submitted()
    second = world.draft(sound_project(2, name="另一个项目"))
    with pytest.raises(Blocked) as refusal:
        world.act(second, actions.SUBMIT, "head")
    assert {f.rule for f in refusal.value.findings} == {"E3"}


def _opinions(world: World, table_id: int, who: str = "drafter") -> list[queries.review.OpinionLine]:
    actor = world.actor(who)
    return queries.review.opinions(world.session, actor, world.table(table_id), world.facts(table_id, actor))


def test_reason_of_an_action_has_a_longest_length(world: World) -> None:
    table_id = world.approved()
    with pytest.raises(Invalid, match="理由太长"):
        world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="长" * (documents.MAX_TEXT + 1))
    world.act(table_id, actions.REOPEN, "approver", due=DUE, reason="长" * documents.MAX_TEXT)
