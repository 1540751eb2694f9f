"""Reads, replays and appends to the change log of a draft. Merging and undo are decided by its callers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from portal.database import now
from portal.domain import changes, documents
from portal.domain.changes import Operation
from portal.domain.documents import Document, Kind
from portal.domain.errors import Stale
from portal.domain.permissions import Actor
from portal.domain.steps import Step, meant
from portal.models import Change, TargetTable, UndoneStep
from portal.services.record.facts import Facts, of_step

STEPS_LOOKED_AT = 500
"""Latest steps of one person that undo can reach; to go back further, the person returns to an earlier version."""

_LAST = 2**31 - 1
_CHANGES = Change.plain()
_SINCE = (
    select(*(_CHANGES.c[name] for name in ("version", "operation", "actor_id", "actor_name", "at")))
    .where(
        _CHANGES.c.table_id == bindparam("table_id"),
        _CHANGES.c.version > bindparam("version"),
        _CHANGES.c.version <= bindparam("until"),
    )
    .order_by(_CHANGES.c.version, _CHANGES.c.id)
)
_WRITE = insert(_CHANGES)
_OF_ORDINAL = '"path": "ordinal"}'
"""The end of an operation on the ordinal as `write` writes it."""


@dataclass(frozen=True, slots=True)
class LoggedOperation:
    """One operation of the log, with its author and time."""

    version: int
    operation: Operation
    actor_id: int
    by: str
    at: datetime


def write(session: Session, actor: Actor, table: TargetTable, operations: Sequence[Operation]) -> Facts:
    """Append `operations` as the save that created `table.version`. Inside the transaction of that save."""
    if not operations:
        return Facts()
    at = now()
    logged = [json.dumps(changes.to_plain(operation), ensure_ascii=False, sort_keys=True) for operation in operations]
    save = {
        "table_id": table.id,
        "version": table.version,
        "actor_id": actor.id,
        "actor_name": actor.signature,
        "at": at,
    }
    session.execute(_WRITE, [save | {"operation": operation} for operation in logged])
    return of_step(table.id, table.version, ((operation, actor.id, actor.signature, at) for operation in logged))


def since(session: Session, table_id: int, version: int, until: int | None = None) -> list[LoggedOperation]:
    """The operations saved after `version`, up to and including `until`, in order."""
    bounds = {"table_id": table_id, "version": version, "until": _LAST if until is None else until}
    return [
        LoggedOperation(number, changes.from_plain(json.loads(operation)), actor_id, name, at)
        for number, operation, actor_id, name, at in session.execute(_SINCE, bounds)
    ]


def version_of(session: Session, table: TargetTable, version: int) -> Document:
    """The draft as of `version`, replayed from the log. Raises Stale if there is no such version."""
    if not 0 <= version <= table.version:
        raise Stale("页面与系统中的版本对不上，请重新打开这张表。")
    logged = since(session, table.id, 0, version)
    blank = documents.blank(Kind(table.kind), table.document.form)
    return changes.apply(blank, (each.operation for each in logged))


def last_changes(session: Session, table_id: int, version: int) -> dict[str, tuple[str, datetime]]:
    """The last change of each field or row after `version`: path or row id → (name, time)."""
    found: dict[str, tuple[str, datetime]] = {}
    for each in since(session, table_id, version):
        operation = each.operation
        found[operation.path if isinstance(operation, changes.Set) else operation.id] = (each.by, each.at)
    return found


def steps_of(session: Session, actor: Actor, table_id: int) -> list[Step]:
    """The actor's own latest steps, oldest first, without those that only gave the table another ordinal."""
    versions = session.scalars(
        select(Change.version)
        .where(Change.table_id == table_id, Change.actor_id == actor.id, ~Change.operation.endswith(_OF_ORDINAL))
        .group_by(Change.version)
        .order_by(Change.version.desc())
        .limit(STEPS_LOOKED_AT)
    ).all()
    undone = undone_by(session, table_id)
    return [Step(version, undone.get(version)) for version in reversed(versions)]


def undone_by(session: Session, table_id: int) -> dict[int, int]:
    """Version of each undo or redo → the step it undid."""
    rows = session.execute(select(UndoneStep.version, UndoneStep.undoes).where(UndoneStep.table_id == table_id))
    return {version: undoes for version, undoes in rows}  # noqa: C416 - dict(rows) would ask the result for keys


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step (one save) in the list of steps: its first operation, and `size`, the number of its operations.

    `undoes`: the step that it undid or, where `again`, redid.
    """

    version: int
    by: str
    at: datetime
    size: int
    first: Operation
    undoes: int | None
    again: bool


def latest_steps(session: Session, table_id: int, before: int | None, most: int) -> list[StepLine]:
    """At most `most` steps before the step `before`, the latest first."""
    condition = [Change.table_id == table_id, *([Change.version < before] if before else [])]
    heads = (
        select(func.min(Change.id).label("id"), func.count().label("size"))
        .where(*condition)
        .group_by(Change.version)
        .order_by(Change.version.desc())
        .limit(most)
        .subquery()
    )
    rows = session.execute(
        select(Change.version, Change.actor_name, Change.at, heads.c.size, Change.operation)
        .join(heads, heads.c.id == Change.id)
        .order_by(Change.version.desc())
    )
    undone = undone_by(session, table_id)
    return [
        StepLine(
            version,
            by,
            at,
            size,
            changes.from_plain(json.loads(operation)),
            *(meant(undone[version], undone) if version in undone else (None, False)),
        )
        for version, by, at, size, operation in rows
    ]
