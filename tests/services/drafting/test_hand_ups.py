"""提请送审 and 退给经办人: who hands a table to whom, what ends it, and that nobody outside the office hears of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal import queries
from portal.domain import actions
from portal.domain.errors import Forbidden, Invalid, NotVisible, Refused, Stale
from portal.domain.permissions import Role
from portal.models import AuditEntry, HandUpEvent
from portal.services.administration import budget_years
from portal.services.drafting import drafts, hand_ups, recycle_bin
from portal.services.record.verification import verify
from tests.world import DUE, OFFICE, YEAR, World, sound_project, told

NOTE = "目标已按人数改过，请看第二条。"


def up(world: World, table_id: int, by: str = "drafter", note: str = NOTE) -> HandUpEvent:
    return hand_ups.hand_up(world.session, world.actor(by), table_id, note)


def back(world: World, table_id: int, by: str = "head", note: str = "人数与编制数不符。") -> HandUpEvent:
    return hand_ups.hand_back(world.session, world.actor(by), table_id, note)


def current(world: World, table_id: int) -> tuple[str, str, str] | None:
    found = queries.hand_ups.current(world.session, world.table(table_id))
    return (found.act, found.actor_name, found.note) if found else None


def test_hand_up_holds_until_it_is_handed_back_and_the_other_way_round(world: World) -> None:
    table_id = world.draft()
    assert current(world, table_id) is None
    up(world, table_id)
    assert current(world, table_id) == ("up", "王经办", NOTE)
    back(world, table_id)
    assert current(world, table_id) == ("back", "李主任", "人数与编制数不符。")
    up(world, table_id, "drafter2", "")
    assert current(world, table_id) == ("up", "周经办", "")
    assert world.table(table_id).state == "drafted"
    assert verify(world.session).problems == []


def test_submitting_ends_the_hand_up_also_for_a_table_that_comes_back(world: World) -> None:
    table_id = world.draft()
    up(world, table_id)
    world.act(table_id, actions.SUBMIT, "head")
    assert current(world, table_id) is None
    world.act(table_id, actions.WITHDRAW, "head")
    assert current(world, table_id) is None
    with pytest.raises(Stale, match="没有提请送审"):
        back(world, table_id)
    up(world, table_id)
    world.act(table_id, actions.SUBMIT, "head")
    world.opinion(table_id)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    assert current(world, table_id) is None


def test_hand_up_is_repeated_only_after_a_change_which_is_counted(world: World) -> None:
    table_id = world.draft()
    first = up(world, table_id)
    with pytest.raises(Invalid, match="王经办已经提请送审，之后没有再改"):
        up(world, table_id, "drafter2")
    world.edit(table_id, "goals", "1、每月10日前发放3人工资。")
    world.edit(table_id, "purpose", "支付3人工资。", by="drafter2")
    since = queries.hand_ups.changes_after(world.session, world.table(table_id), first.version)
    assert (since.count, since.by) == (2, "周经办")
    assert up(world, table_id).version == first.version + 2


def test_hand_back_needs_a_word_and_something_to_hand_back(world: World) -> None:
    table_id = world.draft()
    with pytest.raises(Stale, match="没有提请送审"):
        back(world, table_id)
    up(world, table_id)
    with pytest.raises(Invalid, match="请写明退给经办人的原因") as refused:
        back(world, table_id, note=" \n")
    assert refused.value.path == "note"
    with pytest.raises(Invalid, match="附言不超过 500 字"):
        back(world, table_id, note="长" * 501)
    back(world, table_id)
    with pytest.raises(Stale, match="已由李主任退给经办人"):
        back(world, table_id)


@pytest.mark.parametrize(
    ("by", "error"),
    [
        *(("head", Forbidden), ("everything", Invalid), ("above_drafter", Forbidden), ("reviewer", NotVisible)),
        *(("approver", NotVisible), ("auditor", Forbidden), ("outsider", NotVisible), ("admin", NotVisible)),
    ],
)
def test_only_a_drafter_who_cannot_submit_hands_up(world: World, by: str, error: type[Refused]) -> None:
    table_id = world.draft()
    with pytest.raises(error):
        up(world, table_id, by)
    assert current(world, table_id) is None


@pytest.mark.parametrize(
    ("by", "error"),
    [("drafter", Forbidden), ("above_head", Forbidden), ("reviewer", NotVisible), ("admin", NotVisible)],
)
def test_only_the_offices_own_head_hands_back(world: World, by: str, error: type[Refused]) -> None:
    table_id = world.draft()
    up(world, table_id)
    with pytest.raises(error):
        back(world, table_id, by)


def test_table_with_the_bureau_and_a_closed_year_are_refused(world: World) -> None:
    with pytest.raises(Stale, match="现在的状态是“已送审”"):
        up(world, world.submitted())
    draft_id = world.draft(sound_project(2, "610-1301-JBN-0002", "另一项目"))
    budget_years.close_year(world.session, None, YEAR)
    with pytest.raises(Invalid, match="年度已关闭"):
        up(world, draft_id)


def test_entry_holds_no_word_of_the_note_and_the_discarded_draft_keeps_its_hand_up(world: World) -> None:
    table_id = world.draft()
    entered = up(world, table_id)
    entry = world.session.scalars(select(AuditEntry).where(AuditEntry.act == "hand_up")).one()
    assert told(entry) == {"version": entered.version, "step": entered.id}
    assert NOTE not in entry.detail and "工作经费" not in entry.object_name
    drafts.discard(world.session, world.actor("drafter"), table_id)
    recycle_bin.restore(world.session, world.actor("drafter"), table_id)
    assert current(world, table_id) == ("up", "王经办", NOTE)
    assert verify(world.session).problems == []


def test_people_of_an_office_are_its_active_drafters_and_heads(world: World) -> None:
    assert queries.hand_ups.people(world.session, OFFICE) == {
        Role.DRAFTER: ["王经办", "周经办", "一人多职"],
        Role.HEAD: ["李主任", "一人多职"],
    }
