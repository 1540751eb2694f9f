"""Selections of the register: what adds up to what, and which entries each holds."""

from __future__ import annotations

from itertools import product

from portal.domain.register import (
    AT_BUREAU,
    IN_FORCE,
    NOT_SUBMITTED,
    OVERDUE,
    OWED,
    SUBMITTED,
    TO_CHANGE,
    WITH_OFFICE,
    Standing,
    selects,
)


def test_parts_of_what_is_owed_add_up_and_overlap_nowhere() -> None:
    parts = (NOT_SUBMITTED, AT_BUREAU, TO_CHANGE)

    assert sum(len(each.standings) for each in parts) + 1 == len(OWED.standings)
    assert frozenset().union(*(each.standings for each in parts)) | {Standing.APPROVED} == OWED.standings
    assert NOT_SUBMITTED.standings | SUBMITTED.standings == OWED.standings
    assert NOT_SUBMITTED.standings | TO_CHANGE.standings == WITH_OFFICE.standings


def test_what_nobody_waits_for_is_neither_owed_nor_overdue() -> None:
    for standing, is_overdue in product((Standing.EXEMPT, Standing.VOIDED), (True, False)):
        assert not selects(OWED, standing, in_force=False, is_overdue=is_overdue)
        assert not selects(OVERDUE, standing, in_force=False, is_overdue=is_overdue)


def test_in_force_counts_a_table_in_adjustment_and_one_submitted_again() -> None:
    for standing in (Standing.APPROVED, Standing.IN_ADJUSTMENT, Standing.UNDER_REVIEW):
        assert selects(IN_FORCE, standing, in_force=True, is_overdue=False)
    assert not selects(IN_FORCE, Standing.UNDER_REVIEW, in_force=False, is_overdue=False)


def test_overdue_needs_a_date_that_has_passed_and_the_office_to_move() -> None:
    assert selects(OVERDUE, Standing.DRAFTED, in_force=False, is_overdue=True)
    assert not selects(OVERDUE, Standing.DRAFTED, in_force=False, is_overdue=False)
    assert not selects(OVERDUE, Standing.UNDER_REVIEW, in_force=False, is_overdue=True)
