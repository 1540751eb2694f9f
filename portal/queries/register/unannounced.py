"""Submitted project tables that no entry of the register announces: to be registered (补登记) or merged (并入).

A draft that was never submitted is not among them: the bureau may not see its code and name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from portal.domain.documents import Kind
from portal.domain.permissions import Actor
from portal.models import Office, TargetTable
from portal.queries.register.lists import seen
from portal.queries.register.matching import has_entry
from portal.queries.tables import not_voided

MOST = 200


def tables(session: Session, actor: Actor, year: int, office: str = "") -> Sequence[Row[*tuple[Any, ...]]]:
    """At most MOST, with the values of their latest revisions, by office and code. One statement."""
    return session.execute(
        select(
            TargetTable.id,
            TargetTable.office_code,
            Office.name.label("office_name"),
            TargetTable.submitted_code.label("code"),
            TargetTable.submitted_name.label("name"),
            TargetTable.submitted_total_fen.label("amount_fen"),
            TargetTable.state,
        )
        .join(Office, Office.code == TargetTable.office_code)
        .where(*_unannounced(actor, year, office))
        .order_by(TargetTable.office_code, TargetTable.submitted_code, TargetTable.id)
        .limit(MOST)
    ).all()


def count(session: Session, actor: Actor, year: int, office: str = "") -> int:
    return session.scalar(select(func.count()).select_from(TargetTable).where(*_unannounced(actor, year, office))) or 0


def counts(session: Session, tables: Sequence[ColumnElement[bool]]) -> Sequence[Row[str, int]]:
    """(office code, number) of the offices that have any, among `tables`. One statement."""
    statement = select(TargetTable.office_code, func.count()).where(*tables, *_CONDITIONS)
    return session.execute(statement.group_by(TargetTable.office_code)).all()


def is_unannounced(session: Session, table: TargetTable) -> bool:
    wanted = select(TargetTable.id).where(TargetTable.id == table.id, *_CONDITIONS)
    return session.scalar(wanted) is not None


_CONDITIONS = (
    TargetTable.kind == Kind.PROJECT.value,
    TargetTable.submission_count > 0,
    not_voided(),
    ~has_entry(),
)


def _unannounced(actor: Actor, year: int, office: str) -> list[ColumnElement[bool]]:
    found = [TargetTable.year == year, seen(actor, TargetTable.office_code), *_CONDITIONS]
    return [*found, TargetTable.office_code == office] if office else found
