"""Facts about other rows that acts write or delete, each by the digest of its columns, and about saves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, select

from portal.models import (
    AdjustmentRequest,
    Attachment,
    Base,
    BureauNote,
    CalendarNotice,
    Conclusion,
    DiscardedDraft,
    Dismissal,
    Explanation,
    Extension,
    HandUpEvent,
    LibraryEntry,
    NoProjects,
    OfficeMerger,
    Opinion,
    OpinionEvent,
    Origin,
    RegisterEntry,
    Revision,
    StandIn,
    UndoneStep,
    Voiding,
)
from portal.services.record.facts.values import Facts, digest, json_value


@dataclass(frozen=True, slots=True)
class RowKind:
    """A model whose rows are stated whole, each by the digest of `columns`. The digest excludes the key.

    label: as problems name such a row. is_of_table: the key begins with the id of the table. added: columns of a later
    version; the digest leaves out those that are blank, so that it stays true to earlier entries.
    """

    name: str
    label: str
    model: type[Base]
    key: Sequence[str]
    columns: Sequence[str]
    is_of_table: bool = True
    deleted_with_table: bool = False
    added: Sequence[str] = ()

    def key_of(self, row: Any) -> str:
        return "/".join(str(getattr(row, name)) for name in self.key)

    def digest_of(self, row: Any) -> str:
        added = {name: value for name in self.added if (value := getattr(row, name)) is not None}
        return digest({name: getattr(row, name) for name in self.columns} | added)

    def statement(self) -> Select[*tuple[Any, ...]]:
        columns = self.model.plain().c
        return select(*(columns[name] for name in (*self.key, *self.columns, *self.added)))


ROWS: Mapping[type[Base], RowKind] = {
    kind.model: kind
    for kind in (
        RowKind(
            "revision",
            "送审版本",
            Revision,
            ("table_id", "number"),
            ("id", "round", "kind", "digest", "submitted_by_id", "submitted_by_name", "submitted_at"),
            added=("due_on", "days_late", "as_proposed"),
        ),
        RowKind(
            "extension",
            "延期",
            Extension,
            ("id",),
            (
                "year",
                "office_code",
                "table_id",
                "reason",
                "asked_by_id",
                "asked_by_name",
                "asked_at",
                "due_on",
                "answer",
                "decided_by_id",
                "decided_by_name",
                "decided_at",
            ),
            is_of_table=False,
        ),
        RowKind(
            "adjustment",
            "调整申请",
            AdjustmentRequest,
            ("table_id", "id"),
            (
                *("revision_number", "reason", "asked_by_id", "asked_by_name", "asked_at"),
                *("decision", "answer", "decided_by_id", "decided_by_name", "decided_at"),
            ),
        ),
        RowKind(
            "opinion",
            "意见",
            Opinion,
            ("table_id", "id"),
            ("revision_number", "path", "place", "quoted", "binding", "text", "author_id", "author_name", "at"),
            added=("kind", "rule", "proposed"),
        ),
        RowKind(
            "opinion_step",
            "意见的经过",
            OpinionEvent,
            ("opinion_id", "id"),
            ("act", "answer", "text", "actor_id", "actor_name", "at"),
            is_of_table=False,
            added=("taken_in",),
        ),
        RowKind("bureau_note", "底稿", BureauNote, ("table_id", "id"), ("text", "author_id", "author_name", "at")),
        RowKind(
            "hand_up",
            "提请送审",
            HandUpEvent,
            ("table_id", "id"),
            ("act", "submission_count", "version", "note", "actor_id", "actor_name", "at"),
        ),
        RowKind(
            "conclusion",
            "审核结论",
            Conclusion,
            ("table_id", "revision_number"),
            ("digest", "enclosed", "grade", "dimensions", "note", "author_id", "author_name", "at"),
        ),
        RowKind(
            "dismissal",
            "不提",
            Dismissal,
            ("table_id", "rule", "path"),
            ("revision_number", "place", "subject", "reason", "author_id", "author_name", "at"),
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
        RowKind(
            "merger",
            "单位的并入",
            OfficeMerger,
            ("office_code",),
            ("into_code", "reason", "merged_by_name", "merged_at"),
            is_of_table=False,
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
        RowKind(
            "register_entry",
            "应报项目",
            RegisterEntry,
            ("year", "office_code", "code"),
            (
                *("name", "amount_fen", "is_key", "merged_table_id"),
                *("exempt_reason", "exempt_by_id", "exempt_by_name", "exempt_at"),
            ),
            is_of_table=False,
        ),
        RowKind(
            "no_projects",
            "本年无项目的确认",
            NoProjects,
            ("year", "office_code"),
            ("confirmed_by_id", "confirmed_by_name", "confirmed_at"),
            is_of_table=False,
        ),
        RowKind(
            "stand_in",
            "代办",
            StandIn,
            ("id",),
            (
                *("person_id", "stand_in_id", "starts_on", "ends_on", "reason"),
                *("appointed_by_id", "appointed_by_name", "appointed_at", "ended_at", "ended_by_name"),
            ),
            is_of_table=False,
        ),
        RowKind(
            "calendar_notice",
            "节假日安排",
            CalendarNotice,
            ("id",),
            ("year", "paper", "text", "days", "digest", "confirmed_by_id", "confirmed_by_name", "confirmed_at"),
            is_of_table=False,
        ),
        RowKind("voiding", "作废", Voiding, ("table_id",), ("reason", "voided_by_id", "voided_by_name", "voided_at")),
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
    """Digest of the rows (operation, actor_id, actor_name, at) that a save wrote to the change log, in their order.

    A time without a zone is in UTC.
    """
    found, last_at, written = hashlib.sha256(), None, ""
    for operation, actor_id, actor_name, at in operations:
        if at != last_at:  # the rows of one save have one time
            last_at, written = at, json_value(at if at.tzinfo else at.replace(tzinfo=UTC))
        found.update(f"{operation}\0{actor_id}\0{actor_name}\0{written}\n".encode())
    return found.hexdigest()


def next_steps(steps: str, step: str) -> str:
    """Digest of all saves of a table: `steps` of the saves before ("" before the first) and the digest of the next."""
    return hashlib.sha256(f"{steps}{step}".encode()).hexdigest()
