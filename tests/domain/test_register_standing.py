"""Every combination of facts has one standing, and every standing some combination."""

from __future__ import annotations

from itertools import product

from portal.domain.register import CASES, Standing, StandingFacts, standing
from portal.domain.register.standing import FACTS
from portal.domain.states import State

ALL = [StandingFacts(state, *flags) for state, *flags in product((None, *State), *[(False, True)] * (len(FACTS) - 1))]


def test_every_standing_is_reached_by_some_facts() -> None:
    assert {standing(facts) for facts in ALL} == set(Standing)


def test_every_case_names_facts_that_exist() -> None:
    assert {name for case in CASES for name in case.facts} <= set(FACTS)


def test_submitted_table_counts_more_than_an_exemption_and_that_more_than_a_draft() -> None:
    assert standing(StandingFacts(State.SUBMITTED, exempt=True)) is Standing.UNDER_REVIEW
    assert standing(StandingFacts(State.DRAFTED, exempt=True)) is Standing.EXEMPT
    assert standing(StandingFacts(exempt=True)) is Standing.EXEMPT


def test_returned_table_with_a_revision_in_force_is_in_adjustment() -> None:
    assert standing(StandingFacts(State.RETURNED, in_force=True)) is Standing.IN_ADJUSTMENT
    assert standing(StandingFacts(State.RETURNED)) is Standing.RETURNED


def test_voided_table_answers_for_its_entry_in_both_states_of_the_office() -> None:
    assert {standing(StandingFacts(state, voided=True)) for state in (State.DRAFTED, State.RETURNED)} == {
        Standing.VOIDED
    }


def test_standings_of_submitted_tables_leave_nothing_to_exempt_or_to_start() -> None:
    assert not [each for each in Standing if each.is_submitted and each.can_start]
