"""A client of somebody signed in."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.world import PASSWORD


def signed_in_client(app: Flask, username: str, password: str = PASSWORD) -> FlaskClient:
    """Signed in through the form itself; tokens are not asked for, their own tests turn them on."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    answer = client.post("/login", data={"username": username, "password": password})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client
