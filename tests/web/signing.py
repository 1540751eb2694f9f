"""A Flask test client that is signed in, without a browser."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.world import PASSWORD


def client_of(app: Flask) -> FlaskClient:
    """Nobody's client; forms need no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD) -> int:
    """The status of the answer: 303 where it succeeded."""
    return client.post("/login", data={"username": username, "password": password}).status_code


def signed_in_client(app: Flask, username: str) -> FlaskClient:
    client = client_of(app)
    assert sign_in(client, username) == 303
    return client
