"""Who is at work: an account with its roles and what its offices are to it, in one statement."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from portal.domain.permissions import Actor, Role
from portal.models import Assignment, Office, User, UserRole

_own = aliased(Office)
_below = aliased(Office)

_roles = (
    select(func.aggregate_strings(UserRole.role, ","))
    .where(UserRole.user_id == User.id)
    .correlate(User)
    .scalar_subquery()
)
_assigned = (
    select(func.aggregate_strings(Assignment.office_code, ","))
    .where(Assignment.user_id == User.id)
    .correlate(User)
    .scalar_subquery()
)
_offices_below = (
    select(func.aggregate_strings(_below.code, ","))
    .where(_below.lineage.like(_own.lineage + "_%"))
    .correlate(_own)
    .scalar_subquery()
)
_people: Select[tuple[User, str | None, str | None, str | None, str | None]] = select(
    User, _own.lineage, _roles, _assigned, _offices_below
).outerjoin(_own, _own.code == User.office_code)


def account(session: Session, user_id: int) -> tuple[User, Actor] | None:
    """The account and its actor; None where there is no such account, or it is disabled."""
    return _one(session, _people.where(User.id == user_id, User.active))


def account_named(session: Session, username: str) -> tuple[User, Actor] | None:
    return _one(session, _people.where(User.username == username, User.active))


def _one(
    session: Session, statement: Select[tuple[User, str | None, str | None, str | None, str | None]]
) -> tuple[User, Actor] | None:
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    user, lineage, roles, assigned, below = row
    return user, Actor(
        id=user.id,
        username=user.username,
        name=user.name,
        roles=frozenset(Role(role) for role in _words(roles)),
        office=user.office_code,
        offices_below=_words(below),
        offices_above=frozenset(code for code in (lineage or "").split("/") if code) - {user.office_code or ""},
        offices_assigned=_words(assigned),
    )


def _words(text: str | None) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()
