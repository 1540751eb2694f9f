"""Support for the two databases, SQLite and PostgreSQL: engine set-up, UTC times, append-only triggers.

Tables are defined in `models`; the services write them.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from datetime import UTC, date, datetime
from fcntl import LOCK_EX, LOCK_UN, flock
from functools import partial
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event, text
from sqlalchemy.types import TypeDecorator

WRITING = "portal_writing"
"""Execution option that `services.transaction.write` sets on the connection of a write transaction."""
_HOLDS_LOCK = "portal_holds_writer_lock"


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC on both databases (SQLite stores no time zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    return datetime.now(UTC)


LOCAL = ZoneInfo("Asia/Shanghai")
"""Times are stored in UTC and displayed in this zone; dates (deadlines) are in this zone, inclusive."""


def local_today() -> date:
    return datetime.now(LOCAL).date()


ROW_LOCK = {"key_share": True}
"""Arguments of `with_for_update`: FOR NO KEY UPDATE on PostgreSQL.

Plain FOR UPDATE deadlocks: A holds audit_head and inserts a foreign key to this row, B holds this row and waits for
audit_head.
"""

# --- SQLite --------------------------------------------------------------------------------------


def prepare_engine(engine: Engine) -> None:
    """Give SQLite its pragmas, explicit transactions and a lock for writers. Other databases need none of these."""
    if engine.dialect.name == "sqlite":
        lock = _WriterLock(f"{engine.url.database}-turn")
        event.listen(engine, "do_connect", _keep_private)
        event.listen(engine, "connect", _prepare_connection)
        event.listen(engine, "begin", partial(_begin, lock))
        event.listen(engine, "checkin", partial(_release, lock))
        event.listen(engine, "engine_disposed", lock.close)


def _keep_private(_dialect: Dialect, _record: Any, arguments: Any, _options: Any) -> None:
    """Before each connection: create the database with mode 0600, or take the rights of others from its files.

    SQLite creates files with the rights that the umask leaves, and its logs with those of the database.
    """
    path = arguments[0] if arguments else ""
    if not path or path == ":memory:" or path.startswith("file:"):
        return
    with suppress(OSError):  # SQLite says what is wrong with the folder or the file
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))
    for ending in ("", "-wal", "-shm", "-turn"):
        with suppress(OSError):  # no such file, or it belongs to another account
            mode = stat.S_IMODE(os.stat(path + ending).st_mode)
            if mode & 0o077:
                os.chmod(path + ending, mode & 0o700)


def _prepare_connection(connection: Any, _record: Any) -> None:
    # Disables the driver's own transaction control, which begins late and DEFERRED; `_begin` begins instead.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # makes REPLACE fire the triggers that refuse DELETE
        "busy_timeout = 10000",
        "cache_size = -4000",  # KiB per connection, so per thread of each worker
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(lock: _WriterLock, connection: Connection) -> None:
    # Upgrading a read transaction to a write fails with BUSY_SNAPSHOT, so a write begins as IMMEDIATE.
    if not connection.get_execution_options().get(WRITING, False):
        connection.exec_driver_sql("BEGIN")
        return
    lock.acquire()
    connection.info[_HOLDS_LOCK] = True
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _release(lock: _WriterLock, _connection: Any, record: Any) -> None:
    """Called when the connection returns to the pool: its transaction is committed or rolled back by then."""
    if record.info.pop(_HOLDS_LOCK, False):
        lock.release()


class _WriterLock:
    """A fair lock (flock) for SQLite writers across threads and processes.

    SQLite's own busy handler sleeps and retries, longer each time: the database idles and one process starves another.
    This lock only orders the writers; SQLite's lock still guarantees a single writer, also against other programs.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._threads = Lock()
        self._file: int | None = None

    def acquire(self) -> None:
        self._threads.acquire()
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        flock(self._file, LOCK_EX)

    def release(self) -> None:
        if self._file is not None:
            flock(self._file, LOCK_UN)
        self._threads.release()

    def close(self, _engine: Engine) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = None


# --- append-only tables --------------------------------------------------------------------------

APPEND_ONLY = ("audit_entries", "revisions", "enclosures", "changes", "opinion_events")
"""Tables whose triggers refuse UPDATE, DELETE and TRUNCATE."""

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""
_POSTGRESQL_OPINION_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_opinion_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'draft' THEN
    RAISE EXCEPTION 'a raised opinion stays';
  END IF;
  RETURN OLD;
END $$
"""


def trigger_statements(dialect: str) -> dict[str, list[str]]:
    """DDL of the triggers that protect append-only tables and raised opinions, by trigger name."""
    statements: dict[str, list[str]] = {}
    for table in APPEND_ONLY:
        if dialect == "sqlite":
            for act in ("update", "delete"):
                statements[f"{table}_refuse_{act}"] = [
                    f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                ]
        else:
            statements[f"{table}_refuse_change"] = [
                f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            ]
            statements[f"{table}_refuse_truncate"] = [
                f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            ]
    statements["opinions_refuse_delete"] = [
        "CREATE TRIGGER opinions_refuse_delete BEFORE DELETE ON opinions WHEN OLD.state <> 'draft' "
        "BEGIN SELECT RAISE(ABORT, 'a raised opinion stays'); END"
        if dialect == "sqlite"
        else "CREATE TRIGGER opinions_refuse_delete BEFORE DELETE ON opinions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_opinion_delete()"
    ]
    return statements


def create_triggers(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_POSTGRESQL_FUNCTION.replace("%", "%%"))
        connection.exec_driver_sql(_POSTGRESQL_OPINION_FUNCTION)
    for statements in trigger_statements(connection.dialect.name).values():
        for statement in statements:
            connection.exec_driver_sql(statement)


def create_triggers_with(metadata: MetaData) -> None:
    """Make `metadata.create_all` create the triggers too."""

    @event.listens_for(metadata, "after_create")
    def create(_metadata: MetaData, connection: Connection, **_: Any) -> None:
        create_triggers(connection)


def missing_triggers(connection: Connection) -> list[str]:
    """Names of the triggers of `trigger_statements` that do not exist, are disabled, or do something else."""
    is_sqlite = connection.dialect.name == "sqlite"
    rows = connection.execute(text(_SQLITE if is_sqlite else _POSTGRESQL))
    present = {name: _normal(definition) for name, definition in rows}
    functions = () if is_sqlite else (_POSTGRESQL_FUNCTION, _POSTGRESQL_OPINION_FUNCTION)
    bodies = {function.split()[4]: function.split("$$")[1] for function in functions}
    return [
        name
        for name, (statement,) in sorted(trigger_statements(connection.dialect.name).items())
        if present.get(name) != _normal(statement + bodies.get(statement.rpartition(" ")[2], ""))
    ]


_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
_POSTGRESQL = """
SELECT tgname, pg_get_triggerdef(pg_trigger.oid) || prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')
"""


def _normal(definition: str) -> str:
    """A definition as both its statement and the database write it: one space, no schema, events in one order."""
    plain = re.sub(r" (ON|FUNCTION) \w+\.", r" \1 ", " ".join(definition.split()))
    return plain.replace("DELETE OR UPDATE", "UPDATE OR DELETE").replace("()", "() ").replace("  ", " ").strip()
