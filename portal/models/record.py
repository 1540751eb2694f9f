"""The audit log, and counters of refusals and failed sign-ins.

Only `services.record.audit` and `services.session.signing_in` write these tables.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import UTCDateTime
from portal.domain.audit_events import AUDIT_EVENTS
from portal.extensions import Base
from portal.models.columns import BIG_KEY

IN_HISTORY = f"act IN ({', '.join(repr(event.name) for event in AUDIT_EVENTS.values() if event.is_in_history)})"
"""Condition for the entries of histories. A query that searches the index below holds it word for word; an added event
needs a migration that builds the index anew.
"""


def _index_of_some(column: str, *further: str) -> Index:
    """An index of the entries that have a value in `column`, in the order of numbers."""
    has_value = text(f"{column} IS NOT NULL")
    name = f"ix_audit_entries_{column}"
    return Index(name, column, "number", *further, sqlite_where=has_value, postgresql_where=has_value)


class AuditEntry(Base):
    """One act. Names are stored as text and there are no foreign keys: an entry outlives its actor and its object.

    office_code: the office that the object belongs to. principal_id: whom a stand-in acted for. Both are outside the
    hash, since they repeat what object and detail say, and are there for finding entries (`queries.history`).
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_object", "object_kind", "object_id", "number"),
        Index("ix_audit_entries_actor_id", "actor_id", "number"),
        Index("ix_audit_entries_act", "act", "number"),
        # What moved a table, among hundreds of saves.
        Index(
            "ix_audit_entries_history",
            "object_id",
            "number",
            sqlite_where=text(IN_HISTORY),
            postgresql_where=text(IN_HISTORY),
        ),
        Index("ix_audit_entries_at", "at", "number"),
        _index_of_some("office_code", "act"),
        _index_of_some("principal_id"),
    )

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(160))
    act: Mapped[str] = mapped_column(String(40))
    object_kind: Mapped[str] = mapped_column(String(16))
    object_id: Mapped[str] = mapped_column(String(64))
    object_name: Mapped[str] = mapped_column(String(400))
    detail: Mapped[str] = mapped_column(Text)
    algorithm: Mapped[str] = mapped_column(String(16))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    office_code: Mapped[str | None] = mapped_column(String(12))
    principal_id: Mapped[int | None]


class AuditHead(Base):
    """Number, hash and time of the last entry. Locking its only row serializes the numbering of entries."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RefusalCount(Base):
    """Counts repeated equal refusals within a minute; only the first is an entry. The next entry states the count."""

    __tablename__ = "refusal_counts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    repeated: Mapped[int] = mapped_column(default=0)


class SignInFailure(Base):
    """Failed sign-ins per user name and address. The pair is throttled, for known and unknown names alike."""

    __tablename__ = "sign_in_failures"

    username: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
