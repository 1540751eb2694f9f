"""Notices of the State Council on the holidays of a year, as an administrator confirmed them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import UTCDateTime, now
from portal.extensions import Base


class CalendarNotice(Base):
    """The latest one of a year counts. text: as pasted. days: JSON list of [date, name, is off].

    digest: of this notice and all before it, so that the latest digest stands for the whole calendar.
    """

    __tablename__ = "calendar_notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    paper: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    days: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    confirmed_by_name: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
