"""Who in the offices is told of what on one day: the bureau's list to print, and the numbers to telephone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_
from sqlalchemy.orm import Session

from portal.database import LOCAL
from portal.domain.audit_events import HAND_UPS
from portal.domain.notices import NOTICES, Topic
from portal.domain.permissions import Actor, Permission, offices_in_reach
from portal.models import MailAddress, Notice, User
from portal.queries.notices.inbox import Told, lines, seen, told

MOST = 2_000
"""Notices of a day that are listed."""
_OWN_DOING = [event for event, notice in NOTICES.items() if notice.topic is Topic.SUBMISSIONS]


@dataclass(frozen=True, slots=True)
class Person:
    """is_reached: has read it, or need not any more."""

    id: int
    name: str
    phone: str
    has_mail: bool
    is_reached: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something of which people of an office were told."""

    told: Told
    people: list[Person] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Call:
    """A telephone call that tells a person what they have not read."""

    person: Person
    about: list[Told] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ToldOffice:
    code: str
    name: str
    events: list[Event] = field(default_factory=list)

    @property
    def calls(self) -> list[Call]:
        """To the people who have to act and whom neither the portal nor mail has reached, one to each."""
        found: dict[int, Call] = {}
        for event in self.events:
            for person in event.people:
                if event.told.is_act and not (person.is_reached or person.has_mail):
                    found.setdefault(person.id, Call(person)).about.append(event.told)
        return list(found.values())


def told_on(session: Session, actor: Actor, day: date, *, sends_mail: bool) -> list[ToldOffice]:
    """The offices that the actor may remind, by code, with what their people were told on this local day, but for what
    people of the office itself did and what is for the office alone.

    sends_mail: whether addresses count. At most MOST notices. One statement.
    """
    reach = offices_in_reach(actor, Permission.KEEP_REGISTER)
    start = datetime.combine(day, datetime.min.time(), LOCAL)
    has_mail = exists().where(MailAddress.user_id == User.id, MailAddress.is_on)
    rows = session.execute(
        lines(actor)
        .join(User, User.id == Notice.person_id)
        .add_columns(User.id.label("user_id"), User.name.label("person"), User.phone, has_mail.label("has_mail"))
        .where(Notice.at >= start, Notice.at < start + timedelta(days=1), User.office_code.is_not(None), User.active)
        .where(Notice.office_code.is_not(None) if reach is None else Notice.office_code.in_(sorted(reach)))
        .where(or_(Notice.is_act, Notice.event.not_in(_OWN_DOING)), Notice.event.not_in(HAND_UPS), seen(actor))
        .order_by(Notice.office_code, Notice.entry, Notice.table_id, Notice.is_act.desc(), User.id)
        .limit(MOST)
    )
    found: list[ToldOffice] = []
    last: tuple[int, str] | None = None
    for row in rows:
        notice, line = row[0], told(row)
        if not found or found[-1].code != notice.office_code:
            found.append(ToldOffice(notice.office_code, row.office_name))
            last = None
        if last != (notice.entry, notice.key):
            found[-1].events.append(Event(line))
            last = (notice.entry, notice.key)
        is_reached = line.is_read or line.is_settled
        person = Person(row.user_id, row.person, row.phone, sends_mail and bool(row.has_mail), is_reached)
        found[-1].events[-1].people.append(person)
    return found
