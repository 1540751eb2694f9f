"""The register of what is owed: its entries, offices without projects, and voided tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import UTCDateTime, now
from portal.domain.register import EntryRow
from portal.extensions import Base


class RegisterEntry(Base):
    """应报项目: an office owes a table for this project. exempt_…: set together, while the office need not submit it.

    merged_table_id: a table that the bureau put under this entry (并入) although its code is another. No foreign key:
    a discarded draft may come back from the recycle bin. Every other table belongs to the entry with its code, see
    `queries.register.matching`.
    """

    __tablename__ = "register_entries"
    __table_args__ = (
        Index("uq_register_entries_code", "year", "office_code", "code", unique=True),
        # Partial: of an index that is NULL nearly everywhere SQLite believes that it finds nothing faster than a scan.
        Index(
            "ix_register_entries_merged_table_id",
            "merged_table_id",
            sqlite_where=text("merged_table_id IS NOT NULL"),
            postgresql_where=text("merged_table_id IS NOT NULL"),
        ),
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint(
            "(exempt_at IS NULL) = (exempt_reason IS NULL) AND (exempt_at IS NULL) = (exempt_by_id IS NULL)"
            " AND (exempt_at IS NULL) = (exempt_by_name IS NULL)",
            name="exempt",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("budget_years.year"))
    office_code: Mapped[str] = mapped_column(ForeignKey("offices.code"))
    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    is_key: Mapped[bool]
    merged_table_id: Mapped[int | None]
    exempt_reason: Mapped[str | None] = mapped_column(Text)
    exempt_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    exempt_by_name: Mapped[str | None] = mapped_column(String(64))
    exempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def row(self) -> EntryRow:
        return EntryRow(self.office_code, self.code, self.name, self.amount_fen, self.is_key)


class NoProjects(Base):
    """本年无项目: an office confirmed that it has no project in this year. Taken back, the row is deleted."""

    __tablename__ = "no_projects"

    year: Mapped[int] = mapped_column(ForeignKey("budget_years.year"), primary_key=True)
    office_code: Mapped[str] = mapped_column(ForeignKey("offices.code"), primary_key=True)
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    confirmed_by_name: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Voiding(Base):
    """作废: the table is no longer wanted. Its row, texts and opinions stay; `TargetTable.is_voided` reads this.

    A table of its own, append-only: behind the long text of `target_tables` a column would cost each list a long read.
    """

    __tablename__ = "voidings"

    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(Text)
    voided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    voided_by_name: Mapped[str] = mapped_column(String(64))
    voided_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
