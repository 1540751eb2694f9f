"""Files on disk: attachments under their digests, and who may read the database."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import StaticPool, create_engine

from portal import create_app
from portal.database import WRITING, prepare_engine
from portal.extensions import db
from portal.storage import AttachmentStore, Condition
from tests.databases import settings


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def write_something(folder: Path) -> dict[str, int]:
    """Modes of the files of a database in `folder` while it is being written."""
    app = create_app(settings(f"sqlite:///{folder / 'elsewhere.db'}", folder.parent / "instance"))
    with app.app_context():
        flask_migrate.upgrade()
        with db.engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            connection.exec_driver_sql("UPDATE audit_head SET number = number")
            found = modes(folder)
        db.engine.dispose()
    return found


FILES = {"elsewhere.db", "elsewhere.db-wal", "elsewhere.db-shm", "elsewhere.db-turn"}


@pytest.mark.usefixtures("umask")
def test_database_in_any_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "open to all"
    folder.mkdir()
    assert write_something(folder) == dict.fromkeys(FILES, 0o600)
    assert (tmp_path / "instance").stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("umask")
def test_database_of_an_earlier_version_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "open to all"
    folder.mkdir()
    write_something(folder)
    for path in folder.iterdir():
        path.chmod(0o666)
    assert write_something(folder) == dict.fromkeys(FILES, 0o600)


def test_program_that_ends_beside_the_server_takes_no_acknowledged_write_along(tmp_path: Path) -> None:
    """A program that believes to be the last on the database deletes the log in which the server goes on writing."""
    path = tmp_path / "portal.db"
    engine = create_engine(f"sqlite:///{path}")
    prepare_engine(engine)
    with engine.connect() as writer:
        writer.exec_driver_sql("CREATE TABLE acts (number INTEGER)")
        writer.commit()
        engine.connect().close()  # by another thread

        other_program(path, "INSERT INTO acts VALUES (1)")
        writer.exec_driver_sql("INSERT INTO acts VALUES (2)")
        writer.commit()

        assert other_program(path, "SELECT number FROM acts ORDER BY number") == "[(1,), (2,)]"
    engine.dispose()


def other_program(path: Path, statement: str) -> str:
    """Run the statement in a process of its own; return its rows as text."""
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); r = c.execute(sys.argv[2]).fetchall(); c.commit()"
    ended = subprocess.run(
        [sys.executable, "-c", f"{code}; c.close(); print(r)", str(path), statement],
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.strip()


def test_vault_puts_whole_files_for_its_owner_alone(tmp_path: Path) -> None:
    store = AttachmentStore(tmp_path / "a" / "store")
    digest = store.put(b"content")
    assert store.put(b"content") == digest == hashlib.sha256(b"content").hexdigest()
    path = store.folder / digest[:2] / digest[2:]
    assert list(store.folder.rglob("*")) == [path.parent, path]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == store.folder.stat().st_mode & 0o777 == 0o700
    path.write_bytes(b"altered")
    assert store.condition(digest) is Condition.ALTERED
    store.put(b"content")
    assert store.condition(digest) is Condition.SOUND


@pytest.mark.parametrize("digest", ["", "..", "../" * 20 + "etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "a" * 65])
def test_vault_knows_digests_only(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError):
        AttachmentStore(tmp_path).path_of(digest)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///file:shared?mode=memory&cache=shared&uri=true"])
def test_database_in_memory_has_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.chdir(tmp_path)
    engine = create_engine(url, poolclass=StaticPool)
    prepare_engine(engine)
    with engine.connect():
        assert list(tmp_path.iterdir()) == []
    engine.dispose()
