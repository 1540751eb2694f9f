"""What offices have not submitted, who is to be reminded of it (催报), and who has reminded them today.

Missing are entries of the register without a submitted table, and tables whose time after a return is over. Of a draft
the bureau reads here what the register says of it, nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, false, func, or_, select
from sqlalchemy.orm import Session

from portal.database import LOCAL
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.documents import Kind, title_of_project
from portal.domain.permissions import Actor, Permission, Role, offices_in_reach
from portal.domain.register import Standing
from portal.domain.states import State
from portal.models import AuditEntry, MailAddress, Office, OfficeMerger, RegisterEntry, TargetTable, User, UserRole
from portal.queries.record_words import detail_of, people_of
from portal.queries.register import standings
from portal.queries.tables import not_voided

_NOT_SUBMITTED = (Standing.NOT_BEGUN, Standing.DRAFTED)


@dataclass(slots=True)
class OfficeMissing:
    """overdue: returned tables whose date is over. names: of everything missing."""

    office_code: str
    office_name: str
    phone: str
    not_begun: int = 0
    drafted: int = 0
    overdue: int = 0
    names: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.not_begun + self.drafted + self.overdue


@dataclass(frozen=True, slots=True)
class Recipient:
    id: int
    name: str
    phone: str
    is_head: bool
    has_mail: bool


@dataclass(frozen=True, slots=True)
class EarlierReminder:
    who: str
    at: datetime


def missing(
    session: Session, actor: Actor, year: int, today: date, offices: Collection[str] | None = None
) -> list[OfficeMissing]:
    """Of the offices that the actor may remind, by code; None: of all of them. Two statements."""
    found: dict[str, OfficeMissing] = {}
    entries = (
        standings.with_tables(
            *(Office.code, Office.name, Office.phone),
            RegisterEntry.name.label("what"),
            standings.STANDING.label("standing"),
        )
        .join(Office, Office.code == RegisterEntry.office_code)
        .where(
            RegisterEntry.year == year,
            _kept(actor, RegisterEntry.office_code, offices),
            or_(*map(standings.is_at, _NOT_SUBMITTED)),
        )
        .order_by(RegisterEntry.office_code, RegisterEntry.code)
    )
    for code, name, phone, what, standing in session.execute(entries):
        office = found.setdefault(code, OfficeMissing(code, name, phone))
        office.not_begun += standing == Standing.NOT_BEGUN
        office.drafted += standing == Standing.DRAFTED
        office.names.append(what)
    for code, name, phone, kind, what in session.execute(_overdue(actor, year, today, offices)):
        office = found.setdefault(code, OfficeMissing(code, name, phone))
        office.overdue += 1
        office.names.append(Kind.DEPARTMENT.label if kind == Kind.DEPARTMENT else title_of_project(what))
    return [found[code] for code in sorted(found)]


def _overdue(actor: Actor, year: int, today: date, offices: Collection[str] | None) -> Select[str, str, str, str, str]:
    return (
        select(Office.code, Office.name, Office.phone, TargetTable.kind, TargetTable.submitted_name)
        .join(Office, Office.code == TargetTable.office_code)
        .where(
            TargetTable.year == year,
            TargetTable.state == State.RETURNED.value,
            TargetTable.due_on < today,
            not_voided(),
            _kept(actor, TargetTable.office_code, offices),
        )
        .order_by(TargetTable.office_code, TargetTable.position, TargetTable.id)
    )


def _kept(actor: Actor, office: SQLColumnExpression[str], chosen: Collection[str] | None) -> ColumnElement[bool]:
    """Condition for offices that the actor may remind, among the chosen ones."""
    reach = offices_in_reach(actor, Permission.KEEP_REGISTER)
    wanted = reach if chosen is None else frozenset(chosen) if reach is None else reach & frozenset(chosen)
    if wanted is None:
        return office.is_not(None)
    return office.in_(sorted(wanted)) if wanted else false()


def recipients(session: Session, offices: Collection[str]) -> Mapping[str, list[Recipient]]:
    """Office code → those who work on its tables, heads first: whom the circle 'office' holds. One statement."""
    heads = func.count().filter(UserRole.role == Role.HEAD.value)
    rows = session.execute(
        select(
            *(Office.code, User.id, User.name, User.phone),
            heads.label("heads"),
            func.count(MailAddress.user_id).label("mails"),
        )
        .outerjoin(OfficeMerger, OfficeMerger.office_code == Office.code)
        .join(User, or_(User.office_code == Office.code, User.office_code == OfficeMerger.into_code))
        .join(UserRole, UserRole.user_id == User.id)
        .outerjoin(MailAddress, and_(MailAddress.user_id == User.id, MailAddress.is_on))
        .where(Office.code.in_(sorted(offices)), User.active)
        .where(UserRole.role.in_([Role.HEAD.value, Role.DRAFTER.value]))
        .group_by(Office.code, User.id)
        .order_by(Office.code, heads.desc(), User.id)
    )
    found: dict[str, list[Recipient]] = {}
    for code, id, name, phone, head_count, mails in rows:
        found.setdefault(code, []).append(Recipient(id, name, phone, bool(head_count), bool(mails)))
    return found


def reminded_today(session: Session, year: int, today: date, offices: Collection[str]) -> Mapping[str, EarlierReminder]:
    """Office code → who reminded it of this year today, last."""
    midnight = datetime.combine(today, datetime.min.time(), LOCAL)
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_kind == About.OFFICE.value,
            AuditEntry.object_id.in_(sorted(offices)),
            AuditEntry.act == audit_events.REMIND.name,
            AuditEntry.at >= midnight,
        )
        .order_by(AuditEntry.number)
    )
    return {
        entry.object_id: EarlierReminder(people_of(entry), entry.at)
        for entry in entries
        if detail_of(entry).get("year") == year
    }
