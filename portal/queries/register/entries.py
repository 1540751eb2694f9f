"""Single entries of the register, and all those of a year for comparing with a list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.database import ROW_LOCK
from portal.domain.errors import NotVisible
from portal.domain.permissions import Actor, Permission, TableFacts, may
from portal.domain.register import Standing, seen_by
from portal.models import Office, RegisterEntry, TargetTable, Voiding
from portal.queries.register import standings

NO_SUCH_ENTRY = "应报清单里没有这一项，或者你无权查看。"


def line(session: Session, actor: Actor, entry_id: int) -> tuple[RegisterEntry, Row[*tuple[Any, ...]], Standing]:
    """The entry; its row with office and table, as the lists have it; where it stands for the actor. Raises
    NotVisible.
    """
    entry = entry_seen(session, actor, entry_id)
    row = session.execute(
        standings.with_tables(*line_columns(), Voiding.reason.label("void_reason"), *standings.fact_columns())
        .join(Office, Office.code == RegisterEntry.office_code)
        .where(RegisterEntry.id == entry_id)
    ).one()
    return entry, row, seen_by(actor, standings.of_row(row))


def line_columns() -> list[Any]:
    """What lists and pages show of an entry and of its table. Of a draft, only that it exists."""
    return [
        RegisterEntry.id,
        RegisterEntry.office_code,
        Office.name.label("office_name"),
        RegisterEntry.code,
        RegisterEntry.name,
        RegisterEntry.amount_fen,
        RegisterEntry.is_key,
        RegisterEntry.merged_table_id,
        RegisterEntry.exempt_reason,
        RegisterEntry.exempt_by_name,
        RegisterEntry.exempt_at,
        TargetTable.id.label("table_id"),
        TargetTable.submission_count,
        TargetTable.submitted_code,
        TargetTable.submitted_total_fen,
        TargetTable.saved_at,
        TargetTable.state_since,
    ]


def entry_seen(session: Session, actor: Actor, entry_id: int, *, lock: bool = False) -> RegisterEntry:
    """The entry, reloaded. `lock`: for `write`. Raises NotVisible."""
    entry = session.get(RegisterEntry, entry_id, with_for_update=ROW_LOCK if lock else None, populate_existing=True)
    if entry is None or not may(actor, Permission.SEE_REGISTER, TableFacts(entry.office_code)):
        raise NotVisible(NO_SUCH_ENTRY)
    return entry


def of_offices(session: Session, year: int, offices: Collection[str]) -> Sequence[RegisterEntry]:
    """The entries of these offices in the year, in the order of the lists."""
    statement = select(RegisterEntry).where(RegisterEntry.year == year).order_by(*ORDER)
    entries = session.scalars(statement.execution_options(populate_existing=True))
    return [entry for entry in entries if entry.office_code in offices]


def standings_of_offices(session: Session, year: int, offices: Collection[str]) -> Mapping[tuple[str, str], Standing]:
    """Where each entry of these offices stands, by office and code."""
    rows = session.execute(
        standings.with_tables(RegisterEntry.office_code, RegisterEntry.code, *standings.fact_columns()).where(
            RegisterEntry.year == year, RegisterEntry.office_code.in_(sorted(offices))
        )
    )
    return {(row.office_code, row.code): standings.of_row(row) for row in rows}


def with_code(session: Session, year: int, office_code: str, code: str) -> RegisterEntry | None:
    return session.scalar(
        select(RegisterEntry).where(
            RegisterEntry.year == year, RegisterEntry.office_code == office_code, RegisterEntry.code == code
        )
    )


def without_table(session: Session, year: int, office_code: str) -> list[Row[*tuple[Any, ...]]]:
    """(id, code, name, amount_fen) of the office's entries for which no live table stands: targets of 并入."""
    rows = session.execute(
        standings.with_tables(
            RegisterEntry.id,
            RegisterEntry.code,
            RegisterEntry.name,
            RegisterEntry.amount_fen,
            *standings.fact_columns(),
        )
        .where(RegisterEntry.year == year, RegisterEntry.office_code == office_code)
        .order_by(*ORDER)
    )
    return [row for row in rows if standings.facts_of(row).state is None or standings.facts_of(row).voided]


ORDER = (RegisterEntry.office_code, RegisterEntry.code, RegisterEntry.id)
