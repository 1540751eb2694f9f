"""What people choose for themselves: of what they are told, and where their daily digest goes."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from portal import queries
from portal.domain import audit_events
from portal.domain.errors import Invalid
from portal.domain.mail_addresses import mail_address
from portal.domain.notices import Topic
from portal.domain.permissions import Actor
from portal.models import MailAddress, NoticeMute, User
from portal.services.record import audit
from portal.services.transaction import write


def change(session: Session, actor: Actor, told_of: Collection[str], address: str | None, *, is_on: bool) -> None:
    """told_of: the topics of which the person wants to be told. address: None where no mail is sent.

    Raises Invalid at `address`.
    """
    muted = frozenset(topic for topic in Topic if topic.value not in told_of)
    wanted = None if address is None else mail_address(address)
    if wanted == "" and is_on:
        raise Invalid("要收每天的邮件，请先填写邮箱。", "address")
    with write(session):
        before = queries.notices.mail.preferences(session, actor.id)
        kept = before.address if wanted is None else wanted
        on = before.is_on if wanted is None else is_on
        if (before.muted, before.address, before.is_on if before.address else on) == (muted, kept, on):
            return
        session.execute(delete(NoticeMute).where(NoticeMute.user_id == actor.id))
        if muted:
            session.execute(insert(NoticeMute), [{"user_id": actor.id, "topic": topic.value} for topic in muted])
        session.execute(delete(MailAddress).where(MailAddress.user_id == actor.id))
        if kept:
            session.execute(insert(MailAddress).values(user_id=actor.id, address=kept, is_on=on))
        audit.record(session, actor, audit_events.CHANGE_NOTICES, audit.object_of_user(session.get_one(User, actor.id)))
