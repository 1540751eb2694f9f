"""Adding and changing user accounts, by the administrator or by the operator of the server (`actor` None)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.database import now
from portal.domain import audit_events
from portal.domain.errors import Invalid
from portal.domain.permissions import Actor
from portal.models import User
from portal.services.administration import accounts, claim_moves
from portal.services.administration.accounts import PersonForm
from portal.services.administration.authority import require_manager
from portal.services.administration.claim_moves import ClaimsTo, release
from portal.services.administration.passwords import hash_password, new_stamp, one_time_password
from portal.services.record import audit
from portal.services.transaction import write


def add_user(
    session: Session,
    actor: Actor | None,
    username: str,
    form: PersonForm,
    password: str | None = None,
    *,
    seed: bytes = b"",
) -> tuple[User, str]:
    """Create an account; return it with its one-time password, which must be changed at the first sign-in.

    `password`: a fixed password that need not be changed, for the demo. `seed`: of the one-time password. Raises
    Forbidden, Invalid.
    """
    require_manager(actor)
    username, form = accounts.clean_username(username), form.cleaned()
    secret = password or one_time_password(seed)
    hashed = hash_password(secret)
    with write(session):
        audit.lock_head(session)  # serializes concurrent calls: the second must see the name that the first adds
        user = accounts.insert(session, username, form, hashed, is_one_time=password is None)
        audit.record(session, actor, audit_events.ADD_USER, audit.object_of_user(user), **accounts.detail_of(form))
    return user, secret


def change_user(
    session: Session,
    actor: Actor | None,
    user_id: int,
    form: PersonForm,
    *,
    claims_to: ClaimsTo = release,
) -> None:
    """claims_to: who takes the claims that the person may no longer hold. Raises Forbidden, Invalid."""
    require_manager(actor)
    form = form.cleaned()
    with write(session):
        claim_moves.lock_claims(session, [user_id])
        user = accounts.locked_user(session, user_id)
        accounts.change(session, actor, user, form)
        claim_moves.settle_lost(session, actor, [user], claims_to)
        audit.record(session, actor, audit_events.CHANGE_USER, audit.object_of_user(user), **accounts.detail_of(form))


def set_active(session: Session, actor: Actor | None, user_id: int, active: bool) -> None:
    """Enable or disable an account. Disabling ends its sessions and claims; its name stays on its acts."""
    require_manager(actor)
    with write(session):
        claim_moves.lock_claims(session, [user_id])
        user = accounts.locked_user(session, user_id)
        accounts.set_active(session, actor, user, active)
        claim_moves.settle_lost(session, actor, [user], release)
        event = audit_events.ENABLE_USER if active else audit_events.DISABLE_USER
        audit.record(session, actor, event, audit.object_of_user(user))


def reset_password(session: Session, actor: Actor | None, user_id: int, *, seed: bytes = b"") -> str:
    """Set and return a new one-time password made from `seed`; ends all sessions of the account."""
    require_manager(actor)
    if actor and user_id in actor.ids:
        raise Invalid("自己的密码在“修改密码”里改，要用现在的密码。")
    secret = one_time_password(seed)
    hashed = hash_password(secret)
    with write(session):
        user = accounts.locked_user(session, user_id)
        user.password_hash, user.stamp, user.must_change_password = hashed, new_stamp(), True
        user.one_time_since = now()
        session.flush()
        audit.record(session, actor, audit_events.RESET_PASSWORD, audit.object_of_user(user))
    return secret
