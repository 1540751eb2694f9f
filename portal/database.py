"""Support for the two databases, SQLite and PostgreSQL: engine set-up, bounded waits, UTC times, append-only
triggers.

Tables are defined in `models`; the services write them.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event, text
from sqlalchemy.types import TypeDecorator

from portal.writer_lock import WriterLock

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


_CLOCK: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    return _CLOCK.get() or datetime.now(UTC)


@contextmanager
def clock_at(at: datetime) -> Iterator[None]:
    """Let `now` and `local_today` tell `at` in the block: for demo data and tests, whose acts lie in the past."""
    token = _CLOCK.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _CLOCK.reset(token)


LOCAL = ZoneInfo("Asia/Shanghai")
"""Times are stored in UTC and displayed in this zone; dates (deadlines) are in this zone, inclusive."""


def local_today() -> date:
    return now().astimezone(LOCAL).date()


ROW_LOCK = {"key_share": True}
"""Arguments of `with_for_update`: FOR NO KEY UPDATE on PostgreSQL.

Plain FOR UPDATE deadlocks: A holds audit_head and inserts a foreign key to this row, B holds this row and waits for
audit_head.
"""

# --- waiting for locks ---------------------------------------------------------------------------

LOCK_PATIENCE: ContextVar[float] = ContextVar("lock_patience", default=10.0)
"""Seconds that a write waits for its lock. Requests set it: they share threads with others, commands do not."""
REQUEST_PATIENCE = 3.0
"""LOCK_PATIENCE of a request that may wait. PostgreSQL applies it to each lock, of which a write takes two at most
that somebody else may hold: the row and the head of the record."""


class Busy(Exception):
    """The lock of a write was not free within LOCK_PATIENCE."""


def prepare_engine(engine: Engine) -> None:
    """Bound the waits for locks on both databases. Give SQLite pragmas, explicit transactions, an order of writers."""
    if engine.dialect.name == "sqlite":
        lock = WriterLock(f"{engine.url.database}-turn")
        event.listen(engine, "do_connect", _keep_private)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", partial(_begin_sqlite, lock))
        event.listen(engine, "checkin", partial(_release, lock))
    else:
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "begin", _begin_postgresql)


def _keep_private(_dialect: Dialect, _record: Any, arguments: Any, _options: Any) -> None:
    """Before each connection: create the database with mode 0600, or take the rights of others from its files.

    SQLite creates files with the rights that the umask leaves, and its logs with those of the database. Nothing may
    open the database itself: closing that file ends the POSIX locks of every connection of this process. Another
    program that ends then believes to be the last one and deletes the log that this process goes on writing.
    """
    path = arguments[0] if arguments else ""
    if not path or path == ":memory:" or path.startswith("file:"):
        return
    with suppress(OSError):  # SQLite says what is wrong with the folder or the file
        os.mknod(path, 0o600)
    for ending in ("", "-wal", "-shm", "-turn"):
        with suppress(OSError):  # no such file, or it belongs to another account
            mode = stat.S_IMODE(os.stat(path + ending).st_mode)
            if mode & 0o077:
                os.chmod(path + ending, mode & 0o700)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Disables the driver's own transaction control, which begins late and DEFERRED; `_begin_sqlite` begins instead.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {REQUEST_PATIENCE * 1000:.0f}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # makes REPLACE fire the triggers that refuse DELETE
        "cache_size = -4000",  # KiB per connection, so per thread of each worker
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(lock: WriterLock, connection: Connection) -> None:
    # Upgrading a read transaction to a write fails with BUSY_SNAPSHOT, so a write begins as IMMEDIATE.
    if not connection.get_execution_options().get(WRITING, False):
        connection.exec_driver_sql("BEGIN")
        return
    try:
        left = lock.acquire(LOCK_PATIENCE.get())
    except TimeoutError:
        raise Busy from None
    connection.info[_HOLDS_LOCK] = True
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {max(left, 0.1) * 1000:.0f}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _release(lock: WriterLock, _connection: Any, record: Any) -> None:
    """Called when the connection returns to the pool: its transaction is committed or rolled back by then."""
    if record.info.pop(_HOLDS_LOCK, False):
        lock.release()


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.execute(f"SET lock_timeout = {REQUEST_PATIENCE * 1000:.0f}")
    connection.commit()


def _begin_postgresql(connection: Connection) -> None:
    patience = LOCK_PATIENCE.get()
    if patience != REQUEST_PATIENCE and connection.get_execution_options().get(WRITING, False):
        connection.connection.cursor().execute(f"SET LOCAL lock_timeout = {patience * 1000:.0f}")


# --- append-only tables --------------------------------------------------------------------------

APPEND_ONLY = (
    *("audit_entries", "revisions", "enclosures", "changes", "opinion_events", "voidings", "bureau_notes"),
    "hand_up_events",
)
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
