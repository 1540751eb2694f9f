"""Sessions, signing in and out, and changes of the actor's own password.

Failed sign-ins are throttled per pair of user name and address, whether the name exists or not: an attacker elsewhere
cannot lock a person out, and cannot find out which names exist.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from portal import queries
from portal.database import ROW_LOCK, now
from portal.domain import audit_events
from portal.domain.audit_events import About
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid, Refused, Stale
from portal.domain.permissions import Actor
from portal.models import SignInFailure, User, UserSession
from portal.queries.session import Account
from portal.services.administration.passwords import check_new_password, hash_password, is_password, new_stamp
from portal.services.record import audit
from portal.services.transaction import write

FREE_TRIES = 3
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=12)


_SIGNED_IN = ""
"""In place of an address, for passwords that an act asks for again."""


class WrongPassword(Invalid):
    """The password that an act asks for again is not the actor's."""


class SlowDown(Refused):
    """Too many failed sign-ins of this name from this address; `message` says how long to wait."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts, however busy, and how long a one-time password may be used."""

    session: timedelta = timedelta(hours=12)
    one_time: timedelta = timedelta(hours=72)


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class SignedIn(Account):
    """An account with the key of its new session."""

    key: str = field(kw_only=True)


def sign_in(
    session: Session,
    username: str,
    password: str,
    address: str,
    *,
    limits: Limits = LIMITS,
    previous: str = "",
    goes_on: bool = False,
) -> SignedIn:
    """Start a session for name and password. Raises Invalid (wrong or expired), SlowDown.

    previous: key of the browser's earlier session, which ends. goes_on: the person continues on a page that was opened
    in it, so that the new session works in the same capacity.
    """
    name = clean_line(username)[:64].lower()
    _require_patience(session, name, address)
    found = queries.session.account_named(session, name)
    stamp = found.user.stamp if found else ""  # a password changed during the check ends the new session too
    try:
        found = _require_current(found, password, limits)
    except Invalid as refusal:
        _note_failure(session, name, address[:64])
        thing = audit.AuditObject(About.ACCOUNT, name, f"{name}（来自 {address}）")
        audit.record_refusal(session, None, audit_events.SIGN_IN, thing, refusal)
        raise
    key = secrets.token_hex(16)
    with write(session):
        audit.lock_head(session)  # before the row in sign_in_failures, in the same order as `_note_failure`
        session.execute(
            delete(SignInFailure).where(SignInFailure.username == name, SignInFailure.address == address[:64])
        )
        capacity = _capacity_of(session, found.user, previous) if goes_on else None
        session.execute(delete(UserSession).where(or_(UserSession.key == previous, UserSession.expires_at < now())))
        expires_at = now() + limits.session
        row = UserSession(key=key, user_id=found.user.id, stamp=stamp, expires_at=expires_at, stand_in_id=capacity)
        session.add(row)
        audit.record(session, found.actor, audit_events.SIGN_IN, audit.object_of_user(found.user), address=address)
    return SignedIn(found.user, found.actor, found.office_name, found.own, key=key)


def _capacity_of(session: Session, user: User, key: str) -> int | None:
    return session.scalar(select(UserSession.stand_in_id).where(UserSession.key == key, UserSession.user_id == user.id))


def _require_current(found: Account | None, password: str, limits: Limits) -> Account:
    if not _is_current(found.user if found else None, password) or found is None:
        raise Invalid("用户名或密码不对。", "password")
    if found.user.one_time_since and found.user.one_time_since + limits.one_time < now():
        raise Invalid("这个一次性密码已经过期，请系统管理员重置密码。", "password")
    return found


def _is_current(user: User | None, password: str) -> bool:
    """Whether `password` is the password of `user`. A one-time password may have blanks around it, as if pasted."""
    if user is None:
        return is_password(None, password)
    return is_password(user.password_hash, password.strip() if user.must_change_password else password)


def _require_patience(session: Session, name: str, address: str) -> None:
    failure = session.get(SignInFailure, (name, address[:64]))
    if failure and (wait := _wait(failure)) > timedelta(0):
        seconds = int(wait.total_seconds()) + 1
        raise SlowDown(f"失败次数过多，请在 {seconds} 秒后再试。")


