"""代拟改法: the office takes proposed changes, one or all with 全部接受并送审, and the portal proves what was taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from portal import queries
from portal.domain import actions, documents
from portal.domain.actions import TransitionRequest
from portal.domain.changes import Delete, Insert, Operation, Set
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.models import Opinion
from portal.services.drafting import attachments
from portal.services.record import verification
from portal.services.review import accepting, opinion_acts, proof
from portal.services.review.wordings import Wording
from portal.storage import AttachmentStore
from tests.domain.files import PDF
from tests.services.moments import without_warnings
from tests.world import DUE, World, sound_project

GOALS = Set("goals", sound_project().goals, "1、每月10日前发放3人工资。")
DESCRIPTION = Set("indicators/aaaa/description", "全年发放工资的人数", "全年按月发放工资的人数")
ROW = (
    Insert("indicators", "neww", "dddd"),
    Set("indicators/neww/level1", "", "产出指标"),
    Set("indicators/neww/level2", "", "质量指标"),
    Set("indicators/neww/level3", "", "工资足额发放率"),
    Set("indicators/neww/description", "", "足额发放工资的人数占比"),
    Set("indicators/neww/target_value", "", "100%"),
    Set("indicators/neww/basis", "", "冀财资〔2017〕674号"),
)


def propose(world: World, table_id: int, path: str, operations: Sequence[Operation], by: str = "reviewer") -> int:
    wording = Wording(True, "请按代拟的改。", "other", operations)
    return opinion_acts.raise_opinion(world.session, world.actor(by), table_id, wording, path=path).id


def returned(world: World, *, others: bool = False) -> tuple[int, list[int]]:
    """A returned table with three opinions that propose changes; `others`: and one that proposes none."""
    without_warnings(world)
    table_id = world.submitted()
    found = [
        propose(world, table_id, "goals", [GOALS]),
        propose(world, table_id, "indicators/aaaa/description", [DESCRIPTION]),
        propose(world, table_id, "indicators", ROW),
    ]
    if others:
        world.opinion(table_id, path="purpose", binding=False)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    return table_id, found


def adopt(world: World, table_id: int, opinion_id: int, by: str = "drafter") -> None:
    opinion_acts.adopt(world.session, world.actor(by), table_id, opinion_id)


def accept_all(world: World, table_id: int, digest: str = "", by: str = "head") -> None:
    offered = proof.offer(world.session, world.table(table_id))
    wanted = digest or (offered.digest if offered else "")
    enclosed = queries.enclosures.of_table(world.session, world.table(table_id)).digest
    request = TransitionRequest(actions.SUBMIT, wanted, enclosed=enclosed)
    accepting.accept_all_and_submit(world.session, world.actor(by), table_id, request)


def is_proven(world: World, table_id: int) -> bool | None:
    table = world.table(table_id)
    return queries.revisions.revision(world.session, table_id, table.submission_count).as_proposed


# --- one -----------------------------------------------------------------------------------------


def test_office_takes_a_proposed_row_as_one_step_and_has_answered(world: World) -> None:
    table_id, (_, _, row) = returned(world)
    version = world.table(table_id).version
    entries = queries.record.head(world.session)[0]
    adopt(world, table_id, row)
    table = world.table(table_id)
    assert [each.id for each in documents.rows(table.document, "indicators")] == [
        "aaaa",
        "bbbb",
        "cccc",
        "dddd",
        "neww",
    ]
    assert table.version == version + 1
    opinion = world.session.get_one(Opinion, row)
    assert (opinion.state, opinion.answer) == ("answered", "changed")
    assert queries.record.head(world.session)[0] == entries + 1
    assert verification.verify(world.session).problems == []


def test_proposed_changes_are_not_taken_where_the_text_has_changed(world: World) -> None:
    table_id, (goals, *_) = returned(world)
    world.edit(table_id, "goals", "1、自己改过的目标。")
    with pytest.raises(Stale, match="原文已变"):
        adopt(world, table_id, goals)
    assert world.session.get_one(Opinion, goals).state == "raised"


def test_proposed_changes_are_taken_once(world: World) -> None:
    table_id, (goals, *_) = returned(world)
    adopt(world, table_id, goals)
    with pytest.raises(Stale, match="原文已变"):
        adopt(world, table_id, goals)


def test_opinion_without_proposed_changes_has_none_to_take(world: World) -> None:
    table_id = world.returned()
    with pytest.raises(Invalid, match="没有代拟改法"):
        adopt(world, table_id, 1)


def test_reviewer_does_not_take_what_was_proposed(world: World) -> None:
    table_id, (goals, *_) = returned(world)
    with pytest.raises((Forbidden, Stale)):
        adopt(world, table_id, goals, "reviewer")


# --- all, and the proof --------------------------------------------------------------------------


def test_head_takes_all_and_submits_which_is_proven(world: World) -> None:
    table_id, found = returned(world)
    accept_all(world, table_id)
    table = world.table(table_id)
    assert (table.state, table.submission_count) == ("submitted", 2)
    assert is_proven(world, table_id) is True
    assert {world.session.get_one(Opinion, each).state for each in found} == {"answered"}
    assert verification.verify(world.session).problems == []


def test_what_was_proven_needs_no_acceptance_before_approval(world: World) -> None:
    table_id, _ = returned(world)
    accept_all(world, table_id)
    world.act(table_id, actions.APPROVE, "approver")
    assert world.table(table_id).state == "approved"


def test_whoever_proposed_what_was_taken_does_not_approve(world: World) -> None:
    without_warnings(world)
    table_id = world.submitted()
    propose(world, table_id, "goals", [GOALS], by="approver")
    world.act(table_id, actions.RETURN, "approver", due=DUE)
    accept_all(world, table_id)
    with pytest.raises(Forbidden):
        world.act(table_id, actions.APPROVE, "approver")
    world.act(table_id, actions.APPROVE, "approver2")


def test_taking_each_by_itself_proves_the_same(world: World) -> None:
    table_id, found = returned(world)
    for opinion_id in reversed(found):
        adopt(world, table_id, opinion_id)
    world.act(table_id, actions.SUBMIT, "head")
    assert is_proven(world, table_id) is True


def test_another_change_beside_is_not_as_proposed(world: World) -> None:
    table_id, found = returned(world)
    for opinion_id in found:
        adopt(world, table_id, opinion_id)
    world.edit(table_id, "purpose", "支付预算外人员3人全年的工资。")
    world.act(table_id, actions.SUBMIT, "head")
    assert is_proven(world, table_id) is False
    with pytest.raises(Invalid, match="没有采纳"):
        world.act(table_id, actions.APPROVE, "approver")


def test_change_left_out_is_not_as_proposed(world: World) -> None:
    table_id, (first, *others) = returned(world)
    adopt(world, table_id, first)
    for opinion_id in others:
        opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion_id, kind="kept", text="有依据")
    world.act(table_id, actions.SUBMIT, "head")
    assert is_proven(world, table_id) is False


def test_other_enclosures_are_not_as_proposed(world: World, store: AttachmentStore) -> None:
    table_id, found = returned(world)
    attachments.attach(world.session, world.actor("drafter"), store, table_id, "合同.pdf", PDF)
    assert proof.offer(world.session, world.table(table_id)) is None
    for opinion_id in found:
        adopt(world, table_id, opinion_id)
    world.act(table_id, actions.SUBMIT, "head")
    assert is_proven(world, table_id) is False


def test_first_submission_and_one_without_opinions_are_not_as_proposed(world: World) -> None:
    table_id = world.submitted()
    assert is_proven(world, table_id) is False
    world.act(table_id, actions.WITHDRAW, "head")
    world.act(table_id, actions.SUBMIT, "head")
    assert is_proven(world, table_id) is False


def test_all_cannot_be_taken_where_an_opinion_proposes_nothing(world: World) -> None:
    table_id, _ = returned(world, others=True)
    assert proof.offer(world.session, world.table(table_id)) is None
    with pytest.raises(Stale, match="请逐条办理"):
        accept_all(world, table_id, world.table(table_id).digest)


def test_all_cannot_be_taken_after_an_edit_or_an_answer(world: World) -> None:
    table_id, (goals, *_) = returned(world)
    before = world.table(table_id).document
    world.edit(table_id, "purpose", "支付预算外人员3人全年的工资。")
    assert proof.offer(world.session, world.table(table_id)) is None
    world.save(table_id, before)
    assert proof.offer(world.session, world.table(table_id)) is not None
    adopt(world, table_id, goals)
    assert proof.offer(world.session, world.table(table_id)) is None


def test_nothing_is_taken_where_the_table_cannot_be_submitted(world: World) -> None:
    table_id, found = returned(world)
    version = world.table(table_id).version
    with pytest.raises(Stale, match="表的内容有了变化"):
        accept_all(world, table_id, "0" * 64)
    assert world.table(table_id).version == version
    assert {world.session.get_one(Opinion, each).state for each in found} == {"raised"}


def test_drafter_does_not_take_all_and_submit(world: World) -> None:
    table_id, _ = returned(world)
    with pytest.raises(Forbidden):
        accept_all(world, table_id, by="drafter")


def test_row_that_is_taken_out_is_proven(world: World) -> None:
    without_warnings(world)
    document = sound_project()
    extra = replace(document.indicators[0], id="eeee", level3="发放工资月数", target_value="12个月")
    table_id = world.submitted(replace(document, indicators=(*document.indicators, extra)))
    propose(world, table_id, "indicators/eeee", [Delete("eeee")])
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    accept_all(world, table_id)
    assert is_proven(world, table_id) is True
    assert world.table(table_id).document.indicators == document.indicators  # type: ignore[union-attr]
