"""Fixtures of the tests of services, which need no pages."""

from __future__ import annotations

import pytest
from flask import Flask

from portal import web
from portal.storage import AttachmentStore


@pytest.fixture(autouse=True)
def _no_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build no routes: that takes longer than most of these tests."""
    monkeypatch.setattr(web, "init_app", lambda _: None)


@pytest.fixture
def store(app: Flask) -> AttachmentStore:
    found: AttachmentStore = app.extensions["attachments"]
    return found
