"""Offices in the register: those that confirmed 本年无项目, and what an office still has in a year.

A confirmation counts while the office owes nothing and works on nothing; it stays stored until it is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.documents import Kind
from portal.domain.permissions import Actor
from portal.models import NoProjects, Office, RegisterEntry, TargetTable, Voiding
from portal.queries.register import standings
from portal.queries.register.lists import seen
from portal.queries.tables import not_voided


def without_projects(session: Session, actor: Actor, year: int, office: str = "") -> Sequence[Row[*tuple[Any, ...]]]:
    """(office_code, office_name, confirmed_by_name, confirmed_at) of the offices whose confirmation counts."""
    return session.execute(
        select(
            NoProjects.office_code,
            Office.name.label("office_name"),
            NoProjects.confirmed_by_name,
            NoProjects.confirmed_at,
        )
        .join(Office, Office.code == NoProjects.office_code)
        .where(*_counting(actor, year, office))
        .order_by(NoProjects.office_code)
    ).all()


def without_projects_count(session: Session, actor: Actor, year: int, office: str = "") -> int:
    found = select(func.count()).select_from(NoProjects).where(*_counting(actor, year, office))
    return session.scalar(found) or 0


def confirmation(session: Session, year: int, office: str) -> NoProjects | None:
    return session.get(NoProjects, (year, office), populate_existing=True)


def owed_count(session: Session, year: int, office: str) -> int:
    """Entries of the office that it is not exempt from."""
    return (
        session.scalar(
            select(func.count()).where(
                RegisterEntry.year == year, RegisterEntry.office_code == office, RegisterEntry.exempt_at.is_(None)
            )
        )
        or 0
    )


def owed_sums(session: Session, year: int, office: str) -> Row[int, int, int, int]:
    """Of the entries that the office is not exempt from: how many, their sum in fen, how many have no amount, and how
    many have no submitted table. One statement.
    """
    missing = or_(TargetTable.id.is_(None), TargetTable.submission_count == 0, Voiding.table_id.is_not(None))
    return session.execute(
        standings.with_tables(
            func.count(),
            func.coalesce(func.sum(RegisterEntry.amount_fen), 0),
            func.count().filter(RegisterEntry.amount_fen.is_(None)),
            func.count().filter(missing),
        ).where(RegisterEntry.year == year, RegisterEntry.office_code == office, RegisterEntry.exempt_at.is_(None))
    ).one()


def table_count(session: Session, year: int, office: str) -> int:
    """Project tables of the office that were not voided, drafts included."""
    return (
        session.scalar(
            select(func.count()).where(*_live_tables(), TargetTable.year == year, TargetTable.office_code == office)
        )
        or 0
    )


def _counting(actor: Actor, year: int, office: str) -> list[ColumnElement[bool]]:
    owed = exists().where(
        RegisterEntry.year == NoProjects.year,
        RegisterEntry.office_code == NoProjects.office_code,
        RegisterEntry.exempt_at.is_(None),
    )
    at_work = exists().where(
        TargetTable.year == NoProjects.year, TargetTable.office_code == NoProjects.office_code, *_live_tables()
    )
    found = [NoProjects.year == year, seen(actor, NoProjects.office_code), ~owed, ~at_work]
    return [*found, NoProjects.office_code == office] if office else found


def _live_tables() -> tuple[ColumnElement[bool], ...]:
    return TargetTable.kind == Kind.PROJECT.value, not_voided()
