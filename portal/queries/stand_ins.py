"""代办: who stands in for whom, now and before. Rules belong in `domain.stand_ins`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.domain.permissions import Role, mixes_duties
from portal.domain.stand_ins import Appointment, Period
from portal.models import Office, StandIn, User, UserRole

LISTED = 200
"""Most rows of `listed`."""
_person, _stand_in = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class StandInLine:
    """An appointment with the names of both. is_over: ended, or past its last day, on the day of the query."""

    row: StandIn
    person: str
    stand_in: str
    is_over: bool


def in_days(today: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Condition for appointments that hold on this day and were not ended."""
    return and_(StandIn.starts_on <= today, StandIn.ends_on >= today, StandIn.ended_at.is_(None))


_LINES = (
    select(StandIn, _person.name.label("person"), _stand_in.name.label("stand_in"))
    .join(_person, _person.id == StandIn.person_id)
    .join(_stand_in, _stand_in.id == StandIn.stand_in_id)
)
_ARE_ACTIVE = and_(_person.active, _stand_in.active)
# Every act for another runs this.
_IN_FORCE = (
    select(func.count())
    .select_from(StandIn)
    .join(_person, _person.id == StandIn.person_id)
    .join(_stand_in, _stand_in.id == StandIn.stand_in_id)
    .where(StandIn.id == bindparam("stand_in_id"), in_days(bindparam("today")), _ARE_ACTIVE)
)


def is_in_force(session: Session, stand_in_id: int, today: date) -> bool:
    """Whether the appointment holds today; not once either account is disabled."""
    return bool(session.scalar(_IN_FORCE, {"stand_in_id": stand_in_id, "today": today}))


def current_of(session: Session, user_id: int, today: date) -> list[StandInLine]:
    """The appointments of today in which the person stands in for another, or another for the person."""
    concerns = or_(StandIn.person_id == user_id, StandIn.stand_in_id == user_id)
    return _lines(session, _LINES.where(concerns, in_days(today), _ARE_ACTIVE).order_by(StandIn.id), today)


def line(session: Session, stand_in_id: int, today: date) -> StandInLine | None:
    return next(iter(_lines(session, _LINES.where(StandIn.id == stand_in_id), today)), None)


def listed(session: Session, user_id: int | None, today: date) -> list[StandInLine]:
    """All appointments (`user_id` None) or those that concern a person, the latest first."""
    statement = _LINES.order_by(StandIn.starts_on.desc(), StandIn.id.desc()).limit(LISTED)
    if user_id is not None:
        statement = statement.where(or_(StandIn.person_id == user_id, StandIn.stand_in_id == user_id))
    return _lines(session, statement, today)


def _lines(session: Session, statement: Select[StandIn, str, str], today: date) -> list[StandInLine]:
    return [
        StandInLine(row, person, stand_in, row.ended_at is not None or row.ends_on < today)
        for row, person, stand_in in session.execute(statement)
    ]


def not_over(session: Session, today: date) -> list[Appointment]:
    """All appointments of today and later."""
    rows = session.scalars(select(StandIn).where(StandIn.ends_on >= today, StandIn.ended_at.is_(None)))
    return [Appointment(row.person_id, row.stand_in_id, Period(row.starts_on, row.ends_on)) for row in rows]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can stand in for another, or be stood in for."""

    id: int
    name: str
    username: str
    office_code: str | None
    office: str
    roles: frozenset[Role]


def candidates(session: Session) -> list[Candidate]:
    """The people whose accounts are in use, by office and name; nobody who mixes duties."""
    roles = func.aggregate_strings(UserRole.role, ",")
    rows = session.execute(
        select(User.id, User.name, User.username, User.office_code, Office.name.label("office"), roles)
        .join(UserRole, UserRole.user_id == User.id)
        .outerjoin(Office, Office.code == User.office_code)
        .where(User.active)
        .group_by(User.id, User.name, User.username, User.office_code, Office.name)
        .order_by(User.office_code.is_(None), User.office_code, User.name, User.id)
    )
    found = [
        Candidate(id, name, username, code, office or "", frozenset(map(Role, held.split(","))))
        for id, name, username, code, office, held in rows
    ]
    return [candidate for candidate in found if not mixes_duties(candidate.roles)]
