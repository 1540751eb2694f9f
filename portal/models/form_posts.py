"""Posted forms that acted, with the answer that each got. Only `services.form_posts` writes this table."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import UTCDateTime
from portal.extensions import Base


class FormPost(Base):
    """A form that was posted. `key`: digest of person, token, address and fields.

    `status` is None until the answer is stored. `location`: of a redirect; `body`: HTML of any other answer;
    `messages`: JSON of the messages that the next page shows. `outcome`: JSON from which the page behind the redirect
    is made, where that page shows the result of this post.
    """

    __tablename__ = "form_posts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    status: Mapped[int | None]
    location: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    messages: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(Text, default="")
