"""Facts: what an audit entry states about the rows that its act leaves behind.

`audit.record` writes them into the entry, `verification` compares them with the rows. An act states what it writes and
nothing else, so that a value changed by hand never becomes a stated one. The names of facts and kinds, and the columns'
names as they stand here, are hashed and never change; a column without a value is left out, so that a new nullable
column changes no digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from portal.domain import audit_events
from portal.domain.audit_events import About, AuditEvent
from portal.models import (
    Assignment,
    Attachment,
    Base,
    BudgetYear,
    DiscardedDraft,
    Explanation,
    LibraryEntry,
    Office,
    Opinion,
    OpinionEvent,
    Origin,
    Revision,
    TargetTable,
    UndoneStep,
    User,
    UserRole,
)

RowFact = tuple[str, str, str | None]
"""(kind, key, digest) of a row; digest None: the act deleted the row."""


@dataclass(frozen=True, slots=True)
class Facts:
    """own: facts about the object of the entry, by name; rows: other rows that the act wrote or deleted."""

    own: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[RowFact] = ()

    def __or__(self, other: Facts) -> Facts:
        return Facts({**self.own, **other.own}, (*self.rows, *other.rows))


GONE = Facts({"gone": True})
"""The object itself was deleted, and with it the rows of the kinds that are `deleted_with_table`."""


# --- objects -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """A model whose rows are objects of entries. names: fact → columns. key: the column that holds the object's id."""

    model: type[Base]
    key: str
    names: Mapping[str, Sequence[str]]

    def statement(self) -> Select[*tuple[Any, ...]]:
        """All columns of all facts, with the key as `id`."""
        columns = self.model.plain().c
        wanted = dict.fromkeys(name for names in self.names.values() for name in names if name not in _LISTS)
        lists = (_LISTS[name].label(name) for names in self.names.values() for name in names if name in _LISTS)
        return select(columns[self.key].label("id"), *(columns[name] for name in wanted), *lists)


def _codes(column: ColumnElement[str], owner: ColumnElement[int]) -> ColumnElement[str]:
    codes = select(func.aggregate_strings(column, ",")).where(owner == User.plain().c.id)
    return codes.correlate(User.plain()).scalar_subquery()


_ROLES, _ASSIGNMENTS = UserRole.plain().c, Assignment.plain().c
_LISTS: Mapping[str, ColumnElement[str]] = {
    "roles": _codes(_ROLES.role, _ROLES.user_id),
    "assigned": _codes(_ASSIGNMENTS.office_code, _ASSIGNMENTS.user_id),
}
"""Facts about an account that are rows of their own, as comma-separated codes."""

OBJECTS: Mapping[About, ObjectKind] = {
    About.TABLE: ObjectKind(
        TargetTable,
        "id",
        {
            "table": ("kind", "year", "office_code", "created_by_id"),
            "state": ("state",),
            "since": ("state_since", "previous_state"),
            "version": ("version",),
            "digest": ("digest",),
            "names": (
                "position",
                "project_code",
                "project_name",
                "total_fen",
                "fiscal_fen",
                "other_fen",
                "saved_at",
            ),
            "due": ("due_on",),
            "submissions": ("submission_count",),
            "returns": ("return_count",),
            "in_force": ("in_force_id",),
            "claimed_by": ("claimed_by_id",),
            "submitted": (
                "submitted_code",
                "submitted_name",
                "submitted_total_fen",
                "submitted_errors",
                "submitted_warnings",
            ),
        },
    ),
    About.ACCOUNT: ObjectKind(
        User,
        "id",
        {
            "username": ("username", "created_at"),
            "person": ("name", "office_code"),
            "roles": ("roles",),
            "assigned": ("assigned",),
            "active": ("active",),
            "password": ("password_hash", "must_change_password", "one_time_since"),
        },
    ),
    About.OFFICE: ObjectKind(
        Office, "code", {"parent": ("parent_code", "lineage"), "name": ("name",), "active": ("active",)}
    ),
    About.YEAR: ObjectKind(
        BudgetYear,
        "year",
        {
            "policy": (
                "framework",
                "project_form",
                "department_form",
                "code_pattern",
                "office_code_pattern",
                "only_warn",
                "off",
                "deadline",
            ),
            "is_open": ("is_open",),
        },
    ),
}


