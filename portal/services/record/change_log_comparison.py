"""Comparison of the change log with the saves that entries state.

The log is long, so one digest per table is compared (`facts.next_steps`); only where it differs, the saves are compared
one by one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from sqlalchemy import DateTime, select, type_coerce
from sqlalchemy.orm import Session

from portal.domain.audit_events import About
from portal.domain.chain import Problem
from portal.models import AuditEntry, Change
from portal.services.record.facts import STEP, next_steps, step_digest
from portal.services.record.stated import Stated

_CHANGES = Change.plain().c
_STORED_AT = type_coerce(_CHANGES.at, DateTime(timezone=True))
"""The time as the database has it: `step_digest` converts one a save, the column's type would one a row."""


def problems(session: Session, stated: Stated) -> Iterator[Problem]:
    found: dict[int, str] = {}
    for table_id, _, step in _saves(session):
        found[table_id] = next_steps(found.get(table_id, ""), step)
    for table_id in sorted(found.keys() | stated.steps.keys()):
        if found.get(table_id, "") != stated.steps.get(table_id, ("", 0))[0]:
            yield from _of_table(session, stated, table_id)


def _saves(session: Session, table_id: int | None = None) -> Iterator[tuple[int, int, str]]:
    """(table, version, digest) of each save in the change log, of all tables or of one, in order."""
    statement = select(
        _CHANGES.table_id, _CHANGES.version, _CHANGES.operation, _CHANGES.actor_id, _CHANGES.actor_name, _STORED_AT
    ).order_by(_CHANGES.table_id, _CHANGES.version, _CHANGES.id)
    if table_id is not None:
        statement = statement.where(_CHANGES.table_id == table_id)
    rows = session.execute(statement.execution_options(yield_per=5_000))
    for (of_table, version), group in groupby(rows, itemgetter(0, 1)):
        yield of_table, version, step_digest(row[2:] for row in group)


def _of_table(session: Session, stated: Stated, table_id: int) -> Iterator[Problem]:
    """The saves of one table, one by one; those up to its baseline together."""
    name = f"编号 {table_id} 的表"
    until, said_until, baseline = stated.until.get(table_id, (0, "", None))
    steps, found = "", {}
    for _, version, step in _saves(session, table_id):
        if version <= until:
            steps = next_steps(steps, step)
        else:
            found[version] = step
    if steps != said_until:
        yield Problem(baseline, f"{name}前 {until} 次保存的编辑过程与第 {baseline} 号记载的不同。")
    said = _stated_saves(session, table_id)
    for version in sorted(found.keys() | said.keys()):
        step, number = said.get(version, ("", None))
        if number is None:
            yield Problem(None, f"{name}第 {version} 次保存的编辑过程在审计记录中没有记载。")
        elif version not in found:
            yield Problem(number, f"{name}第 {version} 次保存的编辑过程不见了。")
        elif found[version] != step:
            yield Problem(number, f"{name}第 {version} 次保存的编辑过程与第 {number} 号记载的不同。")


def _stated_saves(session: Session, table_id: int) -> dict[int, tuple[str, int]]:
    """Version → (digest, number of the entry)."""
    entries = session.execute(
        select(AuditEntry.number, AuditEntry.detail)
        .where(AuditEntry.object_kind == About.TABLE.value, AuditEntry.object_id == str(table_id))
        .where(AuditEntry.detail.contains(f'"{STEP}"'))
        .order_by(AuditEntry.number)
    )
    found = {}
    for number, detail in entries:
        try:
            rows = json.loads(detail)["rows"]
        except (ValueError, KeyError):
            continue  # an altered entry; `chain.verify` reports it
        for kind, key, digest in rows:
            if kind == STEP:
                found[int(key.partition("/")[2])] = (digest, number)
    return found
