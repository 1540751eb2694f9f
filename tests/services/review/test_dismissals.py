"""不提: who dismisses findings and reads dismissals, when they lapse, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal import queries
from portal.domain import actions
from portal.domain.documents import ProjectDocument
from portal.domain.errors import Forbidden, Invalid, NotVisible, Stale
from portal.models import AuditEntry
from portal.services.record import verification
from portal.services.review import dismissals
from tests.world import DUE, PEOPLE, World, sound_project, told

REASON = "一次性购置，写不出人数。"
WITHOUT_NUMBER = ("W18", "purpose")


def without_number() -> ProjectDocument:
    return replace(sound_project(), purpose="支付预算外人员全年工资。")


def dismiss(world: World, table_id: int, by: str = "reviewer", reason: str = REASON) -> None:
    dismissals.dismiss(world.session, world.actor(by), table_id, rule="W18", path="purpose", reason=reason)


def restore(world: World, table_id: int, by: str) -> None:
    dismissals.restore(world.session, world.actor(by), table_id, rule="W18", path="purpose")


def seen_by(world: World, table_id: int, username: str) -> dict[tuple[str, str], str]:
    actor, table = world.actor(username), world.table(table_id)
    found = queries.review.dismissals(
        world.session, actor, table, world.facts(table_id, actor), world.table(table_id).document
    )
    return {key: each.reason for key, each in found.items()}


def test_dismissals_are_made_by_the_bureau_and_read_by_bureau_and_auditor(world: World) -> None:
    table_id, made = world.submitted(without_number()), set()
    for username in PEOPLE:
        try:
            dismiss(world, table_id, username)
            made.add(username)
        except (Forbidden, NotVisible):
            pass
    read = {username for username in PEOPLE if seen_by(world, table_id, username) == {WITHOUT_NUMBER: REASON}}
    assert made == {"reviewer", "approver", "approver2", "everything"}
    assert read == made | {"auditor"}
    assert verification.verify(world.session).problems == []


def test_dismissal_taken_back_by_a_colleague_is_gone_and_the_record_tells_both(world: World) -> None:
    table_id = world.submitted(without_number())
    dismiss(world, table_id)
    restore(world, table_id, "approver")
    assert seen_by(world, table_id, "reviewer") == {}
    number = queries.record.head(world.session)[0]
    last, before = (world.session.get_one(AuditEntry, n) for n in (number, number - 1))
    assert (before.act, told(before)["reason"]) == ("dismiss_finding", REASON)
    assert (last.act, told(last)["from"]) == ("restore_finding", "陈审核（reviewer）")
    assert verification.verify(world.session).problems == []


def test_dismissal_holds_for_the_next_revision_until_the_text_changes(world: World) -> None:
    table_id = world.submitted(without_number())
    dismiss(world, table_id)
    for path, text, expected in (
        ("goals", "1、每月足额发放预算外人员工资。", {WITHOUT_NUMBER: REASON}),
        ("purpose", "支付预算外人员的全年工资和保险。", {}),
    ):
        world.opinion(table_id, binding=False)
        world.act(table_id, actions.RETURN, "reviewer", due=DUE)
        world.edit(table_id, path, text)
        world.act(table_id, actions.SUBMIT, "head")
        assert seen_by(world, table_id, "reviewer") == expected


def test_dismissal_claims_the_table_so_that_it_cannot_be_withdrawn(world: World) -> None:
    table_id = world.submitted(without_number())
    dismiss(world, table_id)
    assert world.table(table_id).claimed_by_id == world.actor("reviewer").id
    with pytest.raises(Stale, match="已开始审核，不能取消送审。"):
        world.act(table_id, actions.WITHDRAW, "head")


def test_dismissal_without_reason_or_of_nothing_is_refused(world: World) -> None:
    table_id = world.submitted(without_number())
    with pytest.raises(Invalid, match="不提要写明理由"):
        dismiss(world, table_id, reason=" ")
    with pytest.raises(Invalid, match="最多 200 个字"):
        dismiss(world, table_id, reason="长" * 201)
    with pytest.raises(Stale, match="没有这条检查结果"):
        dismissals.dismiss(world.session, world.actor("reviewer"), table_id, rule="W18", path="goals", reason=REASON)
    with pytest.raises(Stale, match="没有标为不提"):
        restore(world, table_id, "reviewer")
