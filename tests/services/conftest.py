"""Fixtures of the tests of services, which need no pages."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.storage import AttachmentStore


@pytest.fixture
def store(app: Flask) -> AttachmentStore:
    found: AttachmentStore = app.extensions["attachments"]
    return found
