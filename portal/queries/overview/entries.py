"""The entries of one office in a year, with whose move it is and by when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.database import local_today
from portal.domain.permissions import Actor
from portal.models import Office, RegisterEntry, User
from portal.queries.register import due_dates, entries, lists, reviews, standings

MOST = 500


def of_office(session: Session, actor: Actor, year: int, office: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """At most MOST, by code, as lists have them, with `standing`, `due_on` and `claimant`: a name. One statement."""
    name = select(User.name).where(User.id == reviews.claimant(local_today())).scalar_subquery()
    return session.execute(
        standings.with_tables(
            *entries.line_columns(),
            standings.seen_by(actor).label("standing"),
            due_dates.DUE_ON.label("due_on"),
            name.label("claimant"),
        )
        .join(Office, Office.code == RegisterEntry.office_code)
        .where(RegisterEntry.year == year, RegisterEntry.office_code == office, lists.seen(actor, Office.code))
        .order_by(RegisterEntry.code)
        .limit(MOST)
    ).all()
