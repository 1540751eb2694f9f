"""Buffer for the rows of a generated portal, and the people who act in it. Inserting is in `generator`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from portal.domain.audit_events import About, AuditEvent

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    username: str
    name: str


@dataclass(frozen=True, slots=True)
class Cast:
    """The people who act on the tables of one office."""

    drafter: Person
    head: Person
    reviewer: Person
    approver: Person


@dataclass(slots=True)
class Rows:
    """Rows by table name, and entries of the audit log without number and hash. `take` does not reset the ids."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    entries: list[Row] = field(default_factory=list)
    ids: dict[str, Iterator[int]] = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> int:
        """Add a row with the next id; return the id."""
        row_id = next(self.ids.setdefault(table, count(1)))
        self.tables.setdefault(table, []).append({"id": row_id, **values})
        return row_id

    def take(self) -> tuple[dict[str, list[Row]], list[Row]]:
        """Return the collected rows and entries, and start again with none."""
        taken = self.tables, self.entries
        self.tables, self.entries = {}, []
        return taken


def entry(
    at: datetime,
    person: Person | None,
    act: AuditEvent,
    about: About,
    thing: str,
    name: str,
    detail: Row,
    office: str | None = None,
) -> Row:
    """Return an entry of the audit log without number and hash. person None: the operator of the command line.

    office: the office that the thing belongs to.
    """
    return {
        "at": at,
        "actor_id": person.id if person else None,
        "actor": f"{person.name}（{person.username}）" if person else "操作员（命令行）",
        "act": act.name,
        "object_kind": about.value,
        "object_id": thing,
        "object_name": name,
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "algorithm": "sha256",
        "office_code": office,
        "principal_id": None,
    }
