"""The account of a session or of a user name, with its roles, its relations to offices and the number of its unread
notices, in one statement.

Two or three more for people with a stand-in (代办) today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from portal.database import local_today
from portal.domain import stand_ins as rules
from portal.domain.offices import shared_beginning
from portal.domain.permissions import Actor, Role
from portal.models import Assignment, Notice, Office, OfficeMerger, StandIn, User, UserRole, UserSession
from portal.queries import calendar, news, stand_ins
from portal.queries.office_tree import is_within
from portal.queries.stand_ins import StandInLine

MOST_UNREAD = 100
"""Where counting stops: "99+" is as useful as 4,711."""
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
_stand_ins = (
    select(func.count())
    .where(or_(StandIn.person_id == User.id, StandIn.stand_in_id == User.id), stand_ins.in_days(bindparam("today")))
    .correlate(User)
    .scalar_subquery()
)
_unread_notices = (
    select(Notice.id)
    .where(Notice.person_id == User.id, Notice.read_at.is_(None), Notice.settled_at.is_(None))
    .correlate(User)
    .limit(MOST_UNREAD)
    .subquery()
)
_accounts = select(
    User,
    _own.name.label("office_name"),
    _own.lineage.label("lineage"),
    _roles.label("roles"),
    _assigned.label("assigned"),
    _offices_below.label("below"),
    _offices_merged.label("merged"),
    _stand_ins.label("stand_ins"),
    select(func.count()).select_from(_unread_notices).scalar_subquery().label("unread_notices"),
    calendar.VERSION,
    select(func.min(Office.name)).scalar_subquery().label("first_office"),
    select(func.max(Office.name)).scalar_subquery().label("last_office"),
    news.LATEST_NUMBER.label("latest_entry"),
).outerjoin(_own, _own.code == User.office_code)

# Every request runs one of these. Built once, a statement is compiled once.
_OF_ONESELF = _accounts.add_columns(literal(None, Integer).label("stand_in_id"))
_BY_NAME = _OF_ONESELF.where(User.username == bindparam("name"), User.active)
_BY_ID = _OF_ONESELF.where(User.id == bindparam("id"), User.active)
_BY_SESSION = (
    _accounts.add_columns(UserSession.stand_in_id)
    .join(UserSession, UserSession.user_id == User.id)
    .where(
        UserSession.key == bindparam("key"),
        UserSession.stamp == User.stamp,
        UserSession.expires_at > bindparam("now"),
        User.active,
    )
)


@dataclass(frozen=True, slots=True)
class Account:
    """actor: in the capacity chosen in the session; own: in the own one.

    stand_ins: appointments of today that concern the person. chosen: the one in whose capacity `actor` acts. lapsed:
    the chosen one, if it holds no longer; `actor` is then `own`. chosen_office: the name of the principal's office.
    unread_notices: at most MOST_UNREAD, those of the principal in whose capacity the person works.
    common_beginning: of the names of all offices, which lists leave out. latest_entry: see `news`.
    """

    user: User
    actor: Actor
    office_name: str
    own: Actor
    stand_ins: Sequence[StandInLine] = ()
    chosen: StandInLine | None = None
    lapsed: StandInLine | None = None
    chosen_office: str = ""
    unread_notices: int = 0
    common_beginning: str = ""
    latest_entry: int = 0


def account_of_session(session: Session, key: str, now: datetime) -> Account | None:
    """The account that is signed in with a session; None if the session has ended or the account is disabled."""
    return _one(session, _BY_SESSION, {"key": key, "now": now})


def account_named(session: Session, username: str) -> Account | None:
    """The account and its actor; None if there is no such account or it is disabled."""
    return _one(session, _BY_NAME, {"name": username})


def _one(session: Session, statement: Select[*tuple[Any, ...]], values: dict[str, Any]) -> Account | None:
    today = local_today()
    row = session.execute(statement, values | {"today": today}).one_or_none()
    if row is None:
        return None
    calendar.remember_version(session, row.calendar_version)
    own = _actor(row)
    account = Account(
        row[0],
        own,
        row.office_name or "",
        own,
        unread_notices=row.unread_notices,
        # What the first and the last name share, all names share.
        common_beginning=shared_beginning(row.first_office or "", row.last_office or ""),
        latest_entry=row.latest_entry or 0,
    )
    if row.stand_ins:
        account = replace(account, stand_ins=stand_ins.current_of(session, own.id, today))
    return _in_capacity(session, account, row.stand_in_id, today) if row.stand_in_id else account


def _actor(row: Any) -> Actor:
    user: User = row[0]
    return Actor(
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


def _in_capacity(session: Session, account: Account, stand_in_id: int, today: date) -> Account:
    """The account in the chosen capacity, unless that holds no longer."""
    own = account.own
    for line in account.stand_ins:
        if line.row.id == stand_in_id and line.row.stand_in_id == own.id:
            row = session.execute(_BY_ID, {"id": line.row.person_id, "today": today}).one_or_none()
            if row and rules.are_on_one_side((person := _actor(row)).roles, own.roles):
                actor = rules.in_capacity_of(person, own, stand_in_id, line.row.ends_on)
                return replace(
                    account,
                    actor=actor,
                    chosen=line,
                    chosen_office=row.office_name or "",
                    unread_notices=row.unread_notices,
                )
    return replace(account, lapsed=stand_ins.line(session, stand_in_id, today))


def _words(text: str | None) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()
