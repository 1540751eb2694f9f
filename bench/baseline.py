"""Entries that state the facts of all generated rows, as an upgrade writes them, so that the record verifies.

The entries that `lives` generates hold no facts: the services compute those from the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, select

from bench.rows import Row, entry
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.models import Change
from portal.services.record.facts import OBJECTS, ROWS, STEPS_UNTIL, next_steps, of_object, step_digest

_ROWS_PER_ENTRY = 200


def entries(connection: Connection, at: datetime) -> Iterator[Row]:
    for about, kind in OBJECTS.items():
        for row in connection.execute(kind.statement()).all():
            name = f"{about.label} {row.id}"
            detail = {"facts": of_object(kind, row)}
            office = row.office_code if about is About.TABLE else None
            yield entry(at, None, audit_events.BASELINE, about, str(row.id), name, detail, office)
    rows = [
        [row_kind.name, row_kind.key_of(row), row_kind.digest_of(row)]
        for row_kind in ROWS.values()
        for row in connection.execute(row_kind.statement())
    ]
    rows += _steps(connection)
    for n in range(0, len(rows), _ROWS_PER_ENTRY):
        stated: Row = {"rows": rows[n : n + _ROWS_PER_ENTRY]}
        yield entry(at, None, audit_events.BASELINE, About.SYSTEM, "database", "数据库", stated)


def _steps(connection: Connection) -> Iterator[list[str]]:
    log = Change.plain().c
    statement = select(log.table_id, log.version, log.operation, log.actor_id, log.actor_name, log.at)
    found = connection.execute(statement.order_by(log.table_id, log.version, log.id))
    for table_id, of_table in groupby(found, lambda row: row.table_id):
        steps, latest = "", 0
        for version, save in groupby(of_table, lambda row: row.version):
            steps, latest = next_steps(steps, step_digest(tuple(row)[2:] for row in save)), version
        yield [STEPS_UNTIL, f"{table_id}/{latest}", steps]
