"""Saving 分管 as one form, and what becomes of claims when offices are taken away."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.domain.errors import Forbidden, Invalid
from portal.domain.portfolios import PortfolioRow
from portal.models import AuditEntry, Participation
from portal.services.administration import people, portfolios
from portal.services.administration.accounts import PersonForm
from portal.services.administration.claim_moves import ClaimsUndecided
from portal.services.administration.portfolios import PortfoliosChanged
from portal.services.record import verification
from portal.services.review import claims
from tests.world import OFFICE, PEOPLE, World, told


def row(office: str, base: set[int], wanted: set[int]) -> PortfolioRow:
    return PortfolioRow(office, frozenset(base), frozenset(wanted))


def entries(world: World, after: int = 0) -> list[AuditEntry]:
    world.session.rollback()
    return list(world.session.scalars(select(AuditEntry).where(AuditEntry.number > after).order_by(AuditEntry.number)))


def ids(world: World) -> tuple[int, int]:
    return world.actor("reviewer").id, world.actor("other_reviewer").id


def test_portfolios_of_several_people_change_in_one_act_with_an_entry_for_each(world: World) -> None:
    one, other = ids(world)
    before = len(entries(world))
    rows = [row(OFFICE, {one}, {other}), row("620001", {other}, {one, other}), row("610", set(), {one})]

    assert portfolios.save(world.session, world.actor("admin"), rows, {one, other}) == ["陈审核", "孙审核"]

    assert world.actor("other_reviewer").offices_assigned == {OFFICE, "61000201", "620001"}
    assert {"610", "620001"} <= world.actor("reviewer").offices_assigned
    assert [(entry.act, entry.object_name, told(entry)["assigned"]) for entry in entries(world, before)] == [
        ("change_user", "陈审核（reviewer）", ["610", "620001"]),
        ("change_user", "孙审核（other_reviewer）", [OFFICE, "620001"]),
    ]
    assert verification.verify(world.session).problems == []


def test_portfolios_nobody_changed_enter_nothing(world: World) -> None:
    one, other = ids(world)
    before = len(entries(world))
    assert portfolios.save(world.session, None, [row(OFFICE, {one}, {one})], {one, other}) == []
    assert len(entries(world)) == before


def test_portfolios_changed_by_a_colleague_meanwhile_are_refused_whole(world: World) -> None:
    one, other = ids(world)
    shown = {one, other}
    portfolios.save(world.session, None, [row(OFFICE, {one}, {other})], shown)
    late = [row(OFFICE, {one}, {one, other}), row("610", set(), {one})]

    with pytest.raises(PortfoliosChanged, match=OFFICE) as refusal:
        portfolios.save(world.session, None, late, shown)

    assert refusal.value.offices == [OFFICE]
    assert world.actor("reviewer").offices_assigned == set()
    portfolios.save(world.session, None, [row("620001", {other}, {one, other})], shown)
    assert world.actor("other_reviewer").offices_assigned >= {OFFICE, "620001"}


def test_portfolios_are_kept_by_the_administrator_and_name_known_people_and_offices(world: World) -> None:
    one, other = ids(world)
    for username in PEOPLE:
        if username != "admin":
            with pytest.raises(Forbidden):
                portfolios.save(world.session, world.actor(username), [row(OFFICE, {one}, set())], {one})
    with pytest.raises(Invalid, match="没有编码为 999999 的单位"):
        portfolios.save(world.session, None, [row("999999", set(), {one})], {one})
    with pytest.raises(Invalid, match="没有编号为"):
        portfolios.save(world.session, None, [row(OFFICE, set(), {other})], {one})


def test_administrator_who_reviews_gives_no_office_to_himself(world: World) -> None:
    admin = world.actor("admin")
    with pytest.raises(Invalid, match="不能给自己增加分管单位"):
        portfolios.save(world.session, admin, [row(OFFICE, set(), {admin.id})], {admin.id})


# --- claims ----------------------------------------------------------------------------------------


def claimed(world: World) -> int:
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    return table_id


def test_claims_of_offices_taken_away_ask_for_a_successor(world: World) -> None:
    table_id, (one, other) = claimed(world), ids(world)
    rows, shown = [row(OFFICE, {one}, {other})], {one, other}
    before = len(entries(world))

    with pytest.raises(ClaimsUndecided, match="陈审核认领的 1 张表") as refusal:
        portfolios.save(world.session, None, rows, shown, lambda _: None)
    assert (refusal.value.lost[0].user_id, dict(refusal.value.lost[0].by_office)) == (one, {OFFICE: 1})
    with pytest.raises(Invalid, match="王经办不能审核"):
        portfolios.save(world.session, None, rows, shown, lambda _: world.actor("drafter").id)
    assert (len(entries(world)), world.table(table_id).claimed_by_id) == (before, one)

    portfolios.save(world.session, world.actor("admin"), rows, shown, lambda _: other)
    assert world.table(table_id).claimed_by_id == other
    moved = entries(world, before)[0]
    assert (moved.act, moved.actor) == ("move_claim", "管理员（admin）")
    assert told(moved) == {"claim_of": "陈审核（reviewer）", "claim_to": "孙审核（other_reviewer）"}
    assert verification.verify(world.session).problems == []


def test_claims_end_when_the_claimant_is_disabled_or_loses_the_role(world: World) -> None:
    table_id, (one, _) = claimed(world), ids(world)
    people.change_user(world.session, None, one, PersonForm("陈审核", ["reviewer"], "", [OFFICE, "620001"]))
    assert world.table(table_id).claimed_by_id == one
    people.change_user(world.session, None, one, PersonForm("陈审核", ["auditor"]))
    assert world.table(table_id).claimed_by_id is None
    assert [entry.act for entry in entries(world)][-2:] == ["end_claim", "change_user"]

    claims.claim(world.session, world.actor("approver"), table_id)
    people.set_active(world.session, None, world.actor("approver").id, False)
    assert world.table(table_id).claimed_by_id is None
    assert told(entries(world)[-2]) == {"claim_of": "刘批复（approver）"}
    assert verification.verify(world.session).problems == []


def test_administrator_who_moves_claims_has_not_worked_on_the_table(world: World) -> None:
    table_id, (one, other) = claimed(world), ids(world)
    admin = world.actor("admin")
    portfolios.save(world.session, admin, [row(OFFICE, {one}, {other})], {one, other}, lambda _: other)
    assert world.session.get(Participation, (admin.id, table_id)) is None
