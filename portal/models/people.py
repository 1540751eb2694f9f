"""Offices, user accounts with their roles and assignments, and budget years."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import UTCDateTime, now
from portal.domain.code_patterns import OFFICE_CODE_PATTERN
from portal.domain.conclusions import CLAIM_DAYS, ErrorsAtApproval, RecommendationDemand
from portal.domain.deadlines import LONGEST_DUE, AfterDeadline
from portal.domain.documents import FIRST_FORMS, Kind
from portal.domain.permissions import Role
from portal.domain.telephones import LONGEST as TELEPHONE_LENGTH
from portal.extensions import Base
from portal.models.columns import one_of


class Office(Base):
    """预算单位. `lineage` holds the codes from the top down to this office: ``/610/610002/``."""

    __tablename__ = "offices"
    __table_args__ = (Index("ix_offices_lineage", "lineage"), Index("ix_offices_name", "name"))

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("offices.code"))
    # In the collation C the offices below one are a range of the index, see `queries.office_tree`.
    lineage: Mapped[str] = mapped_column(String(200).with_variant(String(200, collation="C"), "postgresql"))
    phone: Mapped[str] = mapped_column(String(TELEPHONE_LENGTH), default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True)


class OfficeMerger(Base):
    """并入: the office `into_code` does the work of this one, which is inactive and below it.

    Taken back, the row is deleted.
    """

    __tablename__ = "office_mergers"
    __table_args__ = (
        CheckConstraint("office_code <> into_code", name="two_offices"),
        Index("ix_office_mergers_into_code", "into_code"),
    )

    office_code: Mapped[str] = mapped_column(ForeignKey("offices.code"), primary_key=True)
    into_code: Mapped[str] = mapped_column(ForeignKey("offices.code"))
    reason: Mapped[str] = mapped_column(Text)
    merged_by_name: Mapped[str] = mapped_column(String(64))
    merged_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class User(Base):
    """A person's account. `stamp` changes with the password; sessions with an older stamp end.

    one_time_since: when the current one-time password was issued; None for a password that the person chose.
    """

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_office_code", "office_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(TELEPHONE_LENGTH), server_default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    office_code: Mapped[str | None] = mapped_column(ForeignKey("offices.code"))
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=True)
    one_time_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stamp: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class StandIn(Base):
    """代办: `stand_in_id` acts for `person_id` from `starts_on` to `ends_on`, both inclusive, unless ended before.

    appointed_by_id: the person or an administrator.
    """

    __tablename__ = "stand_ins"
    __table_args__ = (
        CheckConstraint("person_id <> stand_in_id", name="two_people"),
        CheckConstraint("starts_on <= ends_on", name="period"),
        CheckConstraint("appointed_by_id <> stand_in_id", name="not_by_the_stand_in"),
        CheckConstraint("(ended_at IS NULL) = (ended_by_name = '')", name="ended_by_somebody"),
        Index("ix_stand_ins_person_id", "person_id"),
        Index("ix_stand_ins_stand_in_id", "stand_in_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    appointed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    appointed_by_name: Mapped[str] = mapped_column(String(64))
    appointed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_name: Mapped[str] = mapped_column(String(64), default="")


class UserSession(Base):
    """A signed-in browser. Its cookie holds `key`; signing out deletes the row, and the session is over everywhere.

    stamp: of the account at sign-in. The session ends when the account gets another stamp. stand_in_id: the capacity
    in which the person works here; None: the own.
    """

    __tablename__ = "user_sessions"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    stamp: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("stand_ins.id"))


class UserRole(Base):
    __tablename__ = "user_roles"
    __table_args__ = (one_of("role", Role), Index("ix_user_roles_role", "role", "user_id"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)


class Assignment(Base):
    """An office that a reviewer reviews."""

    __tablename__ = "assignments"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    office_code: Mapped[str] = mapped_column(ForeignKey("offices.code"), primary_key=True)


class BudgetYear(Base):
    """预算年度: forms, framework, code patterns, deadline (inclusive, local date), rules that only warn or are off.

    after_deadline: see `domain.deadlines`. longest_due: working days from today within which a return sets its due
    date. shows_reviewer: whether offices see who reviews their tables. recommendation, errors_at_approval: see
    `domain.conclusions`. recommender_approves: whether an approver may approve on their own recommendation.
    password_at_approval: whether an approval asks for the approver's password. claim_days: working days until a claim
    ends.
    """

    __tablename__ = "budget_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    framework: Mapped[str] = mapped_column(String(64))
    project_form: Mapped[str] = mapped_column(String(64), server_default=FIRST_FORMS[Kind.PROJECT])
    department_form: Mapped[str] = mapped_column(String(64), server_default=FIRST_FORMS[Kind.DEPARTMENT])
    code_pattern: Mapped[str] = mapped_column(String(200))
    office_code_pattern: Mapped[str] = mapped_column(String(200), server_default=OFFICE_CODE_PATTERN)
    only_warn: Mapped[str] = mapped_column(String(200), default="")  # rule ids, space separated
    off: Mapped[str] = mapped_column(String(200), default="")
    deadline: Mapped[date]
    is_open: Mapped[bool] = mapped_column(default=True)
    after_deadline: Mapped[str] = mapped_column(String(16), server_default=AfterDeadline.LATE.value)
    longest_due: Mapped[int] = mapped_column(server_default=text(str(LONGEST_DUE)))
    shows_reviewer: Mapped[bool] = mapped_column(server_default=false())
    recommendation: Mapped[str] = mapped_column(String(16), server_default=RecommendationDemand.NEVER.value)
    recommender_approves: Mapped[bool] = mapped_column(server_default=false())
    errors_at_approval: Mapped[str] = mapped_column(String(16), server_default=ErrorsAtApproval.REASON.value)
    password_at_approval: Mapped[bool] = mapped_column(server_default=false())
    claim_days: Mapped[int] = mapped_column(server_default=text(str(CLAIM_DAYS)))

    def form(self, kind: Kind) -> str:
        """The form id for new tables of this kind."""
        return self.project_form if kind is Kind.PROJECT else self.department_form
