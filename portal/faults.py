"""What an exception of the database or of the file system says about the server: which `Fault`, if any.

The sentences are in `web.errors`; what causes no fault of the server (a constraint, a wrong value) is not here.
"""

from __future__ import annotations

import errno
import sqlite3
from enum import Enum, auto
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from portal.database import Busy


class Fault(Enum):
    BUSY = auto()
    """A lock or a connection was not free in time: it passes."""
    FULL = auto()
    READ_ONLY = auto()
    AWAY = auto()
    """No connection to the database, or its file cannot be opened."""
    DAMAGED = auto()
    """The disk or the database's own structure is defective."""


_SQLITE = {
    sqlite3.SQLITE_BUSY: Fault.BUSY,
    sqlite3.SQLITE_LOCKED: Fault.BUSY,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_IOERR_SHMSIZE: Fault.FULL,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_PERM: Fault.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: Fault.AWAY,
    sqlite3.SQLITE_AUTH: Fault.AWAY,
    sqlite3.SQLITE_IOERR: Fault.DAMAGED,
    sqlite3.SQLITE_CORRUPT: Fault.DAMAGED,
    sqlite3.SQLITE_NOTADB: Fault.DAMAGED,
}
"""By primary result code; SQLite's log index that cannot grow is the one extended code of its own."""
_POSTGRESQL = {
    "25006": Fault.READ_ONLY,  # read_only_sql_transaction
    "53100": Fault.FULL,  # disk_full
    "53": Fault.BUSY,  # insufficient resources: memory, connections
    "55P03": Fault.BUSY,  # lock_not_available: lock_timeout
    "40": Fault.BUSY,  # deadlock, serialization failure
    "57014": Fault.BUSY,  # query_canceled: statement_timeout
    "57": Fault.AWAY,  # operator intervention: shutdown, crash, starting
    "08": Fault.AWAY,  # connection exception
    "28": Fault.AWAY,  # invalid authorization
    "3D000": Fault.AWAY,  # no such database
    "58": Fault.DAMAGED,  # system error: input and output
    "XX": Fault.DAMAGED,  # internal error, corrupted data
}
"""By SQLSTATE or its class."""
_SYSTEM = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EFBIG: Fault.FULL,
    errno.EROFS: Fault.READ_ONLY,
    errno.EACCES: Fault.READ_ONLY,
    errno.EPERM: Fault.READ_ONLY,
    errno.EIO: Fault.DAMAGED,
    errno.EMFILE: Fault.BUSY,
    errno.ENFILE: Fault.BUSY,
}


def fault_of(error: BaseException) -> Fault | None:
    if isinstance(error, (Busy, PoolTimeout)):
        return Fault.BUSY
    if isinstance(error, DBAPIError):
        return _of_driver(error.orig)
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0)
    return None


def _of_driver(error: Any) -> Fault | None:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0)
        return _SQLITE.get(code) or _SQLITE.get(code & 0xFF)
    state = getattr(error, "sqlstate", None)
    if state is None:  # psycopg has none for a connection that failed or broke
        return Fault.AWAY if type(error).__name__ == "OperationalError" else None
    return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
