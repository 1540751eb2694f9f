"""Fixtures of all tests: databases (migrated and populated once, copied for each test) and an app on each.

Helpers that are not fixtures are in `tests.databases` and `tests.world`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache

from portal.extensions import db
from portal.services.administration import passwords
from tests.databases import DATABASES, LivedWorlds, PostgreSQL, SharedApp, SQLite, in_context, in_memory
from tests.world import World

# No deadline: a busy machine must not fail a test. Few examples a run, since every run draws others; for more set
# HYPOTHESIS_PROFILE=thorough.
_quiet = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("portal", max_examples=30, **_quiet)
hypothesis_settings.register_profile("thorough", max_examples=500, **_quiet)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "portal"))


def pytest_configure() -> None:
    """Keep `tmp_path` in memory if there is room: on a disk, SQLite waits for it at every commit."""
    if folder := in_memory(2 * 2**30):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash passwords at the least cost, since tests sign in several people. `test_passwords.py` tests the real cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    # Not in pytest's folder: a concurrent pytest run deletes old folders there.
    with TemporaryDirectory(prefix="portal-tests-", dir=in_memory(4 * 2**30)) as folder:
        server = PostgreSQL(Path(folder))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SQLite:
    return SQLite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of a database of each kind with the people of `tests.world` and no table; the same URL for all tests."""
    databases: SQLite | PostgreSQL = request.getfixturevalue(request.param)
    return databases.fresh()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Cache of compiled templates, shared by all apps."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def shared_apps() -> dict[str, SharedApp]:
    """By URL of the database."""
    return {}


@pytest.fixture
def app(
    database_url: str,
    shared_apps: dict[str, SharedApp],
    tmp_path_factory: pytest.TempPathFactory,
    compiled: FileSystemBytecodeCache,
) -> Iterator[Flask]:
    """The app on the database of this test. A test that adds views or handlers creates an app of its own."""
    if database_url not in shared_apps:
        shared_apps[database_url] = SharedApp(database_url, tmp_path_factory.mktemp("instance"))
    app = shared_apps[database_url].as_new()
    app.jinja_env.bytecode_cache = compiled
    with in_context(app):
        yield app


@pytest.fixture
def world(database_url: str, app: Flask) -> World:
    return World(db.session())


@pytest.fixture(scope="session")
def kept_worlds() -> dict[str, set[str]]:
    """Names of the templates that `lived_worlds` has kept, by database."""
    return {name: set() for name in DATABASES}


@pytest.fixture
def lived_worlds(
    request: pytest.FixtureRequest, database_url: str, app: Flask, kept_worlds: dict[str, set[str]]
) -> LivedWorlds:
    name = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    return LivedWorlds(request.getfixturevalue(name), kept_worlds[name])


@pytest.fixture
def chromium() -> str:
    return os.environ.get("CHROMIUM", "/usr/bin/chromium")
