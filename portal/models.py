"""Tables, columns and constraints. No behaviour: what happens to rows is said in the services.

Columns of a target table beside `content` exist only for what lists filter, sort, sum or constrain.
The database itself refuses nonsense: CHECKs, unique indexes, foreign keys, and the triggers of `database`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import UTCDateTime, create_triggers_with, now
from portal.domain.documents import Document, Kind, load, title_of_project
from portal.domain.permissions import Role
from portal.domain.states import State
from portal.extensions import Base

_BIG_KEY = BigInteger().with_variant(Integer, "sqlite")


def _one_of(column: str, values: type[State] | type[Role] | type[Kind] | tuple[str, ...]) -> CheckConstraint:
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)


class Office(Base):
    """预算单位. `lineage` holds the codes from the top down to this office: ``/610/610002/``."""

    __tablename__ = "offices"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("offices.code"))
    lineage: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)


class User(Base):
    """A person's account. `stamp` changes with the password and ends every session older than that."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(200))
    office_code: Mapped[str | None] = mapped_column(ForeignKey("offices.code"))
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=True)
    stamp: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class UserRole(Base):
    __tablename__ = "user_roles"
    __table_args__ = (_one_of("role", Role),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)


class Assignment(Base):
    """Which offices a reviewer reviews."""

    __tablename__ = "assignments"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    office_code: Mapped[str] = mapped_column(ForeignKey("offices.code"), primary_key=True)


class BudgetYear(Base):
    """预算年度: framework, code pattern, deadline (inclusive, local date) and policy of its checks."""

    __tablename__ = "budget_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    framework: Mapped[str] = mapped_column(String(64))
    code_pattern: Mapped[str] = mapped_column(String(200))
    only_warn: Mapped[str] = mapped_column(String(200), default="")  # rule ids, space separated
    off: Mapped[str] = mapped_column(String(200), default="")
    deadline: Mapped[date]
    is_open: Mapped[bool] = mapped_column(default=True)


class TargetTable(Base):
    """绩效目标表: the working copy and where it stands. `state` is written by `services.workflow` alone.

    position: 0 for the department table, the ordinal for project tables.
    version: number of saves, so of the changes that made `content`.
    submissions: number of the latest revision; 0 = never submitted.
    returns: how often returned or reopened so far; the next revision's round is this plus one.
    came_from: the state the running submission left, for withdrawing.
    in_force_id: the approved revision in force; survives reopening.
    sent_…: the same columns of the latest revision, for those who may not see the working copy.
    """

    __tablename__ = "target_tables"
    __table_args__ = (
        _one_of("kind", Kind),
        _one_of("state", State),
        CheckConstraint("state <> 'approved' OR in_force_id IS NOT NULL", name="approved_in_force"),
        CheckConstraint("state = 'drafted' OR submissions > 0", name="submitted_once"),
        CheckConstraint("(state = 'submitted') = (came_from IS NOT NULL)", name="came_from"),
        # With `submissions` it answers counts for the bureau by itself.
        Index("ix_target_tables_queue", "year", "state", "office_code", "position", "id", "submissions"),
        Index("ix_target_tables_register", "year", "office_code", "position", "id"),
        Index(
            "uq_target_tables_project_code",
            "year",
            "office_code",
            "project_code",
            unique=True,
            sqlite_where=text("kind = 'project' AND state IN ('submitted', 'approved')"),
            postgresql_where=text("kind = 'project' AND state IN ('submitted', 'approved')"),
        ),
        Index(
            "uq_target_tables_department",
            "year",
            "office_code",
            unique=True,
            sqlite_where=text("kind = 'department'"),
            postgresql_where=text("kind = 'department'"),
        ),
        # A discarded draft's number must never be used again: its changes stay in the log.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    year: Mapped[int] = mapped_column(ForeignKey("budget_years.year"))
    office_code: Mapped[str] = mapped_column(ForeignKey("offices.code"))
    state: Mapped[str] = mapped_column(String(16), default=State.DRAFTED.value)
    position: Mapped[int] = mapped_column(default=0)
    project_code: Mapped[str] = mapped_column(String(64), default="")
    project_name: Mapped[str] = mapped_column(String(200), default="")
    total_fen: Mapped[int | None] = mapped_column(BigInteger)
    fiscal_fen: Mapped[int | None] = mapped_column(BigInteger)
    other_fen: Mapped[int | None] = mapped_column(BigInteger)
    errors: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    due: Mapped[date | None]
    submissions: Mapped[int] = mapped_column(default=0)
    returns: Mapped[int] = mapped_column(default=0)
    came_from: Mapped[str | None] = mapped_column(String(16))
    in_force_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisions.id", name="fk_target_tables_in_force_id", use_alter=True)
    )
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sent_code: Mapped[str] = mapped_column(String(64), default="")
    sent_name: Mapped[str] = mapped_column(String(200), default="")
    sent_total_fen: Mapped[int | None] = mapped_column(BigInteger)
    sent_errors: Mapped[int] = mapped_column(default=0)
    sent_warnings: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # Last of the columns: SQLite reads a row up to the column asked for, and this one is long.
    content: Mapped[str] = mapped_column(Text, deferred=True)

    office: Mapped[Office] = relationship(lazy="raise")
    budget_year: Mapped[BudgetYear] = relationship(lazy="raise")
    claimed_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[claimed_by_id])

    @property
    def document(self) -> Document:
        return load(Kind(self.kind), self.content)

    @property
    def title(self) -> str:
        """As in the working copy: only for those who may see that."""
        return Kind.DEPARTMENT.label if self.kind == Kind.DEPARTMENT else title_of_project(self.project_name)


