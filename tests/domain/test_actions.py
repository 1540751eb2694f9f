"""When a table moves: the life of a table as it was decided, written out once more, against ACTIONS as a whole."""

from __future__ import annotations

from itertools import product

import pytest

from portal.domain import actions
from portal.domain.actions import ACTIONS, Action, Precondition, available_actions, is_lawful
from portal.domain.audit_events import AUDIT_EVENTS
from portal.domain.permissions import Actor, Permission, Relation, Role, TableFacts
from portal.domain.states import State

LIFE = {
    # action: from, to, preconditions
    "submit": ("drafted returned", "submitted", "same_digest on_time no_errors binding_answered"),
    "withdraw": ("submitted", None, "review_not_started"),
    "return": ("submitted", "returned", "same_digest drafts opinion due_date"),
    "approve": (
        "submitted",
        "approved",
        "same_digest drafts binding_accepted recommended no_errors_now errors_explained password",
    ),
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
    matrix = list(product(ACTIONS.values(), State, Role, Relation, (False, True)))
    wrong = [
        case
        for case in matrix
        if is_lawful(actor(case[2], case[3]), case[0], facts(case[1], case[4])) != lawful(case[0].name, *case[1:])
    ]
    assert len(matrix) == 5 * 4 * 6 * 5 * 2
    assert wrong == []


def test_available_actions_are_the_lawful_ones_in_the_order_of_the_table() -> None:
    for state, role, relation, own_work in product(State, Role, Relation, (False, True)):
        expected = [name for name in LIFE if lawful(name, state, role, relation, own_work)]
        found = available_actions(actor(role, relation), facts(state, own_work))
        assert [action.name for action in found] == expected


def test_actions_lead_where_the_life_of_a_table_says_and_need_what_it_says() -> None:
    found = {
        name: (
            set(action.sources),
            action.target and action.target.value,
            [precondition.name.lower() for precondition in action.preconditions],
        )
        for name, action in ACTIONS.items()
    }
    assert found == {
        action: (set(sources.split()), target, needs.split()) for action, (sources, target, needs) in LIFE.items()
    }


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_action_has_a_permission_of_its_name_and_an_event_in_the_record_and_in_history(action: Action) -> None:
    event = AUDIT_EVENTS[action.name]
    assert action.permission is Permission(action.name)
    assert action.label == action.permission.label == event.label
    assert (event.is_in_history, event.seen_with) == (True, Permission.SEE)


def test_withdrawing_says_where_the_table_goes_back_to() -> None:
    questions = [actions.WITHDRAW.question(previous, 1) for previous in (State.DRAFTED, State.RETURNED)]
    assert ["回到草拟状态" in questions[0], "回到已退回状态" in questions[1]] == [True, True]


def test_approving_says_which_submission_it_approves() -> None:
    assert "第 3 次送审的版本" in actions.APPROVE.question(State.DRAFTED, 3)


def test_every_state_can_be_left_and_reached_again() -> None:
    assert {state for action in ACTIONS.values() for state in action.sources} == set(State)
    reached = {action.target for action in ACTIONS.values() if action.target} | actions.SUBMIT.sources
    assert reached == set(State)


def test_table_that_was_never_submitted_is_out_of_the_bureaus_reach() -> None:
    never = TableFacts(OFFICE, State.DRAFTED, submitted_once=False)
    assert [available_actions(actor(role, Relation.ASSIGNED), never) for role in (Role.REVIEWER, Role.APPROVER)] == [
        (),
        (),
    ]
    assert available_actions(actor(Role.HEAD, Relation.OWN), never) == (actions.SUBMIT,)


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


def test_every_precondition_is_of_some_action() -> None:
    assert {precondition for action in ACTIONS.values() for precondition in action.preconditions} == set(Precondition)