def _wait(failure: SignInFailure) -> timedelta:
    """The remaining wait: zero below FREE_TRIES failures, then 2, 4, 8 … seconds from the last failure."""
    if failure.failures < FREE_TRIES:
        return timedelta(0)
    pause = min(timedelta(seconds=2 ** min(failure.failures - FREE_TRIES + 1, 20)), LONGEST_WAIT)
    return failure.last_at + pause - now()


def _note_failure(session: Session, username: str, address: str) -> None:
    with write(session, is_act=False):
        audit.lock_head(session)  # prevents two concurrent inserts of the same row
        session.execute(delete(SignInFailure).where(SignInFailure.last_at < now() - FORGOTTEN_AFTER))
        failure = session.get(SignInFailure, (username, address))
        if failure is None:
            session.add(SignInFailure(username=username, address=address, failures=1, last_at=now()))
            return
        failure.failures += 1
        failure.last_at = now()


def end_session(session: Session, key: str) -> None:
    """End a session whose account nobody acts for, so that there is no entry."""
    with write(session):
        _end(session, key)


def _end(session: Session, key: str) -> None:
    audit.lock_head(session)  # before the row in user_sessions, in the same order as `sign_in`
    session.execute(delete(UserSession).where(UserSession.key == key))


def sign_out(session: Session, actor: Actor, key: str) -> None:
    """End the actor's session on the server: copies of its cookie are worthless from now on."""
    with write(session):
        _end(session, key)
        thing = audit.AuditObject(About.ACCOUNT, str(actor.id), f"{actor.name}（{actor.username}）")
        audit.record(session, actor, audit_events.SIGN_OUT, thing)


def require_password(session: Session, actor: Actor, password: str) -> None:
    """For acts that ask for the actor's password again. Raises Invalid, WrongPassword, SlowDown; writes nothing."""
    if not password:
        raise Invalid("请再输一次你的密码。", "password")
    _require_patience(session, actor.username, _SIGNED_IN)
    if not _is_current(session.get(User, actor.id), password):
        raise WrongPassword("密码不对。", "password")


def note_wrong_password(session: Session, actor: Actor) -> None:
    """Throttle what `require_password` refused, after the act's transaction."""
    _note_failure(session, actor.username, _SIGNED_IN)


def forget_wrong_passwords(session: Session, actor: Actor) -> None:
    """After `require_password`, inside the act's transaction."""
    audit.lock_head(session)  # before the row in sign_in_failures, in the same order as `_note_failure`
    session.execute(
        delete(SignInFailure).where(SignInFailure.username == actor.username, SignInFailure.address == _SIGNED_IN)
    )


def change_password(session: Session, actor: Actor, current: str, new: str, repeated: str, address: str = "") -> User:
    """Set the actor's own password and end all sessions of the account.

    Wrong current passwords are throttled together with failed sign-ins. Raises Invalid, SlowDown; Stale if the password
    was changed meanwhile.
    """
    _require_patience(session, actor.username, address)
    user = session.get(User, actor.id)
    assert user is not None
    before = user.password_hash
    if not _is_current(user, current):
        refusal = Invalid("现在的密码不对。", "current_password")
        thing = audit.object_of_user(user)
        _note_failure(session, actor.username, address[:64])
        audit.record_refusal(session, actor, audit_events.CHANGE_PASSWORD, thing, refusal)
        raise refusal
    if new != repeated:
        raise Invalid("两次输入的新密码不一致。", "repeated_password")
    if new.strip() == current.strip():
        raise Invalid("新密码不能与现在的相同。", "new_password")
    check_new_password(new, (actor.username, actor.name, actor.office or ""))
    hashed = hash_password(new)
    with write(session):
        user = session.get(User, actor.id, with_for_update=ROW_LOCK, populate_existing=True)
        assert user is not None
        if user.password_hash != before:
            raise Stale("你的密码刚才已在别处改过，这一次没有修改；请用改过的密码重新登录。")
        user.password_hash, user.stamp, user.must_change_password = hashed, new_stamp(), False
        user.one_time_since = None
        session.flush()
        audit.record(session, actor, audit_events.CHANGE_PASSWORD, audit.object_of_user(user))
    return user