class Revision(Base):
    """What was submitted, frozen. number counts submissions, round the returns and reopenings before it, plus one."""

    __tablename__ = "revisions"
    __table_args__ = (Index("uq_revisions_table_id_number", "table_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"))
    number: Mapped[int]
    round: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    submitted_by_name: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    content: Mapped[str] = mapped_column(Text, deferred=True)

    @property
    def document(self) -> Document:
        return load(Kind(self.kind), self.content)


class Change(Base):
    """One operation of one save; no foreign key, since it outlives a discarded draft."""

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_table_id_version", "table_id", "version"),)

    id: Mapped[int] = mapped_column(_BIG_KEY, primary_key=True)
    table_id: Mapped[int]
    version: Mapped[int]
    operation: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int]
    actor_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Opinion(Base):
    """审核意见 at a place of the document. `quoted`: the text that stood there; `answer`: changed or kept."""

    __tablename__ = "opinions"
    __table_args__ = (
        _one_of("state", ("draft", "raised", "answered", "accepted")),
        CheckConstraint("answer IS NULL OR answer IN ('changed', 'kept')", name="answer"),
        Index("ix_opinions_table_id", "table_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"))
    revision_number: Mapped[int]
    path: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120))
    quoted: Mapped[str] = mapped_column(Text, default="")
    binding: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="draft")
    answer: Mapped[str | None] = mapped_column(String(16))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    events: Mapped[list[OpinionEvent]] = relationship(lazy="raise", order_by="OpinionEvent.id")


class OpinionEvent(Base):
    """A step in an opinion's life: raised, answered, accepted, raised_again."""

    __tablename__ = "opinion_events"
    __table_args__ = (
        _one_of("act", ("raised", "answered", "accepted", "raised_again")),
        Index("ix_opinion_events_opinion_id", "opinion_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"))
    act: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str | None] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, default="")
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    actor_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Participation(Base):
    """曾经办: who has acted on which table, and when last. Written by `services.audit` with each entry."""

    __tablename__ = "participations"
    __table_args__ = (Index("ix_participations_user_id_last_at", "user_id", "last_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id", ondelete="CASCADE"), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AuditEntry(Base):
    """One act. Names are kept as text and no key points anywhere: entries outlive what they speak of."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_object", "object_kind", "object_id", "number"),
        Index("ix_audit_entries_actor_id", "actor_id", "number"),
        Index("ix_audit_entries_act", "act", "number"),
    )

    number: Mapped[int] = mapped_column(_BIG_KEY, primary_key=True, autoincrement=False)
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


class AuditHead(Base):
    """The last number and hash of the chain; its one row is the lock under which numbers are given."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


class RefusalCount(Base):
    """Refusals alike within a minute: entered once, counted here, the count told by the next entry."""

    __tablename__ = "refusal_counts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    repeated: Mapped[int] = mapped_column(default=0)


class SignInFailure(Base):
    """Failures of one name from one address; slows down the two together, known names and unknown alike."""

    __tablename__ = "sign_in_failures"

    username: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)


create_triggers_with(Base.metadata)
