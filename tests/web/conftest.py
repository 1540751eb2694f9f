"""The database of the web tests: SQLite."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["sqlite"])
def database_url(database_url: str) -> str:
    """SQLite only, since HTML does not depend on the database.

    `tests.databases.on_both` marks tests about the database; `test_routes.py` calls every route once on PostgreSQL.
    """
    return database_url
