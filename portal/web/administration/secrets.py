"""Seeds of one-time passwords, from which a page can show them again for a time without storing them."""

from __future__ import annotations

import hmac

from flask import current_app


def seed(key: str, username: str = "") -> bytes:
    """The seed of the one-time password that the form `key` sets, for one of several people by user name.

    Only the key is stored: the password follows from it and from the secret of this installation.
    """
    installation: str = current_app.config["SECRET_KEY"]
    text = f"one-time password {key} {username}".strip()
    return hmac.digest(installation.encode(), text.encode(), "sha256")
