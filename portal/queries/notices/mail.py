"""What was mailed to whom, what failed, and where the digests of a person go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from portal.domain.notices import Topic
from portal.models import Digest, MailAddress, NoticeMute, User

DAYS = 30
"""Days of mail that the page shows."""
MOST = 200


def mailed_through(session: Session, person_id: int) -> int:
    """The latest notice that a digest told the person of; 0 for none."""
    sent = select(func.max(Digest.through_id)).where(Digest.person_id == person_id, Digest.sent_at.is_not(None))
    return session.scalar(sent) or 0


def by_day(session: Session, since: date) -> Sequence[Row[date, int, int]]:
    """(day, sent, not sent), the latest first."""
    return session.execute(
        select(Digest.on_day, func.count(Digest.sent_at), func.count().filter(Digest.sent_at.is_(None)))
        .where(Digest.on_day >= since)
        .group_by(Digest.on_day)
        .order_by(Digest.on_day.desc())
    ).all()


def failed(session: Session, since: date) -> Sequence[Row[*tuple[object, ...]]]:
    """(id, name, username, address, day, tries, failure) of digests that were not sent, the latest first."""
    return session.execute(
        select(User.id, User.name, User.username, MailAddress.address, Digest.on_day, Digest.tries, Digest.failure)
        .join(User, User.id == Digest.person_id)
        .outerjoin(MailAddress, MailAddress.user_id == User.id)
        .where(Digest.on_day >= since, Digest.sent_at.is_(None))
        .order_by(Digest.on_day.desc(), User.username)
        .limit(MOST)
    ).all()


@dataclass(frozen=True, slots=True)
class Preferences:
    """muted: topics of which the person is not told. address: "" for none. failure: of the latest digest."""

    muted: frozenset[Topic]
    address: str = ""
    is_on: bool = True
    failure: str = ""


def preferences(session: Session, user_id: int) -> Preferences:
    topics = session.scalars(select(NoticeMute.topic).where(NoticeMute.user_id == user_id))
    muted = frozenset(map(Topic, topics))
    where = session.get(MailAddress, user_id, populate_existing=True)
    if where is None:
        return Preferences(muted)
    latest = select(Digest.failure).where(Digest.person_id == user_id).order_by(Digest.on_day.desc()).limit(1)
    return Preferences(muted, where.address, where.is_on, session.scalar(latest) or "")
