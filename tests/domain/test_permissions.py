"""Who may do what: the rights as they were decided, written out once more, against PERMISSIONS as a whole.

The expectation stands here as data of its own, so that a grant too many or too few fails; nothing of it is
computed from the table under test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product

import pytest

from portal.domain import permissions
from portal.domain.permissions import (
    ABOUT_NO_TABLE,
    PERMISSIONS,
    Actor,
    Permission,
    Relation,
    Role,
    TableFacts,
    bound_by_own_work,
    grants_held,
    may,
    offices_in_reach,
    offices_of,
)
from portal.domain.states import State

ANY = "own below above assigned none"
ALWAYS = "never-submitted drafted submitted returned approved"
SENT = "drafted submitted returned approved"
"""Moments of a table; `drafted` is one that was submitted and withdrawn."""

RIGHTS = (
    # permission, role, relations, moments, own work forbids
    ("see", "drafter head", "own below", ALWAYS, False),
    ("see", "reviewer", "assigned", SENT, False),
    ("see", "approver", ANY, SENT, False),
    ("see", "auditor", ANY, ALWAYS, False),
    ("export", "drafter head", "own below", ALWAYS, False),
    ("export", "reviewer", "assigned", SENT, False),
    ("export", "approver", ANY, SENT, False),
    ("export", "auditor", ANY, ALWAYS, False),
    ("see_working_copy", "drafter head", "own below", ALWAYS, False),
    ("see_editing", "drafter head", "own below", ALWAYS, False),
    ("see_editing", "auditor", ANY, SENT, False),
    ("see_bureau_notes", "reviewer", "assigned", SENT, False),
    ("see_bureau_notes", "approver", ANY, SENT, False),
    ("see_bureau_notes", "auditor", ANY, ALWAYS, False),
    ("write_notes", "reviewer", "assigned", SENT, False),
    ("write_notes", "approver", ANY, SENT, False),
    ("create", "drafter head", "own", ALWAYS, False),
    ("edit", "drafter head", "own", "never-submitted drafted returned", False),
    ("discard", "drafter head", "own", "never-submitted", False),
    ("restore_draft", "drafter head", "own", "never-submitted", False),
    ("answer", "drafter head", "own", "never-submitted drafted returned", False),
    ("hand_up", "drafter", "own", "never-submitted drafted returned", False),
    ("hand_back", "head", "own", "never-submitted drafted returned", False),
    ("submit", "head", "own", ALWAYS, False),
    ("withdraw", "head", "own", ALWAYS, False),
    ("claim", "reviewer", "assigned", "submitted", False),
    ("claim", "approver", ANY, "submitted", False),
    ("raise", "reviewer", "assigned", "submitted", False),
    ("raise", "approver", ANY, "submitted", False),
    ("accept", "reviewer", "assigned", "submitted", False),
    ("accept", "approver", ANY, "submitted", False),
    ("recommend", "reviewer", "assigned", "submitted", False),
    ("recommend", "approver", ANY, "submitted", False),
    ("return", "reviewer", "assigned", SENT, False),
    ("return", "approver", ANY, SENT, False),
    ("approve", "approver", ANY, SENT, True),
    ("reopen", "approver", ANY, SENT, True),
    ("ask_adjustment", "head", "own", "approved", False),
    ("ask_extension", "head", "own", "never-submitted drafted returned", False),
    ("extend", "reviewer", "assigned", "never-submitted drafted returned", False),
    ("extend", "approver", ANY, "never-submitted drafted returned", False),
    ("void", "head", "own", "drafted returned", False),
    ("see_register", "drafter head", "own below", ALWAYS, False),
    ("see_register", "reviewer", "assigned", ALWAYS, False),
    ("see_register", "approver auditor", ANY, ALWAYS, False),
    ("see_overview", "drafter head", "own below", ALWAYS, False),
    ("see_overview", "reviewer", "assigned", ALWAYS, False),
    ("see_overview", "approver auditor", ANY, ALWAYS, False),
    ("keep_register", "reviewer", "assigned", ALWAYS, False),
    ("keep_register", "approver", ANY, ALWAYS, False),
    ("confirm_no_projects", "head", "own", ALWAYS, False),
)
"""Acts that move a table stand here with who alone; when they may is in `test_workflow`."""

WITHOUT_TABLE = {
    "manage": "admin",
    "manage_library": "reviewer approver",
    "see_treatments": "reviewer approver auditor",
    "see_treatments_by_reviewer": "approver auditor",
    "read_audit_log": "auditor",
    "read_admin_log": "admin auditor",
}

OFFICE = "610002"
ME, SOMEBODY = 7, 8
_FACTS = {
    "never-submitted": (State.DRAFTED, False),
    "drafted": (State.DRAFTED, True),
    "submitted": (State.SUBMITTED, True),
    "returned": (State.RETURNED, True),
    "approved": (State.APPROVED, True),
}


@dataclass(frozen=True)
class Case:
    permission: Permission
    role: Role
    relation: Relation
    moment: str
    own_work: bool

    @property
    def expected(self) -> bool:
        return any(
            permission == self.permission
            and self.role in roles.split()
            and self.relation in relations.split()
            and self.moment in moments.split()
            and not (own_work_forbids and self.own_work)
            for permission, roles, relations, moments, own_work_forbids in RIGHTS
        )


def cases() -> Iterator[Case]:
    on_tables = [permission for permission in Permission if permission not in WITHOUT_TABLE]
    for values in product(on_tables, Role, Relation, _FACTS, (False, True)):
        yield Case(*values)


def actor(roles: frozenset[Role], relation: Relation) -> Actor:
    offices = frozenset({OFFICE})
    return Actor(
        id=ME,
        username="me",
        name="我",
        roles=roles,
        office=OFFICE if relation is Relation.OWN else "999",
        offices_below=offices if relation is Relation.BELOW else frozenset(),
        offices_above=offices if relation is Relation.ABOVE else frozenset(),
        offices_assigned=offices if relation is Relation.ASSIGNED else frozenset(),
    )


def facts(moment: str, own_work: bool = False) -> TableFacts:
    state, submitted_once = _FACTS[moment]
    return TableFacts(OFFICE, state, submitted_once, frozenset({SOMEBODY, ME} if own_work else {SOMEBODY}))


def test_every_permission_is_held_exactly_where_the_rights_table_says_so() -> None:
    wrong = [
        case
        for case in cases()
        if may(actor(frozenset({case.role}), case.relation), case.permission, facts(case.moment, case.own_work))
        != case.expected
    ]
    assert wrong == []


def test_rights_table_of_the_tests_names_every_permission_on_tables_and_no_other() -> None:
    assert {permission for permission, *_ in RIGHTS} | set(WITHOUT_TABLE) == set(Permission)
    assert set(PERMISSIONS) == set(Permission)
    assert set(WITHOUT_TABLE) == ABOUT_NO_TABLE


@pytest.mark.parametrize("permission", Permission)
def test_permission_without_a_table_is_held_only_where_it_concerns_none(permission: Permission) -> None:
    holders = {role for role in Role if may(actor(frozenset({role}), Relation.OWN), permission)}
    assert holders == set(WITHOUT_TABLE.get(permission, "").split())


def test_several_roles_hold_what_each_of_them_holds_and_four_eyes_bind_all_the_same() -> None:
    wrong = []
    for relation, moment, permission in product(Relation, _FACTS, (p for p, *_ in RIGHTS)):
        for pair in combinations(Role, 2):
            expected = any(Case(Permission(permission), r, relation, moment, True).expected for r in pair)
            held = may(actor(frozenset(pair), relation), Permission(permission), facts(moment, True))
            if held != expected:
                wrong.append((pair, relation, moment, permission))
    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_own_work_matters_to_nobody_but_those_whom_it_binds(role: Role) -> None:
    everywhere = [(relation, m, p) for relation, m, (p, *_) in product(Relation, _FACTS, RIGHTS)]
    matters = [
        (relation, moment, permission)
        for relation, moment, permission in everywhere
        if may(actor(frozenset({role}), relation), Permission(permission), facts(moment, True))
        != may(actor(frozenset({role}), relation), Permission(permission), facts(moment, False))
    ]
    assert bound_by_own_work(actor(frozenset({role}), Relation.OWN)) == bool(matters)


def test_nobody_without_a_role_may_anything() -> None:
    nobody = [actor(frozenset(), relation) for relation in Relation]
    assert not any(may(who, p, facts(m)) for who in nobody for p in Permission for m in _FACTS)
    assert not any(may(who, p) for who in nobody for p in Permission)


def test_administrator_sees_no_document_and_auditor_changes_none() -> None:
    held = {
        role: {p.value for p in Permission for m in _FACTS if may(actor(frozenset({role}), Relation.OWN), p, facts(m))}
        for role in (Role.ADMIN, Role.AUDITOR)
    }
    assert held == {Role.ADMIN: {"manage", "read_admin_log"}, Role.AUDITOR: {
        "see", "export", "see_bureau_notes", "see_register", "see_overview", "read_audit_log", "read_admin_log",
        "see_editing", "see_treatments", "see_treatments_by_reviewer",
    }}  # fmt: skip


def test_permission_that_no_grant_names_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    left = {p: rule for p, rule in PERMISSIONS.items() if p is not Permission.SEE}
    monkeypatch.setattr(permissions, "PERMISSIONS", left)
    assert not may(actor(frozenset(Role), Relation.OWN), Permission.SEE, facts("submitted"))


# --- relations and reach -------------------------------------------------------------------------


def test_every_relation_that_holds_is_named() -> None:
    who = Actor(1, "a", "甲", office="610002", offices_assigned=frozenset({"610002", "620001"}))
    assert who.relations_to("610002") == {Relation.OWN, Relation.ASSIGNED}
    assert who.relations_to("620001") == {Relation.ASSIGNED}
    assert who.relations_to("630001") == {Relation.NONE}


def test_somebody_without_an_office_stands_in_no_relation() -> None:
    assert Actor(1, "a", "甲").relations_to("610002") == {Relation.NONE}


def test_offices_that_a_grant_reaches() -> None:
    who = Actor(
        1,
        "a",
        "甲",
        frozenset({Role.HEAD, Role.REVIEWER, Role.APPROVER}),
        office="610002",
        offices_below=frozenset({"61000201"}),
        offices_above=frozenset({"610"}),
        offices_assigned=frozenset({"620001"}),
    )
    reach = {grant.role: offices_of(who, grant) for grant in grants_held(who, Permission.SEE)}
    assert reach == {
        Role.HEAD: {"610002", "61000201"},
        Role.REVIEWER: {"620001"},
        Role.APPROVER: None,
    }
    nobody = Actor(2, "b", "乙", frozenset({Role.DRAFTER}))
    assert [offices_of(nobody, grant) for grant in grants_held(nobody, Permission.SEE)] == [frozenset()]


@pytest.mark.parametrize("words", [Role, Relation, Permission, State])
def test_everything_shown_has_words_of_its_own(words: type[Role | Relation | Permission | State]) -> None:
    labels = [word.label for word in words]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_table_with_a_revision_in_force_is_never_voided() -> None:
    head = actor(frozenset({Role.HEAD}), Relation.OWN)
    returned = TableFacts(OFFICE, State.RETURNED, submitted_once=True)

    assert may(head, Permission.VOID, returned)
    assert not may(head, Permission.VOID, replace(returned, in_force=True))


def test_voided_table_is_only_read() -> None:
    everybody = actor(frozenset(Role), Relation.OWN)
    voided = TableFacts(OFFICE, State.RETURNED, submitted_once=True, voided=True)

    held = {each for each in Permission if each not in WITHOUT_TABLE and may(everybody, each, voided)}

    assert held == {
        Permission.SEE,
        Permission.EXPORT,
        Permission.SEE_WORKING_COPY,
        Permission.SEE_EDITING,
        Permission.SEE_BUREAU_NOTES,
    }


def test_merged_office_is_worked_for_but_begins_nothing() -> None:
    who = Actor(
        1, "a", "甲", frozenset({Role.DRAFTER, Role.HEAD}), office="610002", offices_merged=frozenset({"610003"})
    )
    for permission in (Permission.SEE, Permission.EDIT, Permission.SUBMIT):
        assert may(who, permission, TableFacts("610003")), permission
    for permission in (Permission.CREATE, Permission.RESTORE_DRAFT, Permission.CONFIRM_NO_PROJECTS):
        assert may(who, permission, TableFacts("610002")), permission
        assert not may(who, permission, TableFacts("610003")), permission
        assert offices_in_reach(who, permission) == {"610002"}
    assert offices_in_reach(who, Permission.EDIT) == {"610002", "610003"}


def test_nobody_without_an_office_owns_one() -> None:
    assert Actor(1, "a", "甲").own_offices == frozenset()