def of_object(kind: ObjectKind, row: Any, names: Iterable[str] | None = None) -> dict[str, Any]:
    """The facts `names` (by default all) of a row, which may be a row of `kind.statement` or an object of the model."""
    return {name: _value(kind, name, lambda column: getattr(row, column)) for name in names or kind.names}


def _value(kind: ObjectKind, name: str, value_of: Callable[[str], Any]) -> Any:
    """A single column as it is, several columns as their digest."""
    columns = kind.names[name]
    if name in _LISTS:
        return sorted(filter(None, (value_of(name) or "").split(",")))
    if len(columns) == 1:
        return _plain(value_of(columns[0]))
    return digest({column: value_of(column) for column in columns})


def of_table(table: TargetTable, *names: str) -> Facts:
    """Facts of a table whose object is up to date; by default all."""
    return Facts(of_object(OBJECTS[About.TABLE], table, names or None))


def of_changed_columns(table: TargetTable, columns: Mapping[str, Any]) -> Facts:
    """The facts that `columns` (name → new value), just written to the row of `table`, belong to."""
    kind = OBJECTS[About.TABLE]
    changed = [name for name, parts in kind.names.items() if any(part in columns for part in parts)]

    def value_of(column: str) -> Any:
        return columns[column] if column in columns else getattr(table, column)

    return Facts({name: _value(kind, name, value_of) for name in changed})


_ADMINISTERED: Mapping[AuditEvent, Sequence[str]] = {
    audit_events.ADD_USER: tuple(OBJECTS[About.ACCOUNT].names),
    audit_events.CHANGE_USER: ("person", "roles", "assigned"),
    audit_events.DISABLE_USER: ("active",),
    audit_events.ENABLE_USER: ("active",),
    audit_events.RESET_PASSWORD: ("password",),
    audit_events.CHANGE_PASSWORD: ("password",),
    audit_events.ADD_OFFICE: tuple(OBJECTS[About.OFFICE].names),
    audit_events.CHANGE_OFFICE: ("name", "active"),
    audit_events.OPEN_YEAR: tuple(OBJECTS[About.YEAR].names),
    audit_events.CHANGE_YEAR: ("policy",),
    audit_events.CLOSE_YEAR: ("is_open",),
}


def of_administered(session: Session, event: AuditEvent, about: About, id: str) -> Facts:
    """The facts that an act of the administration writes, read from the row: one statement. None for other events."""
    if event not in _ADMINISTERED:
        return Facts()
    kind = OBJECTS[about]
    key = kind.model.plain().c[kind.key]
    row = session.execute(kind.statement().where(key == (id if about is About.OFFICE else int(id)))).one()
    return Facts(of_object(kind, row, _ADMINISTERED[event]))


# --- rows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowKind:
    """A model whose rows are stated whole, each by the digest of `columns`. The digest excludes the key.

    label: as problems name such a row. is_of_table: the key begins with the id of the table.
    """

    name: str
    label: str
    model: type[Base]
    key: Sequence[str]
    columns: Sequence[str]
    is_of_table: bool = True
    deleted_with_table: bool = False

    def key_of(self, row: Any) -> str:
        return "/".join(str(getattr(row, name)) for name in self.key)

    def digest_of(self, row: Any) -> str:
        return digest({name: getattr(row, name) for name in self.columns})

    def statement(self) -> Select[*tuple[Any, ...]]:
        columns = self.model.plain().c
        return select(*(columns[name] for name in (*self.key, *self.columns)))


