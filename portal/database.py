"""How the portal talks to its two databases: engine set-up, UTC times, append-only triggers and their census.

What tables exist is said in `models`; what is written when, in the services.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from fcntl import LOCK_EX, LOCK_UN, flock
from functools import partial
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event, text
from sqlalchemy.types import TypeDecorator

WRITING = "portal_writing"
"""Execution option of a connection on which `services.transaction.write` opens a transaction."""
_HAS_TURN = "portal_has_turn"


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC on both databases (SQLite keeps no zone)."""

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
"""Times are stored in UTC and shown here; dates (deadlines) are dates here, inclusive."""


def local_today() -> date:
    return datetime.now(LOCAL).date()


ROW_LOCK = {"key_share": True}
"""How a row is held for writing: keys that point at it can still be written by others.

Else whoever holds the audit head and writes a key to this row would wait for a writer who waits for the head.
"""

# --- SQLite --------------------------------------------------------------------------------------


def prepare_engine(engine: Engine) -> None:
    """Give SQLite its pragmas, explicit transactions and a line for writers; other databases need nothing."""
    if engine.dialect.name == "sqlite":
        turn = _Turn(f"{engine.url.database}-turn")
        event.listen(engine, "connect", _prepare_connection)
        event.listen(engine, "begin", partial(_begin, turn))
        event.listen(engine, "checkin", partial(_end, turn))
        event.listen(engine, "engine_disposed", turn.close)


def _prepare_connection(connection: Any, _record: Any) -> None:
    # The driver's own transaction control would begin late and DEFERRED; `_begin` does it instead.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # so that REPLACE fires the triggers that refuse DELETE
        "busy_timeout = 10000",
        "cache_size = -4000",  # KiB, for each thread of each worker
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(turn: _Turn, connection: Connection) -> None:
    # A read transaction that turns into a write fails at once with BUSY_SNAPSHOT, so writers say so first.
    if not connection.get_execution_options().get(WRITING, False):
        connection.exec_driver_sql("BEGIN")
        return
    turn.take()
    connection.info[_HAS_TURN] = True
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _end(turn: _Turn, _connection: Any, record: Any) -> None:
    """The connection goes back to its pool: whatever it did is committed or rolled back."""
    if record.info.pop(_HAS_TURN, False):
        turn.leave()


class _Turn:
    """The line in which writers of one SQLite database stand: threads of this process, and other processes.

    SQLite would let each sleep and try again, for longer each time: the database would idle, and one process starve
    the other. Only order is kept here; that there is one writer is SQLite's own lock, which others respect too.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._here = Lock()
        self._file: int | None = None

    def take(self) -> None:
        self._here.acquire()
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        flock(self._file, LOCK_EX)

    def leave(self) -> None:
        if self._file is not None:
            flock(self._file, LOCK_UN)
        self._here.release()

    def close(self, _engine: Engine) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = None


# --- append-only tables --------------------------------------------------------------------------

APPEND_ONLY = ("audit_entries", "revisions", "enclosures", "changes", "opinion_events")
"""Tables in which nothing is ever changed or deleted, by anybody."""

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
    """The DDL that keeps the record, by the trigger's name."""
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
    """Let `metadata.create_all` create the triggers too."""

    @event.listens_for(metadata, "after_create")
    def create(_metadata: MetaData, connection: Connection, **_: Any) -> None:
        create_triggers(connection)


def missing_triggers(connection: Connection) -> list[str]:
    """The census: names of triggers that should keep the record and do not exist (or are switched off)."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    present = set(connection.execute(text(query)).scalars())
    return sorted(set(trigger_statements(connection.dialect.name)) - present)
