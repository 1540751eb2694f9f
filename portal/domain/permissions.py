"""PERMISSIONS: who may do what to which table. ACTIONS is the other table of the specification.

Pages, commands and exports call `may`; lists use `queries`, which reads the same grants. An act without a grant is
refused. *When* an action is possible belongs in `actions`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from portal.domain.states import State

LONGEST_NAME = 64
"""Characters of a person's name, alone or with that of the person acted for."""


class Role(StrEnum):
    DRAFTER = "drafter"
    HEAD = "head"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    ADMIN = "admin"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.DRAFTER: "经办人",
    Role.HEAD: "单位负责人",
    Role.REVIEWER: "业务科室审核人",
    Role.APPROVER: "绩效科审批人",
    Role.ADMIN: "系统管理员",
    Role.AUDITOR: "审计员",
}


DUTIES = (frozenset({Role.ADMIN}), frozenset({Role.REVIEWER, Role.APPROVER}), frozenset({Role.AUDITOR}))
"""三员分立: whoever gives rights, whoever decides and whoever audits are three people."""


def mixes_duties(roles: Collection[Role]) -> bool:
    """Whether one person with these roles holds more than one of DUTIES."""
    return sum(not duty.isdisjoint(roles) for duty in DUTIES) > 1


class Relation(StrEnum):
    """The relation of the table's office to the actor."""

    OWN = "own"  # also an office that was merged into the actor's
    BELOW = "below"  # the table's office is below the actor's, at any depth
    ABOVE = "above"  # the actor's office is below the table's, at any depth
    ASSIGNED = "assigned"  # the actor reviews the table's office, or one above it
    NONE = "none"

    @property
    def label(self) -> str:
        return {"own": "本单位", "below": "下级单位", "above": "上级单位", "assigned": "分管单位", "none": "其他单位"}[
            self
        ]


class Permission(StrEnum):
    SEE = "see"
    SEE_WORKING_COPY = "see_working_copy"
    SEE_EDITING = "see_editing"
    SEE_BUREAU_NOTES = "see_bureau_notes"
    WRITE_NOTES = "write_notes"
    CREATE = "create"
    EDIT = "edit"
    DISCARD = "discard"
    RESTORE_DRAFT = "restore_draft"
    ANSWER = "answer"
    HAND_UP = "hand_up"
    HAND_BACK = "hand_back"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    CLAIM = "claim"
    RAISE = "raise"
    ACCEPT = "accept"
    RECOMMEND = "recommend"
    RETURN = "return"
    APPROVE = "approve"
    REOPEN = "reopen"
    VOID = "void"
    ASK_ADJUSTMENT = "ask_adjustment"
    ASK_EXTENSION = "ask_extension"
    EXTEND = "extend"
    EXPORT = "export"
    SEE_REGISTER = "see_register"
    SEE_OVERVIEW = "see_overview"
    KEEP_REGISTER = "keep_register"
    CONFIRM_NO_PROJECTS = "confirm_no_projects"
    MANAGE = "manage"
    MANAGE_LIBRARY = "manage_library"
    SEE_TREATMENTS = "see_treatments"
    SEE_TREATMENTS_BY_REVIEWER = "see_treatments_by_reviewer"
    READ_AUDIT_LOG = "read_audit_log"
    READ_ADMIN_LOG = "read_admin_log"

    @property
    def label(self) -> str:
        return _PERMISSION_LABELS[self]


