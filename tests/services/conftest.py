"""Services know nothing of pages, so their tests have none."""

from __future__ import annotations

import pytest

from portal import web


@pytest.fixture(autouse=True)
def _no_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building the routes of an app takes longer than most of these tests."""
    monkeypatch.setattr(web, "init_app", lambda _: None)
