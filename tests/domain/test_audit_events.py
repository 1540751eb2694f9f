"""The words of the record: nothing without words can be recorded, and what is stored keeps its name."""

from __future__ import annotations

import pytest

from portal.domain import audit_events
from portal.domain.actions import ACTIONS
from portal.domain.audit_events import (
    AUDIT_EVENTS,
    AuditEvent,
    event_label,
    history_events,
    may_see_act,
)
from portal.domain.audit_events import require_words as require
from portal.domain.audit_keys import KEYS, key_label
from portal.domain.opinions import OPINION_ACTS
from portal.domain.permissions import Actor, Permission, Role, TableFacts

AUDITOR = Actor(1, "a", "审计员", frozenset({Role.AUDITOR}))
STORED = (
    "create import edit explain attach detach discard submit withdraw return approve reopen claim release",
    "draft_opinion discard_opinion answer_opinion accept_opinion raise_again export print refusal",
    "sign_in sign_in_failed sign_out change_password reset_password add_user change_user disable_user enable_user",
    "add_office change_office open_year change_year close_year change_library export_log backup restore",
)
"""As they stand in the chains of 0.2.0; none may ever change or vanish."""


def test_every_stored_name_keeps_its_words() -> None:
    assert [name for line in STORED for name in line.split() if name not in AUDIT_EVENTS] == []


@pytest.mark.parametrize("event", AUDIT_EVENTS.values(), ids=AUDIT_EVENTS)
def test_event_has_words(event: AuditEvent) -> None:
    assert event.label and not event.label.isascii()
    require(event, {})


@pytest.mark.parametrize("key", KEYS)
def test_key_has_words(key: str) -> None:
    assert KEYS[key] and not KEYS[key].isascii()


def test_every_event_of_the_module_is_entered() -> None:
    constants = [each for each in vars(audit_events).values() if isinstance(each, AuditEvent)]
    assert [each for each in constants if each not in AUDIT_EVENTS.values()] == []


def test_actions_and_opinion_acts_bring_their_events() -> None:
    brought = [*ACTIONS, *(act.event for act in OPINION_ACTS.values() if act.event)]
    assert [name for name in brought if name not in AUDIT_EVENTS] == []


def test_history_shows_birth_and_what_moved_the_table() -> None:
    assert [event.name for event in history_events(AUDITOR, TableFacts("610002"))] == [
        *("create", "import", "hand_up", "hand_back", "void", *ACTIONS),
        *("ask_adjustment", "decline_adjustment"),
        *("ask_extension", "extend", "decline_extension"),
    ]


SEEN = {
    Permission.SEE: "create import void submit withdraw return approve reopen ask_adjustment decline_adjustment"
    " ask_extension extend decline_extension",
    Permission.SEE_WORKING_COPY: "edit renumber explain confirm unconfirm attach detach discard restore_draft name_anew"
    " answer_opinion adopt_proposal hand_up hand_back",
    Permission.SEE_BUREAU_NOTES: "claim release move_claim end_claim take_over recommend retract_recommendation"
    " add_note accept_opinion raise_again",
    Permission.SEE_REGISTER: "add_register_entry change_register_entry remove_register_entry exempt end_exemption"
    " register_table merge_table unmerge_table confirm_no_projects retract_no_projects",
    Permission.READ_AUDIT_LOG: "draft_opinion revise_opinion discard_opinion export print refusal sign_in change_user",
}


@pytest.mark.parametrize("permission", SEEN)
def test_act_is_seen_by_the_side_that_it_concerns(permission: Permission) -> None:
    assert {AUDIT_EVENTS[name].seen_with for name in SEEN[permission].split()} == {permission}


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ({Role.HEAD}, {"submit", "edit", "exempt"}),
        ({Role.REVIEWER}, {"submit", "recommend", "exempt"}),
        ({Role.AUDITOR}, {"submit", "edit", "recommend", "draft_opinion", "exempt", "print"}),
        ({Role.ADMIN}, set()),
    ],
)
def test_person_sees_the_acts_of_the_own_side(roles: set[Role], expected: set[str]) -> None:
    who = Actor(1, "a", "甲", frozenset(roles), office="610002", offices_assigned=frozenset({"610002"}))
    facts = TableFacts("610002", submitted_once=True)
    acts = ("submit", "edit", "recommend", "draft_opinion", "exempt", "print")
    assert {act for act in acts if may_see_act(who, AUDIT_EVENTS[act], facts)} == expected


def test_event_without_words_is_refused_with_what_to_write() -> None:
    with pytest.raises(KeyError, match=r"'dance' has no words: add it to AUDIT_EVENTS in domain/audit_events\.py"):
        require(AuditEvent("dance", "跳舞"), {})


@pytest.mark.parametrize("detail", [{"steps": 3}, {"before": {"steps": 3}}])
def test_key_without_words_is_refused_wherever_it_stands(detail: dict[str, object]) -> None:
    with pytest.raises(KeyError, match="key 'steps' of audit event 'edit' has no words"):
        require(audit_events.EDIT, detail)


def test_event_may_call_a_key_otherwise() -> None:
    assert (key_label("explain", "text"), key_label("draft_opinion", "text")) == ("说明", "意见")


def test_what_another_version_wrote_is_shown_by_its_name() -> None:
    assert (event_label("dance"), key_label("dance", "steps")) == ("dance", "steps")
