"""The history across tables, offices and people: the entries of the audit log that an actor may read.

`readable` is `audit_events.may_see_act` as an SQL condition. The main acts of one table: `tables.history`; the log with
its chain: `record`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from portal.domain.audit_events import ADMINISTRATIVE, AUDIT_EVENTS, DOCUMENTS_LEAVING, About
from portal.domain.permissions import Actor, Permission, may, offices_in_reach
from portal.models import AuditEntry, AuditHead, Office, TargetTable, User
from portal.queries import office_tree
from portal.queries.searching import contains_all
from portal.queries.tables import Reach

PAGE = 50
_WINDOWS = (4_000, 40_000, 400_000)
"""Entries that are looked through first, second, …; then all."""
_NEVER = 2**62
_ABOUT_TABLES = (Permission.SEE, Permission.SEE_WORKING_COPY, Permission.SEE_BUREAU_NOTES)


@dataclass(frozen=True, slots=True)
class HistoryFilters:
    """acts, offices, people: names, codes and ids of which one must hold; None = any.

    since, until: aware times, `until` exclusive. before: only entries with a smaller number.
    """

    table_id: int | None = None
    acts: frozenset[str] | None = None
    offices: frozenset[str] | None = None
    people: frozenset[int] | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def entries(session: Session, actor: Actor, filters: HistoryFilters, most: int = PAGE + 1) -> Sequence[AuditEntry]:
    """At most `most` entries that the actor may read, the latest first.

    Looks through the newest entries first, and through more only while the page is not full: no index has the entries
    of several offices or people in the order of numbers, and collecting them all takes a second at a million entries.
    """
    filters = replace(filters, offices=_offices(actor, filters))
    if filters.offices == frozenset():
        return ()
    first, end = _bounds(session, filters)
    newest = select(AuditEntry).where(readable(actor), *_matching(filters)).order_by(AuditEntry.number.desc())
    found: Sequence[AuditEntry] = ()
    for start in _starts(first, end, filters):
        inside = AuditEntry.number.between(start, end - 1)
        found = session.scalars(newest.where(inside).limit(most)).all()
        if len(found) == most:
            break
    return found


def entry(session: Session, actor: Actor, number: int) -> AuditEntry | None:
    """The entry if the actor may read it."""
    return session.scalar(select(AuditEntry).where(AuditEntry.number == number, readable(actor)))


def _bounds(session: Session, filters: HistoryFilters) -> tuple[int, int]:
    """The numbers that a period and a cursor leave, the end exclusive: times and numbers have the same order."""
    since_first, until_first = (_first_since(at) if at else null() for at in (filters.since, filters.until))
    head, since, until = session.execute(select(AuditHead.number, since_first, until_first)).one()
    after = head + 1
    first = (after if since is None else since) if filters.since else 1
    return first, min(after, until or after, filters.before or after)


def _starts(first: int, end: int, filters: HistoryFilters) -> Iterator[int]:
    is_in_order = filters.table_id is not None or (filters.offices is not None and len(filters.offices) == 1)
    if not is_in_order:
        yield from takewhile(lambda start: start > first, (end - window for window in _WINDOWS))
    yield first


def between(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """Conditions for the entries of a period."""
    first = [AuditEntry.number >= _first_since(since)] if since else []
    return [*first, *([AuditEntry.number < func.coalesce(_first_since(until), _NEVER)] if until else [])]


def _first_since(at: datetime) -> ScalarSelect[int]:
    """The number of the first entry not before `at`; NULL if there is none."""
    other = aliased(AuditEntry)
    return select(other.number).where(other.at >= at).order_by(other.at, other.number).limit(1).scalar_subquery()


# --- what an actor may read ----------------------------------------------------------------------


def readable(actor: Actor) -> ColumnElement[bool]:
    """Condition for the entries that the actor may read."""
    if may(actor, Permission.READ_AUDIT_LOG):
        return true()
    ways = [*_ways_through_tables(actor), _way_through_register(actor)]
    if may(actor, Permission.READ_ADMIN_LOG):
        ways.append(administrative())
    return or_(false(), *ways)


def administrative() -> ColumnElement[bool]:
    """Condition for entries that `Permission.READ_ADMIN_LOG` covers."""
    return and_(
        AuditEntry.object_kind.in_(sorted(about.value for about in ADMINISTRATIVE)),
        AuditEntry.act.not_in(sorted(event.name for event in DOCUMENTS_LEAVING)),
    )


def events_seen(actor: Actor) -> list[str]:
    """Names of the events of which the actor may see some entry: for the administrator, of any administrative one."""
    if may(actor, Permission.READ_ADMIN_LOG):
        return list(AUDIT_EVENTS)
    return [name for name, event in AUDIT_EVENTS.items() if offices_in_reach(actor, event.seen_with) != frozenset()]


def _ways_through_tables(actor: Actor) -> list[ColumnElement[bool]]:
    """One condition for each reach: the acts that a permission of this reach lets the actor see."""
    acts: defaultdict[Reach, list[str]] = defaultdict(list)
    for permission in _ABOUT_TABLES:
        acts[Reach.of(actor, permission)] += _seen_with(permission)
    return [
        and_(AuditEntry.act.in_(names), _within(offices), _submissions() >= least)
        for reach, names in acts.items()
        for offices, least in ((reach.outright, 0), (reach.once_submitted, 1))
        if offices is None or offices
    ]


def _submissions() -> ScalarSelect[int]:
    """How often the table was submitted that the entry is about; NULL if it is about none, or none that exists.

    Only what is about a table has a number as its object; PostgreSQL refuses to cast anything else. In place of an
    EXISTS, which PostgreSQL may answer by reading all tables.
    """
    is_table = AuditEntry.object_kind == About.TABLE.value
    table_id = case((is_table, cast(AuditEntry.object_id, Integer)))
    return select(TargetTable.submission_count).where(TargetTable.id == table_id).scalar_subquery()


def _offices(actor: Actor, filters: HistoryFilters) -> frozenset[str] | None:
    """The wanted offices among those about which the actor may read entries; None = all, and what is about none."""
    reached = None if may(actor, Permission.READ_ADMIN_LOG) else _reached(actor)
    if reached is None or filters.offices is None:
        return filters.offices if reached is None else reached
    return filters.offices & reached


def _reached(actor: Actor) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for permission in (*_ABOUT_TABLES, Permission.SEE_REGISTER):
        offices = offices_in_reach(actor, permission)
        if offices is None:
            return None
        found |= offices
    return found


def _way_through_register(actor: Actor) -> ColumnElement[bool]:
    offices = offices_in_reach(actor, Permission.SEE_REGISTER)
    is_about_register = AuditEntry.object_kind == About.REGISTER.value
    return and_(is_about_register, AuditEntry.act.in_(_seen_with(Permission.SEE_REGISTER)), _within(offices))


def _seen_with(permission: Permission) -> list[str]:
    return [name for name, event in AUDIT_EVENTS.items() if event.seen_with is permission]


def _within(offices: frozenset[str] | None) -> ColumnElement[bool]:
    return true() if offices is None else AuditEntry.office_code.in_(sorted(offices))


def _matching(filters: HistoryFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.table_id is not None:
        conditions += [AuditEntry.object_kind == About.TABLE.value, AuditEntry.object_id == str(filters.table_id)]
    if filters.acts is not None:
        conditions.append(AuditEntry.act.in_(sorted(filters.acts)))
    if filters.offices is not None:
        conditions.append(_within(filters.offices))
    if filters.people is not None:
        conditions.append(done_by(filters.people))
    return conditions


def done_by(people: frozenset[int]) -> ColumnElement[bool]:
    """Condition for what one of them did, or what was done for one of them (代办)."""
    ids = sorted(people)
    return or_(AuditEntry.actor_id.in_(ids), AuditEntry.principal_id.in_(ids))


# --- values of the filters -----------------------------------------------------------------------


def people_named(session: Session, text: str) -> frozenset[int]:
    """Ids of the account of this user name; else of all whose name and user name have the words of `text`."""
    exact = session.scalar(select(User.id).where(User.username == text))
    return frozenset(session.scalars(accounts_named(text)) if exact is None else {exact})


def accounts_named(text: str) -> Select[int]:
    named = User.name.concat("（").concat(User.username).concat("）")
    return select(User.id).where(contains_all(named, text))


def office_with_those_below(session: Session, code: str) -> frozenset[str]:
    top = aliased(Office)
    found = select(Office.code).join(top, office_tree.is_within(Office, top)).where(top.code == code)
    return frozenset(session.scalars(found))
