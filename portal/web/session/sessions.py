"""The cookie of a session: the Flask-Login user, the idle limit, start and end.

The cookie holds the key of a row in `user_sessions`, which `services.session.signing_in` writes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import Flask, current_app, request, session
from flask_login import UserMixin, login_user, logout_user

from portal import queries
from portal.database import now
from portal.domain.permissions import Actor
from portal.extensions import db, login
from portal.models import User
from portal.queries.session import Account
from portal.services.session.signing_in import SignedIn
from portal.services.transaction import begin_read

_SEEN_UPDATE_INTERVAL = 60
"""Seconds between two updates of the activity time in the cookie, so that not every response sets a cookie."""

_UNATTENDED = frozenset({"awaiting.awaiting", "standing.standing", "decisions.news"})
"""Endpoints that open pages call by themselves; they do not count as activity of the person."""


@dataclass(frozen=True, slots=True, eq=False)
class Viewer(UserMixin):
    """The Flask-Login user."""

    account: Account
    key: str

    @property
    def user(self) -> User:
        return self.account.user

    @property
    def actor(self) -> Actor:
        return self.account.actor

    def get_id(self) -> str:
        return self.key


def init_app(app: Flask) -> None:
    # The idle limit is stored in the session; the cookie outlives it, so that after an idle timeout the
    # portal still knows whose session ended.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    login.session_protection = None  # IP addresses change behind proxies; the server ends sessions


@login.user_loader
def load_viewer(key: str) -> Viewer | None:
    """The user of a session; None after the idle limit, or where the session has ended on the server."""
    seconds = int(time.time())
    seen = session.get("seen", 0)
    if seconds - seen > current_app.config["IDLE_LIMIT"].total_seconds():
        return None
    begin_read(db.session())
    found = queries.session.account_of_session(db.session(), key, now())
    if found is None:
        return None
    if seconds - seen > _SEEN_UPDATE_INTERVAL and request.endpoint not in _UNATTENDED:
        session["seen"] = seconds
    return Viewer(found, key)


def begin(account: SignedIn) -> None:
    """Start a new session; it keeps nothing of an earlier one."""
    session.clear()
    session.permanent = True
    session["seen"] = int(time.time())
    login_user(Viewer(account, account.key))


def reload() -> None:
    """Read the account of this session again, after its capacity changed."""
    login._load_user()


def key() -> str:
    """The key in the cookie, also of a session that has ended; "" without one."""
    return str(session.get("_user_id", ""))


def end() -> None:
    logout_user()
    session.clear()