_PERMISSION_LABELS = {
    Permission.SEE: "查看",
    Permission.SEE_WORKING_COPY: "查看草稿",
    Permission.SEE_EDITING: "查看编辑过程",
    Permission.SEE_BUREAU_NOTES: "查看审核底稿、不提的提醒",
    Permission.WRITE_NOTES: "写底稿",
    Permission.CREATE: "新建、导入",
    Permission.EDIT: "编辑",
    Permission.DISCARD: "删除草稿",
    Permission.RESTORE_DRAFT: "从回收站恢复草稿",
    Permission.ANSWER: "答复意见",
    Permission.HAND_UP: "提请送审",
    Permission.HAND_BACK: "退给经办人",
    Permission.SUBMIT: "送审",
    Permission.WITHDRAW: "取消送审",
    Permission.CLAIM: "认领审核",
    Permission.RAISE: "提出意见",
    Permission.ACCEPT: "采纳答复",
    Permission.RECOMMEND: "建议批复",
    Permission.RETURN: "退回",
    Permission.APPROVE: "批复",
    Permission.REOPEN: "退回调整",
    Permission.VOID: "作废",
    Permission.ASK_ADJUSTMENT: "申请调整",
    Permission.ASK_EXTENSION: "申请延期",
    Permission.EXTEND: "延期",
    Permission.EXPORT: "导出、打印",
    Permission.SEE_REGISTER: "查看应报清单",
    Permission.SEE_OVERVIEW: "查看全区情况",
    Permission.KEEP_REGISTER: "维护应报清单、免报",
    Permission.CONFIRM_NO_PROJECTS: "确认本年无项目",
    Permission.MANAGE: "管理单位、人员、年度",
    Permission.MANAGE_LIBRARY: "维护指标库",
    Permission.SEE_TREATMENTS: "查看提醒的处理",
    Permission.SEE_TREATMENTS_BY_REVIEWER: "查看各审核人怎样处理提醒",
    Permission.READ_AUDIT_LOG: "查看全部审计记录",
    Permission.READ_ADMIN_LOG: "查看账号、单位、年度的审计记录",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One way to hold a permission.

    relations None: any relation, and permissions that concern no table.
    submitted_once: only from the table's first submission on.
    not_own_work: not for people who edited, submitted, explained or attached (four eyes).
    """

    role: Role
    relations: frozenset[Relation] | None = None
    submitted_once: bool = False
    not_own_work: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """`states` limits permissions that change no state; ACTIONS has the states of the others.

    on_voided: also on a voided table (作废), which is only read.
    begins_work: not for an office that was merged into another one (并入), which takes no new work.
    """

    grants: tuple[Grant, ...]
    states: frozenset[State] | None = None
    never_submitted: bool = False
    never_approved: bool = False
    on_voided: bool = False
    begins_work: bool = False


_OWN = frozenset({Relation.OWN})
_OWN_AND_BELOW = frozenset({Relation.OWN, Relation.BELOW})
_ASSIGNED = frozenset({Relation.ASSIGNED})
_OFFICE_WORK = (Grant(Role.DRAFTER, _OWN), Grant(Role.HEAD, _OWN))
_BUREAU_WORK = (
    Grant(Role.REVIEWER, _ASSIGNED, submitted_once=True),
    Grant(Role.APPROVER, submitted_once=True),
)
_WITH_OFFICE = frozenset({State.DRAFTED, State.RETURNED})
_WITH_BUREAU = frozenset({State.SUBMITTED})
_OFFICE_AND_ABOVE = (Grant(Role.DRAFTER, _OWN_AND_BELOW), Grant(Role.HEAD, _OWN_AND_BELOW))
_SEE = (*_OFFICE_AND_ABOVE, *_BUREAU_WORK, Grant(Role.AUDITOR))
_KEEP_REGISTER = (Grant(Role.REVIEWER, _ASSIGNED), Grant(Role.APPROVER))

PERMISSIONS: Mapping[Permission, Rule] = {
    Permission.SEE: Rule(_SEE, on_voided=True),
    Permission.EXPORT: Rule(_SEE, on_voided=True),
    Permission.SEE_WORKING_COPY: Rule(_OFFICE_AND_ABOVE, on_voided=True),
    # Without SEE_WORKING_COPY only up to the latest submission, see `services.drafting.editing`.
    Permission.SEE_EDITING: Rule((*_OFFICE_AND_ABOVE, Grant(Role.AUDITOR, submitted_once=True)), on_voided=True),
    Permission.SEE_BUREAU_NOTES: Rule((*_BUREAU_WORK, Grant(Role.AUDITOR)), on_voided=True),
    Permission.WRITE_NOTES: Rule(_BUREAU_WORK),
    Permission.CREATE: Rule(_OFFICE_WORK, begins_work=True),
    Permission.EDIT: Rule(_OFFICE_WORK, _WITH_OFFICE),
    Permission.DISCARD: Rule(_OFFICE_WORK, frozenset({State.DRAFTED}), never_submitted=True),
    Permission.RESTORE_DRAFT: Rule(_OFFICE_WORK, frozenset({State.DRAFTED}), never_submitted=True, begins_work=True),
    Permission.ANSWER: Rule(_OFFICE_WORK, _WITH_OFFICE),
    Permission.HAND_UP: Rule((Grant(Role.DRAFTER, _OWN),), _WITH_OFFICE),
    Permission.HAND_BACK: Rule((Grant(Role.HEAD, _OWN),), _WITH_OFFICE),
    Permission.SUBMIT: Rule((Grant(Role.HEAD, _OWN),)),
    Permission.WITHDRAW: Rule((Grant(Role.HEAD, _OWN),)),
    Permission.CLAIM: Rule(_BUREAU_WORK, _WITH_BUREAU),
    Permission.RAISE: Rule(_BUREAU_WORK, _WITH_BUREAU),
    Permission.ACCEPT: Rule(_BUREAU_WORK, _WITH_BUREAU),
    Permission.RECOMMEND: Rule(_BUREAU_WORK, _WITH_BUREAU),
    Permission.RETURN: Rule(_BUREAU_WORK),
    Permission.APPROVE: Rule((Grant(Role.APPROVER, submitted_once=True, not_own_work=True),)),
    Permission.REOPEN: Rule((Grant(Role.APPROVER, submitted_once=True, not_own_work=True),)),
    Permission.VOID: Rule((Grant(Role.HEAD, _OWN, submitted_once=True),), _WITH_OFFICE, never_approved=True),
    Permission.SEE_REGISTER: Rule((*_OFFICE_AND_ABOVE, *_KEEP_REGISTER, Grant(Role.AUDITOR))),
    Permission.SEE_OVERVIEW: Rule((*_OFFICE_AND_ABOVE, *_KEEP_REGISTER, Grant(Role.AUDITOR))),
    Permission.KEEP_REGISTER: Rule(_KEEP_REGISTER),
    Permission.CONFIRM_NO_PROJECTS: Rule((Grant(Role.HEAD, _OWN),), begins_work=True),
    Permission.ASK_ADJUSTMENT: Rule((Grant(Role.HEAD, _OWN),), frozenset({State.APPROVED})),
    Permission.ASK_EXTENSION: Rule((Grant(Role.HEAD, _OWN),), _WITH_OFFICE),
    Permission.EXTEND: Rule((Grant(Role.REVIEWER, _ASSIGNED), Grant(Role.APPROVER)), _WITH_OFFICE),
    Permission.MANAGE: Rule((Grant(Role.ADMIN),)),
    Permission.MANAGE_LIBRARY: Rule((Grant(Role.REVIEWER), Grant(Role.APPROVER))),
    Permission.SEE_TREATMENTS: Rule((Grant(Role.REVIEWER), Grant(Role.APPROVER), Grant(Role.AUDITOR))),
    Permission.SEE_TREATMENTS_BY_REVIEWER: Rule((Grant(Role.APPROVER), Grant(Role.AUDITOR))),
    Permission.READ_AUDIT_LOG: Rule((Grant(Role.AUDITOR),)),
    Permission.READ_ADMIN_LOG: Rule((Grant(Role.ADMIN), Grant(Role.AUDITOR))),
}

ABOUT_NO_TABLE = frozenset(
    {
        *(Permission.MANAGE, Permission.MANAGE_LIBRARY, Permission.READ_AUDIT_LOG, Permission.READ_ADMIN_LOG),
        *(Permission.SEE_TREATMENTS, Permission.SEE_TREATMENTS_BY_REVIEWER),
    }
)
"""Permissions that concern no table; `may` accepts them without `facts`."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The person whom a stand-in (代办) acts for. stand_in_id: the appointment; until: its last day, local."""

    id: int
    username: str
    name: str
    stand_in_id: int
    until: date


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work: roles, and unit codes of the offices related to the person.

    offices_merged: those merged into the own office (并入), whose tables it works on.
    principal: whom the person acts for. Roles and offices are then those of the principal, none of the person's own;
    `id`, `username` and `name` are always those of the person who acts.
    """

    id: int
    username: str
    name: str
    roles: frozenset[Role] = frozenset()
    office: str | None = None
    offices_merged: frozenset[str] = frozenset()
    offices_below: frozenset[str] = frozenset()
    offices_above: frozenset[str] = frozenset()
    offices_assigned: frozenset[str] = frozenset()
    principal: Principal | None = None

    @property
    def ids(self) -> frozenset[int]:
        """Everybody whose act it is: four eyes look at both persons."""
        return frozenset({self.id, self.capacity_id})

    @property
    def capacity_id(self) -> int:
        """In whose capacity the act is done."""
        return self.principal.id if self.principal else self.id

    @property
    def signature(self) -> str:
        """The name as it is stored beside what the person did, of both persons where one acts for another."""
        if self.principal is None:
            return self.name
        return f"{_shortened(self.name)}（代{_shortened(self.principal.name)}）"

    @property
    def own_offices(self) -> frozenset[str]:
        return frozenset() if self.office is None else frozenset({self.office}) | self.offices_merged

    def relations_to(self, office: str) -> frozenset[Relation]:
        """Every relation that holds; {NONE} if none does."""
        found = {
            relation
            for relation, holds in (
                (Relation.OWN, office in self.own_offices),
                (Relation.BELOW, office in self.offices_below),
                (Relation.ABOVE, office in self.offices_above),
                (Relation.ASSIGNED, office in self.offices_assigned),
            )
            if holds
        }
        return frozenset(found or {Relation.NONE})


def _shortened(name: str) -> str:
    """So that two names fit where one is stored (LONGEST_NAME); the audit entry has both whole."""
    most = (LONGEST_NAME - len("（代）")) // 2
    return name if len(name) <= most else f"{name[: most - 1]}…"


@dataclass(frozen=True, slots=True)
class TableFacts:
    """The facts about a target table that PERMISSIONS and ACTIONS read.

    worked_on_by: ids of the people who edited, submitted, explained or attached. in_force: an approved revision is in
    force. Of permissions on an office's part of the register, only `office` counts.
    """

    office: str
    state: State = State.DRAFTED
    submitted_once: bool = False
    worked_on_by: frozenset[int] = field(default_factory=frozenset)
    in_force: bool = False
    voided: bool = False


def may(actor: Actor, permission: Permission, facts: TableFacts | None = None) -> bool:
    """Whether `actor` holds `permission`, on the table of `facts` if the permission concerns a table.

    For actions this says who may act; `actions.is_lawful` says when.
    """
    rule = PERMISSIONS.get(permission)
    if rule is None:
        return False
    if facts is None:
        return permission in ABOUT_NO_TABLE and any(grant.role in actor.roles for grant in rule.grants)
    if rule.states is not None and facts.state not in rule.states:
        return False
    if (rule.never_submitted and facts.submitted_once) or (rule.never_approved and facts.in_force):
        return False
    if (facts.voided and not rule.on_voided) or (rule.begins_work and facts.office in actor.offices_merged):
        return False
    return any(_applies(grant, actor, facts) for grant in rule.grants)


def _applies(grant: Grant, actor: Actor, facts: TableFacts) -> bool:
    return (
        grant.role in actor.roles
        and (grant.relations is None or bool(grant.relations & actor.relations_to(facts.office)))
        and (facts.submitted_once or not grant.submitted_once)
        and not (grant.not_own_work and actor.ids & facts.worked_on_by)
    )


def grants_held(actor: Actor, permission: Permission) -> tuple[Grant, ...]:
    """The grants of `permission` for this actor's roles; list queries are built from them."""
    return tuple(grant for grant in PERMISSIONS[permission].grants if grant.role in actor.roles)


def bound_by_own_work(actor: Actor) -> bool:
    """Whether four eyes restricts any permission of this actor's roles."""
    return any(grant.not_own_work for permission in PERMISSIONS for grant in grants_held(actor, permission))


def offices_of(actor: Actor, grant: Grant) -> frozenset[str] | None:
    """The offices that a grant covers for this actor; None = every office."""
    if grant.relations is None:
        return None
    by_relation = {
        Relation.OWN: actor.own_offices,
        Relation.BELOW: actor.offices_below,
        Relation.ABOVE: actor.offices_above,
        Relation.ASSIGNED: actor.offices_assigned,
    }
    return frozenset().union(*(by_relation[relation] for relation in grant.relations))


def offices_in_reach(actor: Actor, permission: Permission) -> frozenset[str] | None:
    """Every office that any grant of `permission` covers for this actor; None = every office."""
    reach: frozenset[str] = frozenset()
    for grant in grants_held(actor, permission):
        offices = offices_of(actor, grant)
        if offices is None:
            return None
        reach |= offices
    return reach - actor.offices_merged if PERMISSIONS[permission].begins_work else reach
