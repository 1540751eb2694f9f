"""Flask test clients that are signed in. Browsers sign in through `tests/browser/looking.py`."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.world import PASSWORD


def client_of(app: Flask) -> FlaskClient:
    """Return a client that is not signed in; forms need no CSRF token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD) -> int:
    """Return the status of the answer: 303 on success."""
    return client.post("/login", data={"username": username, "password": password}).status_code


def signed_in_client(app: Flask, username: str) -> FlaskClient:
    client = client_of(app)
    assert sign_in(client, username) == 303
    return client
