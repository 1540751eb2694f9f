"""Decorators for views: every view names the permission that it needs, or is marked as open.

The decorators check permissions that concern no table. The query or service that loads a table checks the
permissions on that table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import redirect, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from portal.domain.errors import Forbidden
from portal.domain.permissions import ABOUT_NO_TABLE, Actor, Permission, may
from portal.queries.session import Account

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, R]


def actor() -> Actor:
    """The signed-in person, in the capacity of the session (代办).

    Call this only in views decorated with `needs` or `signed_in`.
    """
    me: Actor = current_user.actor
    return me


def account() -> Account:
    """The signed-in person's, as it was read when the request began."""
    found: Account = current_user.account
    return found


def own_actor() -> Actor:
    """The signed-in person in the own capacity, whatever the session's is: for the own account."""
    return account().own


def needs(permission: Permission) -> Callable[[View[P, R]], View[P, R | Response]]:
    """Decorates a view for signed-in people who hold `permission`."""

    def guard(view: View[P, R]) -> View[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if permission in ABOUT_NO_TABLE and not may(actor(), permission):
                raise Forbidden(f"你没有“{permission.label}”的权限。")
            return _own_password_first() or view(*args, **kwargs)

        guarded_in: View[P, R | Response] = login_required(guarded)
        guarded_in.permission = permission  # type: ignore[attr-defined]
        return guarded_in

    return guard


def signed_in(view: View[P, R]) -> View[P, R | Response]:
    """Decorates a view for every signed-in person of any role: the home page, the handbook."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        return _own_password_first() or view(*args, **kwargs)

    guarded_in: View[P, R | Response] = login_required(guarded)
    guarded_in.permission = "signed in"  # type: ignore[attr-defined]
    return guarded_in


def signed_in_with_any_password(view: View[P, R]) -> View[P, R]:
    """Like `signed_in`, but also open with a one-time password: for changing the password and signing out."""
    guarded: View[P, R] = login_required(view)
    guarded.permission = "signed in"  # type: ignore[attr-defined]
    return guarded


def _own_password_first() -> Response | None:
    if current_user.user.must_change_password:
        return redirect(url_for("signing_in.password"), 303)
    return None


def public(view: View[P, R]) -> View[P, R]:
    """Decorates a view that needs no session: the sign-in form."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view
