"""The life of an opinion as it was decided, written out once more, against OPINION_ACTS as a whole."""

from __future__ import annotations

from itertools import product

import pytest

from portal.domain.audit_events import AUDIT_EVENTS
from portal.domain.opinions import (
    _KINDS_OF_RULES,
    BY_STEP,
    EXAMINING_STEPS,
    OPINION_ACTS,
    Answer,
    OpinionAct,
    OpinionKind,
    OpinionState,
    Side,
    available_opinion_acts,
    kind_of_rule,
)
from portal.domain.permissions import Actor, Role, TableFacts
from portal.domain.rules import RULES
from portal.domain.states import State

LIFE = {
    # act: from, to, whose, step in the thread, event in the record
    "draft": ("", "draft", Side.BUREAU, "", "draft_opinion"),
    "revise": ("draft", "draft", Side.BUREAU, "", "revise_opinion"),
    "discard": ("draft", None, Side.BUREAU, "", "discard_opinion"),
    "raise": ("draft", "raised", Side.BUREAU, "raised", ""),
    "adopt": ("raised answered", "answered", Side.OFFICE, "", "adopt_proposal"),
    "answer": ("raised answered", "answered", Side.OFFICE, "answered", "answer_opinion"),
    "accept": ("answered", "accepted", Side.BUREAU, "accepted", "accept_opinion"),
    "raise_again": ("answered accepted", "raised", Side.BUREAU, "raised_again", "raise_again"),
}
WITH_OFFICE, WITH_BUREAU = {"drafted", "returned"}, {"submitted"}
OFFICE = "610002"
SIDES = {
    Role.DRAFTER: Side.OFFICE,
    Role.HEAD: Side.OFFICE,
    Role.REVIEWER: Side.BUREAU,
    Role.APPROVER: Side.BUREAU,
}


def actor(role: Role) -> Actor:
    return Actor(7, "me", "我", frozenset({role}), office=OFFICE, offices_assigned=frozenset({OFFICE}))


def test_acts_lead_where_the_life_of_an_opinion_says() -> None:
    found = {
        name: (set(act.sources), act.target and act.target.value, act.side, act.step, act.event)
        for name, act in OPINION_ACTS.items()
    }
    assert found == {name: (set(sources.split()), *rest) for name, (sources, *rest) in LIFE.items()}


def test_every_state_and_role_has_exactly_its_acts() -> None:
    wrong = []
    for role, opinion, table in product(Role, OpinionState, State):
        side = SIDES.get(role)
        at_work = table.value in (WITH_OFFICE if side is Side.OFFICE else WITH_BUREAU)
        expected = [
            name
            for name, (sources, _, whose, _, event) in LIFE.items()
            if event and opinion in sources.split() and whose is side and at_work
        ]
        facts = TableFacts(OFFICE, table, submitted_once=True)
        found = available_opinion_acts(actor(role), opinion, facts, 7, has_proposal=True)
        if [act.name for act in found] != expected:
            wrong.append((role, opinion, table, found))
    assert wrong == []


def test_draft_belongs_to_its_author() -> None:
    facts = TableFacts(OFFICE, State.SUBMITTED, submitted_once=True)
    own, other = (available_opinion_acts(actor(Role.REVIEWER), OpinionState.DRAFT, facts, by) for by in (7, 8))
    assert [act.name for act in own] == ["revise", "discard"]
    assert other == ()


def test_only_opinions_with_changes_that_fit_have_them_taken() -> None:
    found = available_opinion_acts(actor(Role.DRAFTER), OpinionState.RAISED, TableFacts(OFFICE, State.RETURNED), 7)
    assert [act.name for act in found] == ["answer"]


def test_kinds_are_the_eleven_of_the_trade() -> None:
    assert [kind.label for kind in OpinionKind] == [
        *("不够完整", "不够细化量化", "与项目相关性不够", "指标与指标值不匹配", "建议拆分", "一级指标类型错误"),
        *("二级指标类型错误", "建议增加效益指标", "建议增加产出指标", "建议增加满意度指标", "其他"),
    ]


def test_kind_that_a_finding_proposes_is_named_for_known_rules_once() -> None:
    known = [rule for rules in _KINDS_OF_RULES.values() for rule in rules.split()]
    assert len(known) == len(set(known))
    assert set(known) <= {rule.id for rule in RULES}
    assert kind_of_rule("W15") is OpinionKind.SPLIT
    assert kind_of_rule("W16") is OpinionKind.OTHER


@pytest.mark.parametrize("act", OPINION_ACTS.values(), ids=OPINION_ACTS)
def test_act_that_is_recorded_has_its_words(act: OpinionAct) -> None:
    assert bool(act.event) == bool(act.words.button)
    if act.event:
        assert AUDIT_EVENTS[act.event].label == act.words.record
    if act.step:
        assert act.words.thread


def test_every_stored_step_names_the_state_that_it_led_to() -> None:
    assert {step: act.target for step, act in BY_STEP.items()} == {
        "raised": OpinionState.RAISED,
        "answered": OpinionState.ANSWERED,
        "accepted": OpinionState.ACCEPTED,
        "raised_again": OpinionState.RAISED,
    }


def test_examination_begins_with_judging_answers() -> None:
    assert set(EXAMINING_STEPS) == {"accepted", "raised_again"}


def test_open_are_all_but_accepted_and_the_office_is_told_of_no_draft() -> None:
    assert [state for state in OpinionState if not state.is_open] == [OpinionState.ACCEPTED]
    assert [state.value for state in OpinionState if state.is_open_for_office] == ["raised", "answered"]


@pytest.mark.parametrize("state", OpinionState)
def test_state_has_a_word_and_an_icon(state: OpinionState) -> None:
    assert state.label and state.icon


def test_answer_that_keeps_the_text_leads_on_to_its_reason() -> None:
    assert [(each.label, each.lead) for each in Answer] == [
        ("已修改", "已修改。"),
        ("保留原文", "保留原文，因为："),
    ]
