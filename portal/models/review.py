"""The bureau's opinions with their events, its conclusions and notes, requests for adjustment, findings of submissions,
dismissed ones, the explanations of the office, and who has acted on which table.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import UTCDateTime, now
from portal.domain.adjustments import AdjustmentDecision
from portal.domain.conclusions import Grade
from portal.domain.opinions import BY_STEP, Answer, OpinionState
from portal.extensions import Base
from portal.models.columns import one_of


class Opinion(Base):
    """审核意见 at a place of the document. `quoted`: the text at that place at that time; `answer`: one of Answer.

    kind: one of OpinionKind; rule: id of the finding that it came from; proposed: operations, see `proposals`.
    Each is None where there is none; kind is in opinions of version 0.2 only. year: of the table.
    """

    __tablename__ = "opinions"
    __table_args__ = (
        one_of("state", OpinionState),
        CheckConstraint(f"answer IS NULL OR answer IN ('{Answer.CHANGED}', '{Answer.KEPT}')", name="answer"),
        Index("ix_opinions_table_id", "table_id", "id"),
        Index("ix_opinions_treated", "year", "rule", "state", "answer"),
        Index("ix_opinions_kind", "year", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"))
    year: Mapped[int] = mapped_column(server_default=sql("0"))
    revision_number: Mapped[int]
    path: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120))
    quoted: Mapped[str] = mapped_column(Text, default="")
    binding: Mapped[bool]
    kind: Mapped[str | None] = mapped_column(String(24))
    rule: Mapped[str | None] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    proposed: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default=OpinionState.DRAFT)
    answer: Mapped[str | None] = mapped_column(String(16))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    events: Mapped[list[OpinionEvent]] = relationship(lazy="raise", order_by="OpinionEvent.id")


class OpinionEvent(Base):
    """One step of an opinion; `act` is the `step` of an OpinionAct.

    taken_in: the version of the working copy in which an answer took the proposed changes; None where it took none.
    """

    __tablename__ = "opinion_events"
    __table_args__ = (
        one_of("act", tuple(BY_STEP)),
        Index("ix_opinion_events_opinion_id", "opinion_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinions.id"))
    act: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str | None] = mapped_column(String(16))
    taken_in: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text, default="")
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    actor_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class BureauNote(Base):
    """底稿: what somebody of the bureau notes about a table, for the bureau and the auditor alone."""

    __tablename__ = "bureau_notes"
    __table_args__ = (Index("ix_bureau_notes_table_id", "table_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Conclusion(Base):
    """审核结论 on one submitted text and what travels with it; at most one for a revision.

    enclosed: digest of the enclosures. dimensions: the ticked ones of `domain.conclusions.Dimension`, separated by
    blanks.
    """

    __tablename__ = "conclusions"
    __table_args__ = (one_of("grade", Grade),)

    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"), primary_key=True)
    revision_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
    enclosed: Mapped[str] = mapped_column(String(64))
    grade: Mapped[str] = mapped_column(String(16))
    dimensions: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class AdjustmentRequest(Base):
    """申请调整: the office asks for an approved table to be reopened.

    revision_number: the revision in force when it was asked. decision: one of AdjustmentDecision, None while nobody has
    decided. answer: to the office, of a request that was declined.
    """

    __tablename__ = "adjustment_requests"
    __table_args__ = (
        one_of("decision", AdjustmentDecision),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("ix_adjustment_requests_table_id", "table_id", "id"),
        Index(
            "uq_adjustment_requests_waiting",
            "table_id",
            unique=True,
            sqlite_where=sql("decided_at IS NULL"),
            postgresql_where=sql("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"))
    revision_number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_by_name: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decision: Mapped[str | None] = mapped_column(String(16))
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_by_name: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RevisionFindings(Base):
    """The findings of all rules on a revision when it was frozen, see `domain.rules.stored`.

    Revisions of versions before 0.3 have none; their findings are worked out when somebody looks.
    """

    __tablename__ = "revision_findings"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    content: Mapped[str] = mapped_column(Text)


class FindingCount(Base):
    """How many findings of one rule a revision has: `RevisionFindings` counted, for sums over many revisions."""

    __tablename__ = "finding_counts"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int]


class ExplainedFinding(Base):
    """A finding that the office explained in the latest submission of a table; the next submission replaces them all.

    year: of the table. is_accepted: the approval accepted the explanation, see `domain.treatments`.
    """

    __tablename__ = "explained_findings"
    __table_args__ = (Index("ix_explained_findings_treated", "year", "rule", "is_accepted"),)

    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(8), primary_key=True)
    path: Mapped[str] = mapped_column(String(120), primary_key=True)
    year: Mapped[int]
    place: Mapped[str] = mapped_column(String(120))
    is_accepted: Mapped[bool]


class Dismissal(Base):
    """不提: a finding about which the bureau raises no opinion, with the reason. For the bureau and the auditor alone.

    `subject`: SHA-256 of the texts at `path`; the dismissal lapses when these texts change, and holds for every
    revision in which they are the same. revision_number: on which it was said last. year: of the table.
    """

    __tablename__ = "dismissals"
    __table_args__ = (Index("ix_dismissals_treated", "year", "rule"),)

    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(8), primary_key=True)
    path: Mapped[str] = mapped_column(String(120), primary_key=True)
    year: Mapped[int]
    revision_number: Mapped[int]
    place: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReviewFacts(Base):
    """What the bureau's queue shows of the latest submission of a table; the next submission replaces it.

    opinions_asked, opinions_answered: those that the office had to answer. The other columns: `domain.marks.MarkFacts`.
    """

    __tablename__ = "review_facts"

    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"), primary_key=True)
    opinions_asked: Mapped[int] = mapped_column(default=0)
    opinions_answered: Mapped[int] = mapped_column(default=0)
    unchanged_answers: Mapped[int] = mapped_column(default=0)
    other_changes: Mapped[int] = mapped_column(default=0)
    budget_changed: Mapped[int] = mapped_column(default=0)
    lowered_targets: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
    unexplained: Mapped[int] = mapped_column(default=0)
    copied: Mapped[int] = mapped_column(default=0)
    returned_last_year: Mapped[int] = mapped_column(default=0)
    as_proposed: Mapped[int] = mapped_column(default=0)


class Explanation(Base):
    """The office's explanation why a warning of the working copy stays.

    `subject`: SHA-256 of the texts at `path` when the explanation was written; it lapses when these texts change.
    """

    __tablename__ = "explanations"

    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id", ondelete="CASCADE"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(8), primary_key=True)
    path: Mapped[str] = mapped_column(String(120), primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Participation(Base):
    """曾经办: who has worked on which table, and when last. `services.record.audit` writes it with the act's entry."""

    __tablename__ = "participations"
    __table_args__ = (Index("ix_participations_user_id_last_at", "user_id", "last_at"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id", ondelete="CASCADE"), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
