"""Who may stand in for whom, and when; what an actor may in the capacity of another."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from portal.domain.errors import Invalid
from portal.domain.permissions import LONGEST_NAME, Actor, Permission, Relation, Role, TableFacts, may
from portal.domain.stand_ins import (
    SIDES,
    Appointment,
    Period,
    are_on_one_side,
    in_capacity_of,
    require_dates,
    require_fitting,
)
from portal.domain.states import State

TODAY = date(2026, 12, 1)
A, B, C, D = 1, 2, 3, 4
HEAD = Actor(11, "li", "李主任", frozenset({Role.HEAD}), "610002")
DRAFTER = Actor(12, "wang", "王经办", frozenset({Role.DRAFTER}), "610", frozenset({"610002"}))


def period(first: int, last: int) -> Period:
    return Period(TODAY + timedelta(first), TODAY + timedelta(last))


def of(person: int, stand_in: int, first: int = 0, last: int = 9) -> Appointment:
    return Appointment(person, stand_in, period(first, last))


def test_every_role_is_on_exactly_one_side() -> None:
    assert all(sum(role in side for side in SIDES) == 1 for role in Role)


@pytest.mark.parametrize("one", Role)
@pytest.mark.parametrize("other", Role)
def test_stand_in_is_on_the_side_of_the_person(one: Role, other: Role) -> None:
    same = any({one, other} <= side for side in SIDES)
    assert are_on_one_side({one}, {other}) is same


def test_who_is_on_two_sides_stands_in_for_nobody() -> None:
    assert not are_on_one_side({Role.DRAFTER, Role.REVIEWER}, {Role.DRAFTER, Role.REVIEWER})
    assert not are_on_one_side(set(), {Role.DRAFTER})


def test_dates_of_a_day_are_accepted() -> None:
    require_dates(period(0, 0), TODAY)


@pytest.mark.parametrize(
    ("first", "last", "path", "words"),
    [(3, 2, "ends_on", "早于开始"), (-1, 5, "starts_on", "过去的日期")],
)
def test_wrong_dates_are_refused(first: int, last: int, path: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refusal:
        require_dates(period(first, last), TODAY)
    assert refusal.value.path == path


def test_second_stand_in_for_the_same_days_is_refused_and_the_day_after_is_not() -> None:
    with pytest.raises(Invalid, match="2026-12-10 至 2026-12-10 已经有人代办"):
        require_fitting(of(A, C, 9, 20), [of(A, B, 0, 9)])
    require_fitting(of(A, C, 10, 20), [of(A, B, 0, 9)])


def test_one_person_stands_in_for_two() -> None:
    require_fitting(of(C, B), [of(A, B)])


@pytest.mark.parametrize("between", [[], [C], [C, D]], ids=["two", "three", "four"])
def test_circle_is_refused(between: list[int]) -> None:
    chain = [A, *between, B]  # A is stood in for by the next one, and so on
    known = [of(person, stand_in) for person, stand_in in pairwise(chain)]
    with pytest.raises(Invalid, match="绕成一圈") as refusal:
        require_fitting(of(B, A), known)
    assert refusal.value.path == "stand_in"


def test_circle_needs_a_day_that_all_have() -> None:
    require_fitting(of(B, A, 10, 20), [of(A, B, 0, 9)])
    require_fitting(of(C, A, 0, 20), [of(A, B, 0, 4), of(B, C, 5, 9)])


def test_chain_is_no_circle() -> None:
    require_fitting(of(B, C), [of(A, B)])


def test_capacity_has_the_rights_of_the_person_and_none_of_the_own() -> None:
    acting = in_capacity_of(HEAD, DRAFTER, 7, TODAY)

    assert (acting.id, acting.name, acting.roles, acting.office) == (12, "王经办", HEAD.roles, HEAD.office)
    assert acting.ids == {11, 12} and acting.capacity_id == 11
    assert acting.relations_to("610002") == {Relation.OWN} and acting.relations_to("610") == {Relation.NONE}
    assert may(acting, Permission.SUBMIT, TableFacts("610002")) and not may(acting, Permission.EDIT, TableFacts("610"))
    assert DRAFTER.ids == {12} and DRAFTER.capacity_id == 12


@pytest.mark.parametrize("worked", [11, 12])
def test_four_eyes_look_at_both_persons(worked: int) -> None:
    approver = Actor(11, "liu", "刘批复", frozenset({Role.APPROVER}))
    acting = in_capacity_of(approver, Actor(12, "wu", "吴批复", frozenset({Role.APPROVER})), 7, TODAY)
    facts = TableFacts("610002", State.SUBMITTED, submitted_once=True, worked_on_by=frozenset({worked}))
    assert not may(acting, Permission.APPROVE, facts)


def test_signature_has_both_names_and_fits_where_one_name_is_stored() -> None:
    assert in_capacity_of(HEAD, DRAFTER, 7, TODAY).signature == "王经办（代李主任）"
    assert DRAFTER.signature == "王经办"
    long = Actor(13, "long", "长" * LONGEST_NAME)
    signature = in_capacity_of(long, long, 7, TODAY).signature
    assert len(signature) <= LONGEST_NAME and signature.startswith("长") and "…（代长" in signature
