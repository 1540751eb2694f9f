"""What awaits whom: where a table wants an act, it awaits whoever may do that act.

`queries.awaiting` finds the tables; how they are shown belongs in `web.lists` and `web.review.queue`.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.permissions import Actor, Permission, grants_held, offices_in_reach, offices_of
from portal.domain.states import State

ATTENTION: Mapping[State, tuple[Permission, ...]] = {
    State.DRAFTED: (Permission.EDIT,),
    State.RETURNED: (Permission.EDIT,),
    State.SUBMITTED: (Permission.RECOMMEND, Permission.APPROVE),
}
"""State → permissions of the acts that a table wants in turn; an approved table awaits nobody, unless its office asks
for an adjustment: then the approvers.

A submitted table awaits the reviewers of its office until one of them recommends it; then, where its office has no
reviewer, or where the year asks for no recommendation, the approvers.
"""
APPLICATION = Permission.EXTEND
"""Of the act that an application for an extension wants."""


def offices_reviewed(actor: Actor) -> frozenset[str]:
    """The offices whose submitted tables await the actor first: those assigned, not all that an approver may return."""
    grants = grants_held(actor, Permission.RECOMMEND)
    return frozenset().union(*(offices_of(actor, grant) or () for grant in grants))


def offices_worked_for(actor: Actor) -> frozenset[str]:
    """The offices whose tables await the actor until they are submitted."""
    return offices_in_reach(actor, Permission.EDIT) or frozenset()


def approves(actor: Actor) -> bool:
    return bool(grants_held(actor, Permission.APPROVE))


def wanted_act(errors: int, opinions_due: int, *, may_submit: bool, is_handed_up: bool = False) -> str:
    """What the office does next with a table that awaits it. is_handed_up: to the head (提请送审)."""
    if opinions_due:
        return f"答复 {opinions_due} 条意见"
    if errors:
        return f"改正 {errors} 处错误"
    if may_submit:
        return "可以送审"
    return "已提请，等单位负责人送审" if is_handed_up else "可以提请送审"
