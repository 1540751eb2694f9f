"""Indexes of sentences and indicators of earlier tables, and the bureau's entries of the indicator library.

The two indexes can be rebuilt from the revisions; library entries cannot.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import UTCDateTime, now
from portal.extensions import Base


class IndexedSentence(Base):
    """A sentence of a table's latest revision, by the hash of its key (see `domain.rules.sentences`).

    The primary key starts with hash, year and office: one index seek finds whether another office has the sentence.
    """

    __tablename__ = "known_sentences"
    __table_args__ = (
        Index("ix_known_sentences_table_id", "table_id"),
        Index("ix_known_sentences_office_code", "office_code", "year"),
    )

    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    office_code: Mapped[str] = mapped_column(ForeignKey("offices.code"), primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text)


class IndexedIndicator(Base):
    """An indicator row of an approved revision in force; suggestions are built from these rows."""

    __tablename__ = "known_indicators"
    __table_args__ = (Index("ix_known_indicators_office_code", "office_code", "year"),)

    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id"), primary_key=True)
    row_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    office_code: Mapped[str] = mapped_column(ForeignKey("offices.code"))
    year: Mapped[int]
    level1: Mapped[str] = mapped_column(Text)
    level2: Mapped[str] = mapped_column(Text)
    level3: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    target_value: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)


class LibraryEntry(Base):
    """An entry that the bureau added to the indicator library, or its version of the shipped entry `shipped_id`."""

    __tablename__ = "library_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    shipped_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    category: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(32))
    basis: Mapped[str] = mapped_column(Text)
    retired: Mapped[bool]
    changed_by_name: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
