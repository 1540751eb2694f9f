"""Handing everything over to a colleague, and disabling an account with what hangs on it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal import queries
from portal.domain.errors import Forbidden, Invalid
from portal.models import AuditEntry, User
from portal.services.administration import handovers
from portal.services.administration.claim_moves import NOBODY
from portal.services.administration.handovers import Handover
from portal.services.record import verification
from portal.services.review import claims
from tests.world import OFFICE, PEOPLE, World, sound_project, told


def entries(world: World) -> list[AuditEntry]:
    world.session.rollback()
    return list(world.session.scalars(select(AuditEntry).order_by(AuditEntry.number)))


def user(world: World, username: str) -> User:
    world.session.rollback()
    return world.session.scalars(select(User).where(User.username == username)).one()


def claimed(world: World) -> int:
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    return table_id


def test_everything_of_one_goes_to_another_and_is_recorded_with_both_names(world: World) -> None:
    table_id, leaver, other = claimed(world), user(world, "reviewer").id, user(world, "other_reviewer").id
    before = len(entries(world))

    wanted = Handover(other, other, " 调\t离 ")
    handovers.hand_over(world.session, world.actor("admin"), leaver, wanted, disable=True)

    assert world.actor("other_reviewer").offices_assigned == {OFFICE, "61000201", "620001"}
    assert (user(world, "reviewer").active, world.table(table_id).claimed_by_id) == (False, other)
    found = entries(world)[before:]
    assert [(entry.act, entry.object_name.rpartition("（")[2]) for entry in found[:2]] == [
        ("change_user", "other_reviewer）"),
        ("change_user", "reviewer）"),
    ]
    assert [entry.act for entry in found[2:]] == ["move_claim", "disable_user"]
    assert told(found[0])["taken_from"] == "陈审核（reviewer）"
    assert told(found[1])["handed_to"] == "孙审核（other_reviewer）"
    assert told(found[3]) == {"reason": "调 离"}
    assert verification.verify(world.session).problems == []


def test_handover_without_disabling_leaves_the_account(world: World) -> None:
    table_id, leaver, other = claimed(world), user(world, "reviewer").id, user(world, "other_reviewer").id
    handovers.hand_over(world.session, None, leaver, Handover(other, user(world, "approver").id))
    assert world.actor("reviewer").offices_assigned == set()
    assert world.table(table_id).claimed_by_id == user(world, "approver").id
    handovers.hand_over(world.session, None, other, Handover(leaver, NOBODY))
    assert world.actor("reviewer").offices_assigned == {OFFICE, "61000201", "620001"}


def test_nobody_takes_over_only_with_a_reason_and_offices_come_back_with_the_account(world: World) -> None:
    table_id, leaver = claimed(world), user(world, "reviewer").id
    nobody = Handover(NOBODY, NOBODY)
    with pytest.raises(Invalid, match="写明理由") as refusal:
        handovers.hand_over(world.session, None, leaver, nobody, disable=True)
    assert refusal.value.path == "reason"
    assert (user(world, "reviewer").active, world.table(table_id).claimed_by_id) == (True, leaver)
    handovers.hand_over(world.session, None, leaver, Handover(NOBODY, NOBODY, "科室撤销"), disable=True)
    assert (user(world, "reviewer").active, world.table(table_id).claimed_by_id) == (False, None)
    found = queries.administration.people.person(world.session, leaver)
    assert found
    assert found.assigned == {OFFICE}


@pytest.mark.parametrize(("offices_to", "claims_to", "path", "words"), [
    (None, "other_reviewer", "offices_to", "请选择分管单位"),
    ("other_reviewer", None, "claims_to", "请选择认领的表"),
    ("approver", "approver", "offices_to", "不是在用的业务科室审核人"),
    ("reviewer", "other_reviewer", "offices_to", "不能交给本人"),
    ("other_reviewer", "drafter", "claims_to", "王经办不能审核 610002 的表"),
    ("", "other_reviewer", "claims_to", "孙审核不能审核 610002 的表"),
])  # fmt: skip
def test_handover_that_cannot_be_changes_nothing(
    world: World, offices_to: str | None, claims_to: str | None, path: str, words: str
) -> None:
    claimed(world)
    before = len(entries(world))

    def number(name: str | None) -> int | None:
        return None if name is None else user(world, name).id if name else NOBODY

    wanted = Handover(number(offices_to), number(claims_to), "调离")
    with pytest.raises(Invalid, match=words) as refusal:
        handovers.hand_over(world.session, None, user(world, "reviewer").id, wanted, disable=True)
    assert (refusal.value.path, len(entries(world))) == (path, before)


def test_handover_is_the_administrators_and_gives_nothing_to_himself(world: World) -> None:
    leaver, other = user(world, "reviewer").id, user(world, "other_reviewer").id
    for username in PEOPLE:
        if username != "admin":
            with pytest.raises(Forbidden):
                handovers.hand_over(world.session, world.actor(username), leaver, Handover(other, other))
    admin = world.actor("admin")
    with pytest.raises(Invalid, match="不能停用自己"):
        handovers.hand_over(world.session, admin, admin.id, Handover(), disable=True)


def test_what_hangs_on_a_person_is_counted(world: World) -> None:
    table_id = claimed(world)
    world.opinion(table_id, path="purpose", binding=False)
    found = queries.administration.duties.duties(world.session, user(world, "reviewer"))
    assert (found.claims, found.draft_opinion_count, found.offices[0][0]) == ({OFFICE: 1}, 1, OFFICE)
    assert found.left_alone == []  # 一人多职 reviews the office too

    handovers.hand_over(world.session, None, user(world, "everything").id, Handover(NOBODY, NOBODY, "离"), disable=True)
    found = queries.administration.duties.duties(world.session, user(world, "reviewer"))
    assert [code for code, _ in found.left_alone] == [OFFICE]
    world.draft(sound_project(2, "610-1301-JBN-0002", "另一项目"), by="drafter2")
    drafter = queries.administration.duties.duties(world.session, user(world, "drafter2"))
    assert (drafter.own_draft_count, drafter.is_only_head) == (1, False)
    assert queries.administration.duties.duties(world.session, user(world, "head")).is_only_head
