"""The account of a session or of a user name, with its roles and its relations to offices, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from portal.domain.permissions import Actor, Role
from portal.models import Assignment, Office, OfficeMerger, User, UserRole, UserSession
from portal.queries.office_tree import is_within

_own = aliased(Office)
_below = aliased(Office)
_assigned_office = aliased(Office)
_covered = aliased(Office)

_roles = (
    select(func.aggregate_strings(UserRole.role, ","))
    .where(UserRole.user_id == User.id)
    .correlate(User)
    .scalar_subquery()
)
_assigned = (
    select(func.aggregate_strings(_covered.code, ","))
    .select_from(Assignment)
    .join(_assigned_office, _assigned_office.code == Assignment.office_code)
    .join(_covered, is_within(_covered, _assigned_office))
    .where(Assignment.user_id == User.id)
    .correlate(User)
    .scalar_subquery()
)
_offices_below = (
    select(func.aggregate_strings(_below.code, ","))
    .where(is_within(_below, _own), _below.code != _own.code)
    .correlate(_own)
    .scalar_subquery()
)
_offices_merged = (
    select(func.aggregate_strings(OfficeMerger.office_code, ","))
    .where(OfficeMerger.into_code == _own.code)
    .correlate(_own)
    .scalar_subquery()
)
_accounts = select(
    User,
    _own.name.label("office_name"),
    _own.lineage.label("lineage"),
    _roles.label("roles"),
    _assigned.label("assigned"),
    _offices_below.label("below"),
    _offices_merged.label("merged"),
).outerjoin(_own, _own.code == User.office_code)

# Every request runs one of these. Built once, a statement is compiled once.
_BY_NAME = _accounts.where(User.username == bindparam("name"), User.active)
_BY_SESSION = _accounts.join(UserSession, UserSession.user_id == User.id).where(
    UserSession.key == bindparam("key"),
    UserSession.stamp == User.stamp,
    UserSession.expires_at > bindparam("now"),
    User.active,
)


@dataclass(frozen=True, slots=True)
class Account:
    user: User
    actor: Actor
    office_name: str


def account_of_session(session: Session, key: str, now: datetime) -> Account | None:
    """The account that is signed in with a session; None if the session has ended or the account is disabled."""
    return _one(session, _BY_SESSION, {"key": key, "now": now})


def account_named(session: Session, username: str) -> Account | None:
    """The account and its actor; None if there is no such account or it is disabled."""
    return _one(session, _BY_NAME, {"name": username})


def _one(session: Session, statement: Select[*tuple[Any, ...]], values: dict[str, Any]) -> Account | None:
    row = session.execute(statement, values).one_or_none()
    if row is None:
        return None
    user: User = row.User
    actor = Actor(
        id=user.id,
        username=user.username,
        name=user.name,
        roles=frozenset(Role(role) for role in _words(row.roles)),
        office=user.office_code,
        offices_merged=_words(row.merged),
        offices_below=_words(row.below),
        offices_above=frozenset(code for code in (row.lineage or "").split("/") if code) - {user.office_code or ""},
        offices_assigned=_words(row.assigned),
    )
    return Account(user, actor, row.office_name or "")


def _words(text: str | None) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()
