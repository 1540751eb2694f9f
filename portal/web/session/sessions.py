"""Who is signed in: Flask-Login's user, the idle limit, and what ends a session."""

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
from portal.services.transaction import read_statement_by_statement

_TOLD_EVERY = 60
"""Seconds between two notes of activity in the cookie: not every page needs a new one."""


@dataclass(frozen=True, slots=True, eq=False)
class Viewer(UserMixin):
    """The signed-in person as Flask-Login knows them."""

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
    # The idle limit is kept in the session itself; the cookie outlives it so that whose session
    # ended is still known when they sign in again.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    login.session_protection = None  # behind an office's proxy addresses change; the stamp is what ends sessions


@login.user_loader
def load_viewer(text: str) -> Viewer | None:
    """The person of a session, unless it was idle too long, the account disabled or the password changed."""
    now = int(time.time())
    seen = session.get("seen", 0)
    if now - seen > current_app.config["IDLE_LIMIT"].total_seconds():
        return None
    user_id, _, stamp = text.partition(":")
    read_statement_by_statement(db.session())
    found = queries.session.account(db.session(), int(user_id)) if user_id.isdigit() else None
    if found is None or found.user.stamp != stamp:
        return None
    if now - seen > _TOLD_EVERY:
        session["seen"] = now
    return Viewer(found)


def begin(account: Account) -> None:
    """A new session for this person; nothing of an earlier one goes over into it."""
    session.clear()
    session.permanent = True
    session["seen"] = int(time.time())
    login_user(Viewer(account))


def end() -> None:
    logout_user()
    session.clear()
