"""OPINION_ACTS: the state machine of a review opinion (审核意见), each act with its permission, words and look.

States and steps are stored (`opinions.state`, `opinion_events.act`, the audit log), so their strings never change.
`services.review.opinion_acts` carries acts out, `services.review.effects` what a decision does to draft opinions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.permissions import Actor, Permission, TableFacts, may


class OpinionState(StrEnum):
    """label, icon and tag (a CSS class) define its badge."""

    DRAFT = "draft"
    RAISED = "raised"
    ANSWERED = "answered"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        return {"draft": "草稿", "raised": "已提出", "answered": "已答复", "accepted": "已采纳"}[self.value]

    @property
    def icon(self) -> str:
        return {"draft": "pencil", "raised": "chat-left-text", "answered": "reply", "accepted": "check-lg"}[self.value]

    @property
    def tag(self) -> str:
        return {"draft": "", "raised": "tag-warning", "answered": "tag-advice", "accepted": "tag-good"}[self.value]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act on the opinion."""
        return self is not OpinionState.ACCEPTED

    @property
    def is_answered(self) -> bool:
        """Whether the office's answer waits to be judged."""
        return self is OpinionState.ANSWERED

    @property
    def is_open_for_office(self) -> bool:
        """Whether the opinion is open and the office can see it."""
        return self in (OpinionState.RAISED, OpinionState.ANSWERED)


class Answer(StrEnum):
    """The office's response to an opinion."""

    CHANGED = "changed"
    KEPT = "kept"

    @property
    def label(self) -> str:
        return {"changed": "已修改", "kept": "保留原文"}[self.value]

    @property
    def needs_reason(self) -> bool:
        return self is Answer.KEPT

    @property
    def lead(self) -> str:
        """The beginning of the answer, before the office's own text."""
        return f"{self.label}，因为：" if self.needs_reason else f"{self.label}。"


class OpinionKind(StrEnum):
    """What an opinion is about, in the words of the trade. Stored; opinions of version 0.2 have none."""

    INCOMPLETE = "incomplete"
    NOT_QUANTIFIED = "not_quantified"
    IRRELEVANT = "irrelevant"
    VALUE_MISMATCH = "value_mismatch"
    SPLIT = "split"
    WRONG_LEVEL1 = "wrong_level1"
    WRONG_LEVEL2 = "wrong_level2"
    ADD_EFFECT = "add_effect"
    ADD_OUTPUT = "add_output"
    ADD_SATISFACTION = "add_satisfaction"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS = {
    OpinionKind.INCOMPLETE: "不够完整",
    OpinionKind.NOT_QUANTIFIED: "不够细化量化",
    OpinionKind.IRRELEVANT: "与项目相关性不够",
    OpinionKind.VALUE_MISMATCH: "指标与指标值不匹配",
    OpinionKind.SPLIT: "建议拆分",
    OpinionKind.WRONG_LEVEL1: "一级指标类型错误",
    OpinionKind.WRONG_LEVEL2: "二级指标类型错误",
    OpinionKind.ADD_EFFECT: "建议增加效益指标",
    OpinionKind.ADD_OUTPUT: "建议增加产出指标",
    OpinionKind.ADD_SATISFACTION: "建议增加满意度指标",
    OpinionKind.OTHER: "其他",
}

_KINDS_OF_RULES: Mapping[OpinionKind, str] = {
    OpinionKind.INCOMPLETE: "E5 E11 E12 E13 W2 W21",
    OpinionKind.NOT_QUANTIFIED: "E6 E10 W3 W12 W17 W18 W24",
    OpinionKind.IRRELEVANT: "W7 W9",
    OpinionKind.VALUE_MISMATCH: "W4 W22 W23",
    OpinionKind.SPLIT: "W15",
    OpinionKind.WRONG_LEVEL1: "W5",
    OpinionKind.WRONG_LEVEL2: "E4 W6 W20",
    OpinionKind.ADD_OUTPUT: "W1",
}


def kind_of_rule(rule: str) -> OpinionKind:
    """The kind of an opinion that comes from a finding of `rule`, as the form proposes it."""
    return next((kind for kind, rules in _KINDS_OF_RULES.items() if rule in rules.split()), OpinionKind.OTHER)


class Side(StrEnum):
    OFFICE = "单位"
    BUREAU = "财政局"


@dataclass(frozen=True, slots=True)
class OpinionWords:
    """button: on its form, "" if it has none. thread: in the opinion's thread, "" if the act adds no step there.

    record: in the audit log. refused: the message where the opinion's state is not among the sources. text: label of
    the form's text field, "" if it has none.
    """

    button: str = ""
    thread: str = ""
    record: str = ""
    refused: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class OpinionLook:
    """style, icon: Bootstrap names for the button. key: the single key that presses it on the current opinion."""

    style: str = "primary"
    icon: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class OpinionAct:
    """name: also the endpoint of its route. sources: empty for the act that creates an opinion.

    target None: the opinion is deleted. authors_only: of a draft, which belongs to who wrote it.
    needs_proposal: of opinions with proposed changes (代拟改法).
    step: stored in the opinion's thread. event: stored in the audit log; "" for an act that is part of a decision,
    because the decision's entry counts the opinions.
    """

    name: str
    sources: frozenset[OpinionState]
    target: OpinionState | None
    permission: Permission
    side: Side
    words: OpinionWords
    look: OpinionLook = OpinionLook()
    authors_only: bool = False
    needs_proposal: bool = False
    step: str = ""
    event: str = ""


