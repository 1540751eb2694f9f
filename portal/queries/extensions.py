"""Queries on extensions: those that wait for the bureau, those of a year, the date of tables created later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from portal.domain.permissions import Actor, Permission, offices_in_reach
from portal.models import Extension, Office, TargetTable

MOST = 200


def of_year(session: Session, actor: Actor, year: int) -> Sequence[Row[Extension, str, TargetTable]]:
    """Extensions of the offices that the actor may grant them to, with the office's name and the table if there is one:
    those that wait first, then the latest.
    """
    reach = offices_in_reach(actor, Permission.EXTEND)
    return session.execute(
        select(Extension, Office.name, TargetTable)
        .join(Office, Office.code == Extension.office_code)
        .outerjoin(TargetTable, TargetTable.id == Extension.table_id)
        .where(Extension.year == year, *([] if reach is None else [Extension.office_code.in_(reach)]))
        .order_by(Extension.decided_at.is_not(None), Extension.id.desc())
        .limit(MOST)
    ).all()


def waiting(session: Session, actor: Actor) -> dict[int, int]:
    """Year → number of applications that wait for this person."""
    reach = offices_in_reach(actor, Permission.EXTEND)
    rows = session.execute(_WAITING if reach is None else _WAITING_AMONG, {"codes": sorted(reach or ())})
    return {year: count for year, count in rows}  # noqa: C416 - dict(rows) would ask the result for keys


# The bureau's home page runs one of these. Built once, a statement is compiled once.
_WAITING = (
    select(Extension.year, func.count())
    .where(Extension.decided_at.is_(None))
    .group_by(Extension.year)
    .order_by(Extension.year)
)
_WAITING_AMONG = _WAITING.where(Extension.office_code.in_(bindparam("codes", expanding=True)))


def of_table(session: Session, table_id: int) -> Sequence[Extension]:
    """The extensions of one table, the latest first."""
    return session.scalars(
        select(Extension).where(Extension.table_id == table_id).order_by(Extension.id.desc()).limit(MOST)
    ).all()


def offices(session: Session, actor: Actor) -> Sequence[Office]:
    """The active offices that the actor may grant extensions to."""
    reach = offices_in_reach(actor, Permission.EXTEND)
    wanted = [Office.active] if reach is None else [Office.active, Office.code.in_(reach)]
    return session.scalars(select(Office).where(*wanted).order_by(Office.code)).all()


def due_of_new_table(session: Session, office_code: str, year: int) -> date | None:
    """The own due date of a table that an office creates: that of its latest extension for all tables."""
    return session.scalar(
        select(Extension.due_on)
        .where(
            Extension.year == year,
            Extension.office_code == office_code,
            Extension.table_id.is_(None),
            Extension.due_on.is_not(None),
        )
        .order_by(Extension.id.desc())
        .limit(1)
    )
