"""延期: offices ask for more time, the bureau grants or declines it, for a table or for all tables of an office.

Whether a table may be submitted late is a precondition of submitting (`preconditions`), by the year's settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import queries
from portal.database import ROW_LOCK, local_today, now
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.deadlines import due_date
from portal.domain.documents import MAX_TEXT, clean_text
from portal.domain.errors import Forbidden, Invalid, NotVisible, Stale
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.models import BudgetYear, Extension, Office, TargetTable
from portal.services.notices.announcing import TOLD, Announcement
from portal.services.record import audit, facts
from portal.services.record.audit import AuditObject
from portal.services.review import workflow
from portal.services.transaction import write


@dataclass(frozen=True, slots=True)
class Grant:
    """due: a working day, inclusive. reason: as the office reads it."""

    due: date | None
    reason: str


def ask(session: Session, actor: Actor, table_id: int, reason: str) -> None:
    """The head asks for more time for a table. Raises NotVisible, Forbidden, Stale, Invalid (waits already)."""
    with write(session):
        table = workflow.permitted_table(session, actor, table_id, Permission.ASK_EXTENSION)
        waiting = select(Extension.id).where(Extension.table_id == table.id, Extension.decided_at.is_(None))
        if session.scalar(waiting):
            raise Invalid("这张表的延期申请还没有答复，不用再申请。", "reason")
        asked = Extension(
            year=table.year,
            office_code=table.office_code,
            table_id=table.id,
            reason=_checked(reason, "请写明为什么需要延期。"),
            asked_by_id=actor.id,
            asked_by_name=actor.signature,
            asked_at=now(),
        )
        session.add(asked)
        session.flush()
        thing = audit.object_of_table(table)
        audit.record(session, actor, audit_events.ASK_EXTENSION, thing, facts.of_rows(asked), reason=asked.reason)


def grant(session: Session, actor: Actor, extension_id: int, due: date | None) -> None:
    """Grant what an office asked for. Raises NotVisible, Stale (decided already), Invalid (date)."""
    with write(session):
        asked = _waiting(session, actor, extension_id)
        table = _with_office(session, asked)
        year = queries.administration.years.year(session, asked.year)
        _decide(
            session, actor, asked, due=_checked_due(session, due, due_date(table.state, table.due_on, year.deadline))
        )
        _extend(session, actor, [table], asked)


def decline(session: Session, actor: Actor, extension_id: int, answer: str) -> None:
    """Decline with a word to the office. Raises NotVisible, Stale (decided already), Invalid (no word)."""
    with write(session):
        asked = _waiting(session, actor, extension_id)
        table = session.get_one(TargetTable, asked.table_id)
        asked.answer = _checked(answer, "请写明为什么不同意延期。", "answer")
        _decide(session, actor, asked, due=None)
        thing, leaves = audit.object_of_table(table), facts.of_rows(asked)
        audit.record(session, actor, audit_events.DECLINE_EXTENSION, thing, leaves, reason=asked.answer)


def grant_office(session: Session, actor: Actor, office_code: str, year: int, given: Grant) -> int:
    """Grant more time for all tables of an office that are with it, and for those it creates later; return the number
    of tables that have another date now.

    Raises Forbidden, Invalid (no such office or year, date, no reason).
    """
    with write(session):
        budget_year = queries.administration.years.open_year(session, year)
        office = session.get(Office, office_code)
        if office is None:
            raise Invalid("请选择单位。", "office")
        if not may(actor, Permission.EXTEND, TableFacts(office_code)):
            raise Forbidden("你没有给这个单位延期的权限。")
        extension = Extension(year=year, office_code=office_code, reason=_checked(given.reason, "请写明为什么延期。"))
        _decide(session, actor, extension, due=_checked_due(session, given.due, budget_year.deadline))
        session.add(extension)
        session.flush()
        thing = AuditObject(About.OFFICE, office.code, f"{office.code} {office.name}", office=office.code, year=year)
        audit.record(
            session,
            actor,
            audit_events.EXTEND,
            thing,
            facts.of_rows(extension),
            due=str(extension.due_on),
            reason=extension.reason,
            year=year,
        )
        tables = _earlier_due(session, extension, budget_year)
        _extend(session, actor, tables, extension, Announcement(is_told=False))
    return len(tables)


def grant_offices(session: Session, actor: Actor, office_codes: Sequence[str], year: int, given: Grant) -> int:
    """As `grant_office` for each; return the number of tables of all.

    Each in a transaction of its own, since an entry of the record is the last that a transaction writes. What can be
    wrong is the same for all, so nothing is granted then.
    """
    if not office_codes:
        raise Invalid("请选择单位。", "office")
    if not all(may(actor, Permission.EXTEND, TableFacts(code)) for code in office_codes):
        raise Forbidden("你没有给这些单位延期的权限。")
    return sum(grant_office(session, actor, code, year, given) for code in dict.fromkeys(office_codes))


# --- parts -------------------------------------------------------------------------------------------


def _checked(text: str, demand: str, path: str = "reason") -> str:
    cleaned = clean_text(text)
    if not cleaned:
        raise Invalid(demand, path)
    if len(cleaned) > MAX_TEXT:
        raise Invalid("理由太长。", path)
    return cleaned


def _checked_due(session: Session, due: date | None, before: date | None) -> date:
    if due is None:
        raise Invalid("请填写延到哪一天。", "due")
    if due < local_today() or (before and due <= before):
        raise Invalid(f"延期的日期应当晚于今天和原来的期限（{before}）。", "due")
    calendar = queries.calendar.current(session)
    if not calendar.is_working_day(due):
        raise Invalid(f"{due} 不是工作日，其后第一个工作日是 {calendar.next_working_day(due)}。", "due")
    return due


def _waiting(session: Session, actor: Actor, extension_id: int) -> Extension:
    found = session.get(Extension, extension_id, with_for_update=ROW_LOCK, populate_existing=True)
    if found is None or not may(actor, Permission.EXTEND, TableFacts(found.office_code)):
        raise NotVisible("没有这份延期申请。")
    if found.decided_at:
        raise Stale(f"这份延期申请已由{found.decided_by_name}答复。")
    return found


def _with_office(session: Session, asked: Extension) -> TargetTable:
    table = session.get(TargetTable, asked.table_id, with_for_update=ROW_LOCK, populate_existing=True)
    if table is None or table.is_voided or table.state not in ("drafted", "returned"):
        raise Stale("这张表已经不在单位手中，不用延期。")
    return table


def _earlier_due(session: Session, extension: Extension, year: BudgetYear) -> list[TargetTable]:
    """The tables with the office that would be due before the new date."""
    tables = session.scalars(
        select(TargetTable)
        .where(
            TargetTable.year == extension.year,
            TargetTable.office_code == extension.office_code,
            TargetTable.state.in_(("drafted", "returned")),
        )
        .order_by(TargetTable.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    new = extension.due_on
    return [
        each
        for each in tables
        if new and not each.is_voided and (due_date(each.state, each.due_on, year.deadline) or new) < new
    ]


def _decide(session: Session, actor: Actor, extension: Extension, due: date | None) -> None:
    extension.due_on = due
    extension.decided_by_id, extension.decided_by_name, extension.decided_at = actor.id, actor.signature, now()
    session.flush()


def _extend(
    session: Session,
    actor: Actor,
    tables: list[TargetTable],
    extension: Extension,
    announcement: Announcement = TOLD,
) -> None:
    """Set the date of each table, with an entry each."""
    for table in tables:
        session.execute(
            update(TargetTable)
            .where(TargetTable.id == table.id)
            .values(due_on=extension.due_on)
            .execution_options(synchronize_session=False)
        )
        leaves = facts.of_changed_columns(table, {"due_on": extension.due_on}) | facts.of_rows(extension)
        thing = audit.object_of_table(table)
        told = {"due": str(extension.due_on), "reason": extension.reason}
        audit.record(session, actor, audit_events.EXTEND, thing, leaves, announcement, **told)