DRAFT = OpinionAct(
    "draft",
    sources=frozenset(),
    target=OpinionState.DRAFT,
    permission=Permission.RAISE,
    side=Side.BUREAU,
    words=OpinionWords(button="拟写意见", record="拟写意见"),
    event="draft_opinion",
)
REVISE = OpinionAct(
    "revise",
    sources=frozenset({OpinionState.DRAFT}),
    target=OpinionState.DRAFT,
    permission=Permission.RAISE,
    side=Side.BUREAU,
    words=OpinionWords(
        button="修改这条草稿", record="修改拟写的意见", refused="这条意见已经提出，不能修改。", text="意见"
    ),
    look=OpinionLook("secondary", "pencil"),
    authors_only=True,
    event="revise_opinion",
)
DISCARD = OpinionAct(
    "discard",
    sources=frozenset({OpinionState.DRAFT}),
    target=None,
    permission=Permission.RAISE,
    side=Side.BUREAU,
    words=OpinionWords(button="删除这条草稿", record="删除拟写的意见", refused="这条意见已经提出，不能删除。"),
    look=OpinionLook("danger"),
    authors_only=True,
    event="discard_opinion",
)
RAISE = OpinionAct(
    "raise",
    sources=frozenset({OpinionState.DRAFT}),
    target=OpinionState.RAISED,
    permission=Permission.RAISE,
    side=Side.BUREAU,
    words=OpinionWords(thread="提出"),
    step="raised",
)
ANSWER = OpinionAct(
    "answer",
    sources=frozenset({OpinionState.RAISED, OpinionState.ANSWERED}),
    target=OpinionState.ANSWERED,
    permission=Permission.ANSWER,
    side=Side.OFFICE,
    words=OpinionWords(
        button="答复",
        thread="答复",
        record="答复意见",
        refused="这条意见已经办结，不需要答复。",
        text="答复的说明",
    ),
    step="answered",
    event="answer_opinion",
)
ADOPT = OpinionAct(
    "adopt",
    sources=frozenset({OpinionState.RAISED, OpinionState.ANSWERED}),
    target=OpinionState.ANSWERED,
    permission=Permission.ANSWER,
    side=Side.OFFICE,
    words=OpinionWords(button="采用代拟改法", record="采用代拟改法", refused="这条意见已经办结，不需要答复。"),
    look=OpinionLook("primary", "check2-square"),
    needs_proposal=True,
    event="adopt_proposal",
)
"""Answers the opinion as ANSWER does, with the step of ANSWER."""
ACCEPT = OpinionAct(
    "accept",
    sources=frozenset({OpinionState.ANSWERED}),
    target=OpinionState.ACCEPTED,
    permission=Permission.ACCEPT,
    side=Side.BUREAU,
    words=OpinionWords(
        button="采纳答复", thread="采纳", record="采纳答复", refused="这条意见还没有答复，或者已经办结。"
    ),
    look=OpinionLook("primary", "check-lg", "a"),
    step="accepted",
    event="accept_opinion",
)
RAISE_AGAIN = OpinionAct(
    "raise_again",
    sources=frozenset({OpinionState.ANSWERED, OpinionState.ACCEPTED}),
    target=OpinionState.RAISED,
    permission=Permission.RAISE,
    side=Side.BUREAU,
    words=OpinionWords(
        button="再次提出",
        thread="再次提出",
        record="再次提出意见",
        refused="这条意见还没有答复，不必再次提出。",
        text="还差什么",
    ),
    look=OpinionLook("secondary", key="r"),
    step="raised_again",
    event="raise_again",
)

OPINION_ACTS: Mapping[str, OpinionAct] = {
    act.name: act for act in (DRAFT, REVISE, DISCARD, RAISE, ADOPT, ANSWER, ACCEPT, RAISE_AGAIN)
}
"""By name, in the order of an opinion's life and of its forms on the page."""

BY_STEP: Mapping[str, OpinionAct] = {act.step: act for act in OPINION_ACTS.values() if act.step}
"""By the step that the opinion's thread stores."""

EXAMINING_STEPS = tuple(
    act.step for act in BY_STEP.values() if act.side is Side.BUREAU and OpinionState.DRAFT not in act.sources
)
"""Steps of the bureau on opinions that the office can see; they show that the review of the submission has begun."""


def available_opinion_acts(
    actor: Actor, state: OpinionState, facts: TableFacts, author_id: int, *, has_proposal: bool = False
) -> tuple[OpinionAct, ...]:
    """Acts with a form that this actor may carry out on an opinion of `author_id` in `state`, on a table of `facts`.

    has_proposal: whether it carries proposed changes that fit the text.
    """
    return tuple(
        act
        for act in OPINION_ACTS.values()
        if act.event
        and state in act.sources
        and may(actor, act.permission, facts)
        and (not act.authors_only or actor.id == author_id)
        and (not act.needs_proposal or has_proposal)
    )
