"""Notices to people, what they choose not to be told of, and their mail: addresses and daily digests."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, true
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import UTCDateTime
from portal.domain.notices import Topic
from portal.extensions import Base
from portal.models.columns import BIG_KEY, one_of

_UNREAD = sql("read_at IS NULL AND settled_at IS NULL")
_REMINDERS = sql("key <> ''")


class Notice(Base):
    """That a person is told of an event. It holds no words: those are joined for whoever may still see them.

    entry: number of the event's audit entry. table_id, office_code, year: what it is about; no foreign key to the
    table: the row outlives a discarded draft. is_act: the person has to act; settled_at: somebody did, or it is no
    longer wanted. key, due_on, table_count: of a reminder of a due date; the same key is never told twice.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("settled_at IS NULL OR is_act", name="settled_acts"),
        Index("ix_notices_person_id", "person_id", "id"),
        Index("ix_notices_unread", "person_id", "is_act", "id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("ix_notices_table_id", "table_id", "event", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("ix_notices_office_code", "office_code", "at"),
        Index("uq_notices_key", "key", "person_id", unique=True, sqlite_where=_REMINDERS, postgresql_where=_REMINDERS),
    )

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    event: Mapped[str] = mapped_column(String(40))
    entry: Mapped[int] = mapped_column(BigInteger)
    table_id: Mapped[int | None]
    office_code: Mapped[str | None] = mapped_column(ForeignKey("offices.code"))
    year: Mapped[int | None]
    is_act: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    key: Mapped[str] = mapped_column(String(60), default="", server_default="")
    due_on: Mapped[date | None]
    table_count: Mapped[int | None]


class NoticeMute(Base):
    """A topic of which a person is not told, unless they have to act."""

    __tablename__ = "notice_mutes"
    __table_args__ = (one_of("topic", Topic),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(16), primary_key=True)


class MailAddress(Base):
    """Where the daily digest of a person goes. is_on: whether the person wants it."""

    __tablename__ = "mail_addresses"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    is_on: Mapped[bool] = mapped_column(server_default=true())


class Digest(Base):
    """The mail of one day to one person. sent_at: when the mail server took it; failure: why it did not, last.

    through_id: the latest notice that it tells of.
    """

    __tablename__ = "digests"
    __table_args__ = (
        Index("uq_digests_person_id", "person_id", "on_day", unique=True),
        Index("ix_digests_on_day", "on_day"),
    )

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    on_day: Mapped[date]
    notice_count: Mapped[int]
    through_id: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failure: Mapped[str] = mapped_column(Text, default="")
