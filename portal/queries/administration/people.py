"""Accounts and offices for the pages of the administrator."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from portal.domain.permissions import Role, mixes_duties
from portal.models import Assignment, Office, TargetTable, User, UserRole


@dataclass(frozen=True, slots=True)
class Person:
    user: User
    office_name: str
    roles: frozenset[Role]
    assigned: frozenset[str]

    @property
    def mixes_duties(self) -> bool:
        return mixes_duties(self.roles)


def people(session: Session) -> list[Person]:
    """All accounts, those without an office first, then by office."""
    roles: dict[int, set[Role]] = {}
    for user_id, role in session.execute(select(UserRole.user_id, UserRole.role)):
        roles.setdefault(user_id, set()).add(Role(role))
    assigned: dict[int, set[str]] = {}
    for user_id, code in session.execute(select(Assignment.user_id, Assignment.office_code)):
        assigned.setdefault(user_id, set()).add(code)
    found = session.execute(
        select(User, Office.name)
        .outerjoin(Office, Office.code == User.office_code)
        .order_by(User.office_code.is_(None).desc(), User.office_code, User.id)
    )
    return [
        Person(user, name or "", frozenset(roles.get(user.id, ())), frozenset(assigned.get(user.id, ())))
        for user, name in found
    ]


def person(session: Session, user_id: int) -> Person | None:
    return next((person for person in people(session) if person.user.id == user_id), None)


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of an office to telephone."""

    name: str
    phone: str
    is_head: bool


def contacts(session: Session, offices: Collection[str]) -> dict[str, list[Contact]]:
    """The active people of each of these offices, heads first. One statement."""
    is_head = func.max(case((UserRole.role == Role.HEAD.value, 1), else_=0))
    rows = session.execute(
        select(User.office_code, User.name, User.phone, is_head.label("is_head"))
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.active, User.office_code.in_(sorted(offices)))
        .where(UserRole.role.in_([Role.HEAD.value, Role.DRAFTER.value]))
        .group_by(User.id)
        .order_by(is_head.desc(), User.id)
    )
    found: dict[str, list[Contact]] = {}
    for code, name, phone, head in rows:
        found.setdefault(code, []).append(Contact(name, phone, bool(head)))
    return found


def bureau(session: Session, roles: Collection[Role]) -> list[tuple[int, str]]:
    """(id, name with user name) of the active people who hold one of these roles."""
    holds = exists().where(UserRole.user_id == User.id, UserRole.role.in_([role.value for role in roles]))
    rows = session.execute(select(User.id, User.name, User.username).where(User.active, holds).order_by(User.username))
    return [(id, f"{name}（{username}）") for id, name, username in rows]


def offices(session: Session) -> Sequence[Office]:
    return session.scalars(select(Office).order_by(Office.code)).all()


def table_counts(session: Session) -> dict[str, int]:
    """Office code → number of its tables in all years."""
    rows = session.execute(select(TargetTable.office_code, func.count()).group_by(TargetTable.office_code))
    return {code: count for code, count in rows}  # noqa: C416 - dict(rows) would ask the result for keys
