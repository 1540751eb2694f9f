"""ACTIONS and PERMISSIONS as tables of words for the handbook and the README. Nothing here decides a permission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.actions import ACTIONS
from portal.domain.permissions import PERMISSIONS, Grant, Permission, Relation, Role, Rule
from portal.domain.states import State


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One row of the table of actions."""

    label: str
    sources: str
    target: str
    who: str
    preconditions: Sequence[str]


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """One row of the table of permissions. by_role: in the order of `Role`, "" without a grant."""

    label: str
    when: str
    by_role: Sequence[str]


def action_rows() -> list[ActionRow]:
    return [
        ActionRow(
            action.label,
            "、".join(state.label for state in State if state in action.sources),
            action.target.label if action.target else "送审之前的状态",
            "、".join(grant.role.label for grant in PERMISSIONS[action.permission].grants),
            [precondition.label for precondition in action.preconditions],
        )
        for action in ACTIONS.values()
    ]


def permission_rows() -> list[PermissionRow]:
    return [
        PermissionRow(permission.label, _when(permission), [_by_role(PERMISSIONS[permission], role) for role in Role])
        for permission in Permission
    ]


def _when(permission: Permission) -> str:
    rule = PERMISSIONS[permission]
    states = rule.states or frozenset().union(
        *(action.sources for action in ACTIONS.values() if action.permission is permission)
    )
    stated = (
        (rule.never_submitted, "从未送审过"),
        (rule.never_approved, "从未批复过"),
        (rule.begins_work, "没有并入别的单位"),
    )
    words = ["、".join(state.label for state in State if state in states)] if states else []
    return "；".join([*words, *(text for holds, text in stated if holds)])


def _by_role(rule: Rule, role: Role) -> str:
    return "；".join(_grant(grant) for grant in rule.grants if grant.role is role)


def _grant(grant: Grant) -> str:
    where = "、".join(r.label for r in Relation if r in grant.relations) if grant.relations else "可以"
    stated = (
        (grant.submitted_once, "首次送审以后"),
        (grant.not_own_work, "自己没有编辑、送审过，也没有作过说明、传过附件"),
    )
    conditions = [text for holds, text in stated if holds]
    return f"{where}（{'，'.join(conditions)}）" if conditions else where
