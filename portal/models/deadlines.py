"""Extensions of the time for submitting, asked for by offices and granted by the bureau."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import UTCDateTime
from portal.extensions import Base


class Extension(Base):
    """延期: for one table, or for all tables of an office in a year (`table_id` None).

    Asked for and not decided: `decided_at` None. Declined: `due_on` None, and `answer` says why. The date in force is
    `due_on` of the table; for tables created later, that of the office's latest grant. No foreign key to the table:
    the row outlives a discarded draft.
    """

    __tablename__ = "extensions"
    __table_args__ = (
        CheckConstraint("due_on IS NULL OR decided_at IS NOT NULL", name="granted_by_somebody"),
        CheckConstraint("asked_at IS NOT NULL OR decided_at IS NOT NULL", name="asked_or_granted"),
        Index("ix_extensions_year", "year", "office_code", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("budget_years.year"))
    office_code: Mapped[str] = mapped_column(ForeignKey("offices.code"))
    table_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_by_name: Mapped[str] = mapped_column(String(64), default="")
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    due_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_by_name: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
