"""Facts about the objects of entries: tables, accounts, offices and years, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from portal.domain import audit_events
from portal.domain.audit_events import About, AuditEvent
from portal.models import Assignment, Base, BudgetYear, Office, TargetTable, User, UserRole
from portal.services.record.facts.values import Facts, digest, json_value


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
            "claimed_until": ("claimed_until",),
            "review_since": ("review_since",),
            "recommended": ("is_recommended",),
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
            "phone": ("phone",),
            "roles": ("roles",),
            "assigned": ("assigned",),
            "active": ("active",),
            "password": ("password_hash", "must_change_password", "one_time_since"),
        },
    ),
    About.OFFICE: ObjectKind(
        Office,
        "code",
        {
            "parent": ("parent_code", "lineage"),
            "name": ("name",),
            "phone": ("phone",),
            "active": ("active",),
        },
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
            "settings": ("after_deadline", "longest_due", "shows_reviewer"),
            "approval": (
                "recommendation",
                "recommender_approves",
                "errors_at_approval",
                "password_at_approval",
                "claim_days",
            ),
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
        return json_value(value_of(columns[0]))
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
    audit_events.CHANGE_USER: ("person", "phone", "roles", "assigned"),
    audit_events.CHANGE_PHONE: ("phone",),
    audit_events.DISABLE_USER: ("active",),
    audit_events.ENABLE_USER: ("active",),
    audit_events.RESET_PASSWORD: ("password",),
    audit_events.CHANGE_PASSWORD: ("password",),
    audit_events.ADD_OFFICE: tuple(OBJECTS[About.OFFICE].names),
    audit_events.CHANGE_OFFICE: tuple(OBJECTS[About.OFFICE].names),
    audit_events.MERGE_OFFICE: tuple(OBJECTS[About.OFFICE].names),
    audit_events.OPEN_YEAR: tuple(OBJECTS[About.YEAR].names),
    audit_events.CHANGE_YEAR: ("policy", "settings", "approval"),
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
