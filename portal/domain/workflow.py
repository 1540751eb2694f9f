"""TRANSITIONS: when a table moves, and what each move demands. The other of the two tables that are the law.

A move is described here and nowhere carried out here: `services.workflow.perform` alone does that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State


class Action(StrEnum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RETURN = "return"
    APPROVE = "approve"
    REOPEN = "reopen"

    @property
    def label(self) -> str:
        return TRANSITIONS[self].permission.label


class Demand(StrEnum):
    """What must hold besides state and person. `services.workflow` has one check for each."""

    SAME_DIGEST = "same_digest"
    NO_ERRORS = "no_errors"
    BINDING_ANSWERED = "binding_answered"
    NOT_TAKEN_UP = "not_taken_up"
    OPINION = "opinion"
    DUE_DATE = "due_date"
    BINDING_ACCEPTED = "binding_accepted"
    REASON = "reason"

    @property
    def label(self) -> str:
        return _DEMAND_LABELS[self]


_DEMAND_LABELS = {
    Demand.SAME_DIGEST: "屏幕上的内容就是数据库里的内容",
    Demand.NO_ERRORS: "没有错误级检查结果（年度政策可放宽为提醒）",
    Demand.BINDING_ANSWERED: "“必须修改”的意见均已答复",
    Demand.NOT_TAKEN_UP: "财政局尚未开始审核",
    Demand.OPINION: "至少一条意见",
    Demand.DUE_DATE: "退回后再送审的期限",
    Demand.BINDING_ACCEPTED: "“必须修改”的意见均已采纳",
    Demand.REASON: "写明理由",
}


@dataclass(frozen=True, slots=True)
class Transition:
    """`target` None: back to the state from which the table was submitted."""

    sources: frozenset[State]
    target: State | None
    permission: Permission
    demands: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asks for: an action, what was on their screen, and what the action wants to know.

    digest: of the text; enclosed: of what travels with it, "" where that is nothing.
    due: local date, for return and reopen. reason: for reopen, and as a covering word for return.
    """

    action: Action
    digest: str = ""
    due: date | None = None
    reason: str = ""
    enclosed: str = ""


TRANSITIONS: Mapping[Action, Transition] = {
    Action.SUBMIT: Transition(
        frozenset({State.DRAFTED, State.RETURNED}),
        State.SUBMITTED,
        Permission.SUBMIT,
        (Demand.SAME_DIGEST, Demand.NO_ERRORS, Demand.BINDING_ANSWERED),
    ),
    Action.WITHDRAW: Transition(frozenset({State.SUBMITTED}), None, Permission.WITHDRAW, (Demand.NOT_TAKEN_UP,)),
    Action.RETURN: Transition(
        frozenset({State.SUBMITTED}),
        State.RETURNED,
        Permission.RETURN,
        (Demand.SAME_DIGEST, Demand.OPINION, Demand.DUE_DATE),
    ),
    Action.APPROVE: Transition(
        frozenset({State.SUBMITTED}),
        State.APPROVED,
        Permission.APPROVE,
        (Demand.SAME_DIGEST, Demand.BINDING_ACCEPTED),
    ),
    Action.REOPEN: Transition(
        frozenset({State.APPROVED}), State.RETURNED, Permission.REOPEN, (Demand.REASON, Demand.DUE_DATE)
    ),
}


def is_lawful(actor: Actor, action: Action, facts: TableFacts) -> bool:
    """Whether state and person allow `action`; its demands are checked when it is carried out."""
    transition = TRANSITIONS[action]
    return facts.state in transition.sources and may(actor, transition.permission, facts)


def actions_open_to(actor: Actor, facts: TableFacts) -> tuple[Action, ...]:
    """What this actor can do to move the table now, in the order of TRANSITIONS."""
    return tuple(action for action in TRANSITIONS if is_lawful(actor, action, facts))
