"""Sessions: the Flask-Login user, the idle limit, start and end of a session."""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import Flask, current_app, session
from flask_login import UserMixin, login_user, logout_user

from portal import queries
from portal.domain.permissions import Actor
from portal.extensions import db, login
from portal.models import User
from portal.queries.session import Account
from portal.services.transaction import begin_read

_SEEN_UPDATE_INTERVAL = 60
"""Seconds between two updates of the activity time in the cookie, so that not every response sets a cookie."""


@dataclass(frozen=True, slots=True, eq=False)
class Viewer(UserMixin):
    """The Flask-Login user."""

    account: Account

    @property
    def user(self) -> User:
        return self.account.user

    @property
    def actor(self) -> Actor:
        return self.account.actor

    def get_id(self) -> str:
        return f"{self.user.id}:{self.user.stamp}"


def init_app(app: Flask) -> None:
    # The idle limit is stored in the session; the cookie outlives it, so that after an idle timeout the
    # portal still knows whose session ended.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    login.session_protection = None  # IP addresses change behind proxies; the stamp ends sessions


@login.user_loader
def load_viewer(text: str) -> Viewer | None:
    """The user of a session; None after the idle limit, or where the account was disabled or the password changed."""
    now = int(time.time())
    seen = session.get("seen", 0)
    if now - seen > current_app.config["IDLE_LIMIT"].total_seconds():
        return None
    user_id, _, stamp = text.partition(":")
    begin_read(db.session())
    found = queries.session.account(db.session(), int(user_id)) if user_id.isdigit() else None
    if found is None or found.user.stamp != stamp:
        return None
    if now - seen > _SEEN_UPDATE_INTERVAL:
        session["seen"] = now
    return Viewer(found)


def begin(account: Account) -> None:
    """Start a new session; it keeps nothing of an earlier one."""
    session.clear()
    session.permanent = True
    session["seen"] = int(time.time())
    login_user(Viewer(account))


def end() -> None:
    logout_user()
    session.clear()
