"""What stands before every view: it names the permission it needs, or says that it is open.

Permissions about a table are checked by the query or service that loads the table; those about no table
are checked here.
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

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, R]


def actor() -> Actor:
    """The person at work; only behind `needs` or `signed_in`."""
    me: Actor = current_user.actor
    return me


def needs(permission: Permission) -> Callable[[View[P, R]], View[P, R | Response]]:
    """A view for somebody signed in who holds `permission`."""

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
    """A view for anybody signed in, whatever their roles: the home page, the handbook."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        return _own_password_first() or view(*args, **kwargs)

    guarded_in: View[P, R | Response] = login_required(guarded)
    guarded_in.permission = "signed in"  # type: ignore[attr-defined]
    return guarded_in


def signed_in_anyhow(view: View[P, R]) -> View[P, R]:
    """The same, with a one-time password too: for changing it, and for leaving."""
    guarded: View[P, R] = login_required(view)
    guarded.permission = "signed in"  # type: ignore[attr-defined]
    return guarded


def _own_password_first() -> Response | None:
    if current_user.user.must_change_password:
        return redirect(url_for("signing_in.password"), 303)
    return None


def public(view: View[P, R]) -> View[P, R]:
    """A view for everybody: the sign-in form."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view