ROWS: Mapping[type[Base], RowKind] = {
    kind.model: kind
    for kind in (
        RowKind(
            "revision",
            "送审版本",
            Revision,
            ("table_id", "number"),
            ("id", "round", "kind", "digest", "submitted_by_id", "submitted_by_name", "submitted_at"),
        ),
        RowKind(
            "opinion",
            "意见",
            Opinion,
            ("table_id", "id"),
            ("revision_number", "path", "place", "quoted", "binding", "text", "author_id", "author_name", "at"),
        ),
        RowKind(
            "opinion_step",
            "意见的经过",
            OpinionEvent,
            ("opinion_id", "id"),
            ("act", "answer", "text", "actor_id", "actor_name", "at"),
            is_of_table=False,
        ),
        RowKind(
            "explanation",
            "说明",
            Explanation,
            ("table_id", "rule", "path"),
            ("subject", "text", "author_id", "author_name", "at"),
            deleted_with_table=True,
        ),
        RowKind(
            "attachment",
            "附件",
            Attachment,
            ("table_id", "id"),
            ("digest", "name", "size", "media_type", "added_by_id", "added_by_name", "at"),
            deleted_with_table=True,
        ),
        RowKind(
            "origin",
            "沿用的来源",
            Origin,
            ("table_id",),
            ("source_id", "source_year", "source_title", "left_out"),
            deleted_with_table=True,
        ),
        RowKind(
            "discarded",
            "回收站里的草稿",
            DiscardedDraft,
            ("table_id",),
            (
                "kind",
                "year",
                "office_code",
                "project_code",
                "project_name",
                "digest",
                "version",
                "saved_at",
                "created_by_id",
                "discarded_by_id",
                "discarded_by_name",
                "discarded_at",
                "dependents",
                "content",
            ),
        ),
        RowKind("undone", "撤销的步骤", UndoneStep, ("table_id", "version"), ("undoes",)),
        RowKind(
            "library",
            "指标库的条目",
            LibraryEntry,
            ("id",),
            (
                "shipped_id",
                "category",
                "kind",
                "name",
                "description",
                "value",
                "unit",
                "basis",
                "retired",
                "changed_by_name",
                "changed_at",
            ),
            is_of_table=False,
        ),
    )
}

STEP = "step"
"""The kind of row facts about a save: key TABLE/VERSION, digest of its rows in the change log (`step_digest`)."""
STEPS_UNTIL = "steps_until"
"""The same about all saves up to a version, in a baseline: see `next_steps`."""


def of_rows(*rows: Base) -> Facts:
    """Rows that the act wrote; they must be flushed."""
    return Facts(rows=[(kind.name, kind.key_of(row), kind.digest_of(row)) for row in rows if (kind := ROWS[type(row)])])


def of_deleted(model: type[Base], *key: object) -> Facts:
    """A row that the act deleted, by the values of its key."""
    return Facts(rows=[(ROWS[model].name, "/".join(map(str, key)), None)])


def of_step(table_id: int, version: int, operations: Iterable[tuple[str, int, str, datetime]]) -> Facts:
    """A save, by its rows in the change log: see `step_digest`."""
    return Facts(rows=[(STEP, f"{table_id}/{version}", step_digest(operations))])


def step_digest(operations: Iterable[tuple[str, int, str, datetime]]) -> str:
    """Digest of the rows (operation, actor_id, actor_name, at) that a save wrote to the change log, in their order."""
    found, last_at, written = hashlib.sha256(), None, ""
    for operation, actor_id, actor_name, at in operations:
        if at != last_at:  # the rows of one save have one time
            last_at, written = at, _plain(at)
        found.update(f"{operation}\0{actor_id}\0{actor_name}\0{written}\n".encode())
    return found.hexdigest()


def next_steps(steps: str, step: str) -> str:
    """Digest of all saves of a table: `steps` of the saves before ("" before the first) and the digest of the next."""
    return hashlib.sha256(f"{steps}{step}".encode()).hexdigest()


def digest(values: Mapping[str, Any]) -> str:
    """SHA-256 of the values as canonical JSON, without those that are None."""
    plain = {name: _plain(value) for name, value in values.items() if value is not None}
    return hashlib.sha256(_encode(plain).encode()).hexdigest()


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _plain(value: Any) -> Any:
    if not isinstance(value, date):
        return value
    if isinstance(value, datetime):
        return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(timespec="microseconds")
    return value.isoformat()
