"""Fixtures of the tests of commands: running a command, and an empty database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result
from flask import Flask

from portal import create_app
from tests.databases import DATABASES, PostgreSQL, SQLite, in_context, settings

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command on the app of the test: `run("users", "list")`."""
    return lambda *args: app.test_cli_runner().invoke(args=[str(arg) for arg in args])


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each test's own, since commands copy and replace its files."""
    if request.param == "sqlite":
        sqlite: SQLite = request.getfixturevalue("sqlite")
        shutil.copy(sqlite.template("migrated"), tmp_path / "portal.db")
        yield f"sqlite:///{tmp_path / 'portal.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"test_{uuid4().hex}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    with in_context(create_app(settings(database_url, tmp_path / "instance"))) as app:
        yield app


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app whose database has no table yet."""
    server: PostgreSQL | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    name = f"empty_{uuid4().hex}"
    url = server.create(name, "template1") if server else f"sqlite:///{tmp_path / 'portal.db'}"
    with in_context(create_app(settings(url, tmp_path / "instance"))) as app:
        yield app
    if server:
        server.drop(name)


def one_line(result: Result) -> str:
    """Return the message of a failed command: one line on stderr, exit code 1, no traceback."""
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    (line,) = result.stderr.splitlines()
    return line
