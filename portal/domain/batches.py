"""BATCH_ACTS: what the bureau does to many tables at once, each decided on its own.

An act of a table has its rights and words elsewhere (ACTIONS, PERMISSIONS); here stands which of them can be done to
many, and what the page asks for once. Carrying out belongs in `services.review.batches`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.actions import APPROVE, RETURN, Action, FieldKind, FormField
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.states import State

MOST_TABLES = 500
CHUNK = 20
"""Tables that one request decides, so that a long list shows progress and a request stays short."""


@dataclass(frozen=True, slots=True)
class BatchAct:
    """name: in addresses. done: after the act, of one table. action: None for an act that changes no state.

    asks: fields asked for once, for all tables.
    """

    name: str
    label: str
    done: str
    question: str
    icon: str
    permission: Permission
    asks: tuple[FormField, ...] = ()
    action: Action | None = None

    def is_open(self, actor: Actor, facts: TableFacts) -> bool:
        """Whether the actor can do it to this table now, apart from preconditions."""
        return facts.state is State.SUBMITTED and may(actor, self.permission, facts)


DIMENSIONS_FIELD = FormField("dimensions", "四维", FieldKind.CHOICE)

CLAIM_MANY = BatchAct(
    "claim", "认领", "已认领", "认领以后单位不能取消送审；同事正在审核的不会改变。", "hand-index", Permission.CLAIM
)
RECOMMEND_MANY = BatchAct(
    "recommend",
    "建议批复",
    "已建议批复",
    "每一张的结论都记为优；下面确认的四维对每一张都算数。",
    "check2-circle",
    Permission.RECOMMEND,
    (DIMENSIONS_FIELD,),
)
RETURN_MANY = BatchAct(
    "return",
    RETURN.label,
    "已退回",
    "每一张提出勾选的意见；没有意见的表不能退回。期限和附言对每一张都一样。",
    RETURN.look.icon,
    RETURN.permission,
    tuple(field for field in RETURN.asks if field.name in ("due", "reason", "grade")),
    RETURN,
)
APPROVE_MANY = BatchAct(
    "approve",
    APPROVE.label,
    "已批复",
    "批复的就是表中列出的摘要所指的内容。谁批复预算，谁批复目标。勾选的意见一并提出。",
    APPROVE.look.icon,
    APPROVE.permission,
    tuple(field for field in APPROVE.asks if field.name == "password"),
    APPROVE,
)

BATCH_ACTS: Mapping[str, BatchAct] = {act.name: act for act in (CLAIM_MANY, RECOMMEND_MANY, RETURN_MANY, APPROVE_MANY)}
"""By name, in the order of the buttons."""


def open_acts(actor: Actor, facts: TableFacts) -> tuple[str, ...]:
    """The names of the acts that the actor can do to this table now."""
    return tuple(act.name for act in BATCH_ACTS.values() if act.is_open(actor, facts))
