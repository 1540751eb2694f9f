"""Target tables with their revisions, change log, hand-ups, origins, attachments, presence, and discarded drafts.

TargetTable has a column derived from `content` only where lists filter, sort or sum by it or a constraint needs it.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, exists, false, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portal.database import UTCDateTime, now
from portal.domain.documents import Document, Kind, title_of_project
from portal.domain.hand_ups import HandUpAct
from portal.domain.serialization import load
from portal.domain.states import State
from portal.extensions import Base
from portal.models.columns import BIG_KEY, one_of
from portal.models.people import BudgetYear, Office, User
from portal.models.register import Voiding


class TargetTable(Base):
    """绩效目标表: the working copy and its state. Only `services.review.workflow` writes `state`.

    position: 0 for the department table, the ordinal for project tables.
    correctable: number of places with a certain correction (`services.drafting.corrections`), as of the last check.
    version: number of saves; the version of `content` in the change log.
    submission_count: number of the latest revision; 0 = never submitted.
    return_count: how often the table was returned or reopened; the next revision's round is this plus one.
    previous_state: the state before the current submission, restored by withdrawing.
    in_force_id: the approved revision in force; survives reopening.
    claimed_until: the last day (local) of the claim; None: until it is released. Read claims through `claimant_id`.
    review_since: when the bureau began to review the present submission; None: nobody has yet (未开始审核).
    is_recommended: whether a conclusion on the submitted text recommends it for approval (待批复).
    is_voided: whether the table was voided (作废), read with every row; where lists exclude such rows, see
    `queries.tables.not_voided`.
    submitted_…: the same columns of the latest revision, for actors who may not see the working copy.
    """

    __tablename__ = "target_tables"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("state", State),
        CheckConstraint("state <> 'approved' OR in_force_id IS NOT NULL", name="approved_in_force"),
        CheckConstraint("state = 'drafted' OR submission_count > 0", name="submitted_once"),
        CheckConstraint("(state = 'submitted') = (previous_state IS NOT NULL)", name="came_from"),
        # A covering index for the bureau's counts, since it includes `submission_count`.
        Index("ix_target_tables_queue", "year", "state", "office_code", "position", "id", "submission_count"),
        # A covering index for the sums of the bureau's tabs (`queries.queue`).
        Index(
            "ix_target_tables_bureau",
            *("year", "office_code", "state", "is_recommended", "in_force_id", "due_on"),
            *("return_count", "submission_count", "submitted_total_fen", "id"),
        ),
        Index("ix_target_tables_register", "year", "office_code", "position", "id"),
        # Finds the table of an entry of the register; see `queries.register.matching.code_of`.
        Index(
            "ix_target_tables_entry",
            "year",
            "office_code",
            text("(CAST(CASE WHEN submission_count > 0 THEN submitted_code ELSE project_code END AS TEXT))"),
        ),
        Index(
            "ix_target_tables_recommended",
            "year",
            "office_code",
            "state_since",
            sqlite_where=text("is_recommended = 1"),
            postgresql_where=text("is_recommended"),
        ),
        # A covering index for what awaits the bureau (`queries.awaiting`): few tables, however many years there are.
        Index(
            "ix_target_tables_waiting",
            *("office_code", "year", "is_recommended", "state_since"),
            sqlite_where=text("state = 'submitted'"),
            postgresql_where=text("state = 'submitted'"),
        ),
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
        # The id of a discarded draft must never be reused: its changes stay in the log.
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
    correctable: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    digest: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=0)
    state_since: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    due_on: Mapped[date | None]
    submission_count: Mapped[int] = mapped_column(default=0)
    return_count: Mapped[int] = mapped_column(default=0)
    previous_state: Mapped[str | None] = mapped_column(String(16))
    in_force_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisions.id", name="fk_target_tables_in_force_id", use_alter=True)
    )
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    claimed_until: Mapped[date | None]
    review_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_recommended: Mapped[bool] = mapped_column(server_default=false())
    submitted_code: Mapped[str] = mapped_column(String(64), default="")
    submitted_name: Mapped[str] = mapped_column(String(200), default="")
    submitted_total_fen: Mapped[int | None] = mapped_column(BigInteger)
    submitted_errors: Mapped[int] = mapped_column(default=0)
    submitted_warnings: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # The last column, because it is long and SQLite reads a row only up to the last selected column.
    content: Mapped[str] = mapped_column(Text, deferred=True)

    is_voided: Mapped[bool] = column_property(exists().where(Voiding.table_id == id))
    office: Mapped[Office] = relationship(lazy="raise")
    budget_year: Mapped[BudgetYear] = relationship(lazy="raise")
    claimed_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[claimed_by_id])

    @property
    def document(self) -> Document:
        return load(Kind(self.kind), self.content)

    def claimant_id(self, today: date) -> int | None:
        """Who reviews the table; None if nobody does, or if the claim has ended."""
        has_ended = self.claimed_until is not None and self.claimed_until < today
        return None if has_ended else self.claimed_by_id

    @property
    def title(self) -> str:
        """The title in the working copy; show it only to actors who may see the working copy."""
        return self.title_with(self.project_name)

    def title_with(self, project_name: str) -> str:
        """The title of a text of this table in which the project has this name."""
        return Kind.DEPARTMENT.label if self.kind == Kind.DEPARTMENT else title_of_project(project_name)


class Revision(Base):
    """The frozen text of one submission. number counts submissions; round is 1 + earlier returns and reopenings.

    due_on, days_late: by when it was due, and how many working days later it came; None before version 0.3.
    as_proposed: 只按代拟改法改, see `domain.proposals.only_as_proposed`; None before version 0.3.
    """

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
    due_on: Mapped[date | None]
    days_late: Mapped[int | None]
    as_proposed: Mapped[bool | None]
    content: Mapped[str] = mapped_column(Text, deferred=True)

    @cached_property  # a revision never changes
    def document(self) -> Document:
        return load(Kind(self.kind), self.content)


class Enclosure(Base):
    """The explanations of warnings and the attachments (by digest) that were submitted with a revision.

    `content` is canonical JSON, see `domain.enclosures`; `digest` is its SHA-256. A revision without any has no row.
    """

    __tablename__ = "enclosures"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)


class DiscardedDraft(Base):
    """A draft in the recycle bin (回收站): its row of `target_tables` is gone, so nothing else can list or count it.

    dependents: the rows that hung on it, as `services.drafting.dependents` packs them.
    """

    __tablename__ = "discarded_drafts"
    __table_args__ = (one_of("kind", Kind), Index("ix_discarded_drafts_office_code", "office_code", "discarded_at"))

    table_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    year: Mapped[int] = mapped_column(ForeignKey("budget_years.year"))
    office_code: Mapped[str] = mapped_column(ForeignKey("offices.code"))
    project_code: Mapped[str] = mapped_column(String(64))
    project_name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    discarded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    discarded_by_name: Mapped[str] = mapped_column(String(64))
    discarded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    dependents: Mapped[str] = mapped_column(Text, deferred=True)
    content: Mapped[str] = mapped_column(Text, deferred=True)

    @property
    def document(self) -> Document:
        return load(Kind(self.kind), self.content)

    @property
    def title(self) -> str:
        return Kind.DEPARTMENT.label if self.kind == Kind.DEPARTMENT else title_of_project(self.project_name)


class Change(Base):
    """One operation of one save. No foreign key to the table: the row outlives a discarded draft."""

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_table_id_version", "table_id", "version"),)

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    table_id: Mapped[int]
    version: Mapped[int]
    operation: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int]
    actor_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class HandUpEvent(Base):
    """提请送审 or 退给经办人 inside the office; append-only, and never shown to the bureau.

    submission_count, version: of the table at that time, so that a submission ends it and later edits show. No foreign
    key to the table: the row outlives a discarded draft.
    """

    __tablename__ = "hand_up_events"
    __table_args__ = (one_of("act", HandUpAct), Index("ix_hand_up_events_table_id", "table_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int]
    act: Mapped[str] = mapped_column(String(8))
    submission_count: Mapped[int]
    version: Mapped[int]
    note: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    actor_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class UndoneStep(Base):
    """Save number `version` undid save number `undoes`; it is a redo if `undoes` itself was an undo."""

    __tablename__ = "undone_steps"

    table_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    undoes: Mapped[int]


class Origin(Base):
    """The source of a carry-over (沿用); the edit page marks texts that are still unchanged since then.

    left_out: JSON object of the texts that this table's form has no field for, by their labels.
    confirmed: JSON array of the paths that the office found right as they are (核对无误); one counts while its text is
    unchanged.
    """

    __tablename__ = "origins"

    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id", ondelete="CASCADE"), primary_key=True)
    source_id: Mapped[int]
    source_year: Mapped[int]
    source_title: Mapped[str] = mapped_column(String(220))
    left_out: Mapped[str] = mapped_column(Text, server_default="{}")
    confirmed: Mapped[str] = mapped_column(Text, server_default="[]")


class Presence(Base):
    """Who has a table open for editing. Rows older than `queries.drafting.presence.GONE_AFTER` are ignored.

    since: when the person opened the table.
    """

    __tablename__ = "presences"

    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Attachment(Base):
    """A supporting document of the working copy; `AttachmentStore` holds the file under its digest.

    The attachments of a revision are listed in its `Enclosure`, which stays when this row is removed.
    """

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_table_id", "table_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(120))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    added_by_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
