"""The numbers of offices in a year, each from one GROUP BY over the entries of the register and the tables that answer
for them. Conditions are those of the lists (`queries.register`), so a number and its list agree.

Rights are not checked here: `offices` restricts to what an actor may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, select
from sqlalchemy.orm import Session, undefer

from portal.database import LOCAL, local_today
from portal.domain import actions, forms
from portal.domain.amounts import to_fen
from portal.domain.audit_events import About, event_of
from portal.domain.overview import Figures, Held
from portal.domain.register import OVERDUE, SUBMITTED, Standing
from portal.domain.states import State
from portal.models import AuditEntry, FindingCount, Opinion, RegisterEntry, Revision, TargetTable
from portal.queries.register import reviews, standings, unannounced

_IN_FORCE = standings.FACTS["in_force"]


def of_offices(session: Session, year: int, offices: Collection[str] | None = None) -> dict[str, Figures]:
    """By office code; offices that have nothing are left out. offices None: all."""
    found: defaultdict[str, Figures] = defaultdict(Figures)
    entries = [RegisterEntry.year == year]
    tables = [TargetTable.year == year]
    if offices is not None:
        entries.append(RegisterEntry.office_code.in_(sorted(offices)))
        tables.append(TargetTable.office_code.in_(sorted(offices)))
    _count(session, found, entries)
    _add_money_of_others(session, found, entries)
    _add_days(session, found, entries)
    _add_rules(session, found, entries)
    _add_kinds(session, found, entries)
    for office, count in unannounced.counts(session, tables):
        found[office].unannounced = count
    return dict(found)


def _count(session: Session, found: Mapping[str, Figures], entries: list[ColumnElement[bool]]) -> None:
    """Standings, claims, what is overdue, what is in force, and the money of what is approved."""
    today = local_today()
    groups: tuple[SQLColumnExpression[Any], ...] = (
        RegisterEntry.office_code,
        standings.STANDING.label("standing"),
        _IN_FORCE.label("in_force"),
        standings.selected(OVERDUE, today).label("overdue"),
        reviews.claimant(today).label("claimant"),
    )
    is_approved = TargetTable.state == State.APPROVED.value
    rows = session.execute(
        standings.with_tables(
            *groups,
            func.count().label("entries"),
            func.min(TargetTable.state_since).label("since"),
            func.coalesce(func.sum(TargetTable.submitted_total_fen).filter(is_approved), 0).label("fen"),
        )
        .where(*entries)
        .group_by(*groups)
    )
    for row in rows:
        office, standing, held = found[row.office_code], Standing(row.standing), Held(row.entries, row.since)
        office.at[standing] = office.at.get(standing, Held()) + held
        if standing is Standing.UNDER_REVIEW:
            office.claimed[row.claimant] = office.claimed.get(row.claimant, Held()) + held
        office.overdue += row.entries if row.overdue else 0
        office.in_force += row.entries if row.in_force else 0
        office.in_force_fen += int(row.fen)


def _add_money_of_others(session: Session, found: Mapping[str, Figures], entries: list[ColumnElement[bool]]) -> None:
    """What is in force of tables that were reopened, whose latest revision may be another, and when it was approved."""
    rows = session.execute(
        standings.with_tables(
            RegisterEntry.office_code,
            standings.STANDING.label("standing"),
            TargetTable.id,
            TargetTable.submission_count,
            TargetTable.submitted_total_fen,
            TargetTable.in_force_id,
            Revision.number,
        )
        .join(Revision, Revision.id == TargetTable.in_force_id)
        .where(*entries, TargetTable.state != State.APPROVED.value)
    ).all()
    older = _amounts(session, [row.in_force_id for row in rows if row.number != row.submission_count])
    approved_at = _approved_at(session, [row.id for row in rows])
    for row in rows:
        office = found[row.office_code]
        fen = older.get(row.in_force_id, row.submitted_total_fen or 0)
        office.in_force_fen += fen
        if row.standing == Standing.IN_ADJUSTMENT:
            office.adjusted_fen += fen
        if row.id in approved_at:
            office.approved_on[_local(approved_at[row.id])] += 1


def _amounts(session: Session, revision_ids: list[int]) -> dict[int, int]:
    """The amounts of revisions in fen, read from their texts: only the latest revision's stands in a column."""
    found = session.scalars(select(Revision).where(Revision.id.in_(revision_ids)).options(undefer(Revision.content)))
    return {each.id: to_fen(forms.yuan(each.document, "budget/total")) or 0 for each in found} if revision_ids else {}


def _approved_at(session: Session, table_ids: list[int]) -> dict[int, datetime]:
    """When each table was approved last. The record is the only place that has it of a table that was reopened."""
    approvals = (
        select(AuditEntry.object_id, func.max(AuditEntry.at))
        .where(
            AuditEntry.object_kind == About.TABLE.value,
            AuditEntry.object_id.in_([str(id) for id in table_ids]),
            AuditEntry.act == event_of(actions.APPROVE).name,
        )
        .group_by(AuditEntry.object_id)
    )
    return {int(id): at for id, at in session.execute(approvals)} if table_ids else {}


def _add_days(session: Session, found: Mapping[str, Figures], entries: list[ColumnElement[bool]]) -> None:
    """Local days are worked out here: the databases have no function for them in common."""
    first = and_(Revision.table_id == TargetTable.id, Revision.number == 1)
    columns = (RegisterEntry.office_code, Revision.submitted_at, TargetTable.state, TargetTable.state_since)
    rows = session.execute(standings.with_tables(*columns).join(Revision, first).where(*entries, _SUBMITTED))
    for office, submitted_at, state, since in rows:
        found[office].submitted_on[_local(submitted_at)] += 1
        if state == State.APPROVED:
            found[office].approved_on[_local(since)] += 1


def _add_rules(session: Session, found: Mapping[str, Figures], entries: list[ColumnElement[bool]]) -> None:
    rows: Any = session.execute(
        standings.with_tables(RegisterEntry.office_code, FindingCount.rule, func.count())
        .join(Revision, reviews.LATEST)
        .join(FindingCount, FindingCount.revision_id == Revision.id)
        .where(*entries, _SUBMITTED)
        .group_by(RegisterEntry.office_code, FindingCount.rule)
    )
    for office, rule, count in rows:
        found[office].rules[rule] = count


def _add_kinds(session: Session, found: Mapping[str, Figures], entries: list[ColumnElement[bool]]) -> None:
    rows: Any = session.execute(
        standings.with_tables(RegisterEntry.office_code, Opinion.kind, func.count(TargetTable.id.distinct()))
        .join(Opinion, reviews.RAISED)
        .where(*entries, _SUBMITTED, Opinion.kind.is_not(None))
        .group_by(RegisterEntry.office_code, Opinion.kind)
    )
    for office, kind, count in rows:
        found[office].kinds[kind] = count


_SUBMITTED = standings.STANDING.in_(sorted(SUBMITTED.standings))


def _local(at: datetime) -> date:
    return at.astimezone(LOCAL).date()
