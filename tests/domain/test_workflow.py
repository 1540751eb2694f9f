"""When a table moves: the life of a table as it was decided, written out once more, against TRANSITIONS as a whole."""

from __future__ import annotations

from itertools import product

import pytest

from portal.domain.acts import Act
from portal.domain.permissions import Actor, Permission, Relation, Role, TableFacts
from portal.domain.states import State
from portal.domain.workflow import TRANSITIONS, Action, Demand, actions_open_to, is_lawful

LIFE = {
    # action: from, to, demands
    "submit": ("drafted returned", "submitted", "same_digest no_errors binding_answered"),
    "withdraw": ("submitted", None, "not_taken_up"),
    "return": ("submitted", "returned", "same_digest opinion due_date"),
    "approve": ("submitted", "approved", "same_digest binding_accepted"),
    "reopen": ("approved", "returned", "reason due_date"),
}
WHO = {
    # action: (role, relations), …
    "submit": (("head", "own"),),
    "withdraw": (("head", "own"),),
    "return": (("reviewer", "assigned"), ("approver", "own below above assigned none")),
    "approve": (("approver", "own below above assigned none"),),
    "reopen": (("approver", "own below above assigned none"),),
}
FOUR_EYES = {"approve", "reopen"}
OFFICE, ME = "610002", 7


def actor(role: Role, relation: Relation) -> Actor:
    offices = frozenset({OFFICE})
    return Actor(
        ME,
        "me",
        "我",
        frozenset({role}),
        office=OFFICE if relation is Relation.OWN else None,
        offices_below=offices if relation is Relation.BELOW else frozenset(),
        offices_above=offices if relation is Relation.ABOVE else frozenset(),
        offices_assigned=offices if relation is Relation.ASSIGNED else frozenset(),
    )


def facts(state: State, own_work: bool = False) -> TableFacts:
    return TableFacts(OFFICE, state, True, frozenset({ME}) if own_work else frozenset())


def lawful(action: str, state: State, role: Role, relation: Relation, own_work: bool) -> bool:
    in_time = state in LIFE[action][0].split()
    right_person = any(role == who and relation in relations.split() for who, relations in WHO[action])
    return in_time and right_person and not (action in FOUR_EYES and own_work)


def test_every_action_is_lawful_exactly_in_its_states_for_its_people() -> None:
    matrix = list(product(Action, State, Role, Relation, (False, True)))
    wrong = [
        case
        for case in matrix
        if is_lawful(actor(case[2], case[3]), case[0], facts(case[1], case[4])) != lawful(case[0].value, *case[1:])
    ]
    assert len(matrix) == 5 * 4 * 6 * 5 * 2
    assert wrong == []


def test_actions_open_to_somebody_are_the_lawful_ones_in_the_order_of_the_table() -> None:
    for state, role, relation, own_work in product(State, Role, Relation, (False, True)):
        expected = [name for name in LIFE if lawful(name, state, role, relation, own_work)]
        assert list(actions_open_to(actor(role, relation), facts(state, own_work))) == expected


def test_transitions_lead_where_the_life_of_a_table_says_and_demand_what_it_says() -> None:
    found = {
        action.value: (set(t.sources), t.target and t.target.value, [demand.value for demand in t.demands])
        for action, t in TRANSITIONS.items()
    }
    assert found == {
        action: (set(sources.split()), target, demands.split()) for action, (sources, target, demands) in LIFE.items()
    }


def test_every_action_has_a_transition_a_permission_of_its_name_and_an_act_that_is_recorded() -> None:
    assert set(TRANSITIONS) == set(Action)
    for action in Action:
        assert TRANSITIONS[action].permission is Permission(action.value)
        assert action.label == TRANSITIONS[action].permission.label == Act(action.value).label


def test_every_state_can_be_left_and_reached_again() -> None:
    assert {state for t in TRANSITIONS.values() for state in t.sources} == set(State)
    reached = {t.target for t in TRANSITIONS.values() if t.target} | TRANSITIONS[Action.SUBMIT].sources
    assert reached == set(State)


def test_table_that_was_never_submitted_is_out_of_the_bureaus_reach() -> None:
    never = TableFacts(OFFICE, State.DRAFTED, submitted_once=False)
    assert [actions_open_to(actor(role, Relation.ASSIGNED), never) for role in (Role.REVIEWER, Role.APPROVER)] == [
        (),
        (),
    ]
    assert actions_open_to(actor(Role.HEAD, Relation.OWN), never) == (Action.SUBMIT,)


@pytest.mark.parametrize(
    ("state", "label", "whose"),
    [
        (State.DRAFTED, "草拟", "单位"),
        (State.SUBMITTED, "已送审", "财政局"),
        (State.RETURNED, "已退回", "单位"),
        (State.APPROVED, "已批复", "无（已批复）"),
    ],
)
def test_whose_move_it_is_follows_from_the_state(state: State, label: str, whose: str) -> None:
    assert (state.label, state.whose_move) == (label, whose)


def test_every_demand_is_made_by_some_transition_and_has_words() -> None:
    assert {demand for t in TRANSITIONS.values() for demand in t.demands} == set(Demand)
    assert all(demand.label for demand in Demand)
