"""Context managers for write transactions and functions that start a read transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from portal.database import WRITING


@contextmanager
def write(session: Session) -> Iterator[None]:
    """A write transaction: commits at the end of the block, rolls back on an exception.

    Ends the read transaction of the request first, since SQLite cannot upgrade a read transaction to a write. The block
    must load all rows that its decisions depend on.
    """
    session.rollback()
    session.connection(execution_options={WRITING: True})
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def begin_read(session: Session) -> None:
    """Start reading for a page; a transaction that is already open continues.

    PostgreSQL takes a snapshot per statement (READ COMMITTED) anyway; AUTOCOMMIT saves the two round trips of BEGIN
    and ROLLBACK. SQLite needs its transaction: one snapshot for the whole page.
    """
    if not session.in_transaction() and session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


def begin_snapshot(session: Session) -> None:
    """Start a read transaction in which all statements see the same snapshot."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":  # SQLite always does
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
