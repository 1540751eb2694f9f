"""What people change in their own account, but for the password (`signing_in`). Rights are the administrator's."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.database import ROW_LOCK
from portal.domain import audit_events
from portal.domain.permissions import Actor
from portal.domain.telephones import telephone
from portal.models import User
from portal.services.record import audit
from portal.services.transaction import write


def change_phone(session: Session, actor: Actor, phone: str) -> None:
    """Raises Invalid at `phone`."""
    wanted = telephone(phone)
    with write(session):
        user = session.get_one(User, actor.id, with_for_update=ROW_LOCK, populate_existing=True)
        if user.phone == wanted:
            return
        user.phone = wanted
        session.flush()
        audit.record(session, actor, audit_events.CHANGE_PHONE, audit.object_of_user(user))
