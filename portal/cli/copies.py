"""Copies of a SQLite database: copying a database in use, verifying a copy, getting exclusive access to a file.

This module works on files only, not on the configured database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal import queries
from portal.database import prepare_engine
from portal.domain.chain import Verification
from portal.domain.errors import Invalid
from portal.services.record import verification
from portal.storage import AttachmentStore

PATIENCE = 5.0
"""Seconds to wait for a lock."""


def copy(source: Path, target: Path) -> None:
    """Copy a consistent snapshot of `source` into one file without a write-ahead log. Raises Invalid."""
    try:
        old = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)
        with closing(old), closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise Invalid(f"{source}：不是完好的数据库文件，或者无法读取（{error}）。") from None


def prove(path: Path, store: AttachmentStore) -> tuple[Verification, set[str]]:
    """Verify a copy: its pages, the triggers that protect the audit log, the log, and the attachments of revisions.

    Returns the result and the digests of all attachments that the copy names. Raises Invalid.
    """
    try:
        with closing(sqlite3.connect(path)) as database:
            words = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if words != "ok":
            raise Invalid(f"数据库文件已损坏（{words}）。")
        engine = _engine(path)
        with Session(engine) as session:
            result = verification.verify(session, store=store)
            named = queries.enclosures.referenced_digests(session) if result.ok else set()
        engine.dispose()
    except (sqlite3.Error, DatabaseError) as error:
        raise Invalid(f"不是本系统这一版本的数据库（{getattr(error, 'orig', error)}）。") from None
    if not result.ok:
        raise Invalid(f"审计记录未能通过核验：{result.problems[0].message}")
    return result, named


@contextmanager
def writing_session(path: Path, options: Mapping[str, Any]) -> Iterator[Session]:
    """A session on a copy; on exit the copy is one file again. options: execution options of the portal's engine."""
    engine = _engine(path).execution_options(**options)
    prepare_engine(engine)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = DELETE")


def close_for_others(path: Path) -> None:
    """Check that no other process has `path` open, and merge its write-ahead log. Raises Invalid.

    Ignores an unreadable database, because the caller is about to replace it.
    """
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as database:
            # SQLite leaves WAL mode only with exclusive access to the file.
            database.execute("PRAGMA journal_mode = DELETE")
            database.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise Invalid("数据库正在使用中；请先停止服务，再恢复。") from None
    except sqlite3.DatabaseError:
        pass


def remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal", "-turn"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _engine(path: Path) -> Engine:
    return create_engine(f"sqlite:///{path}")
