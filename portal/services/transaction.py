"""The one way in which anything is written, and how reading begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from portal.database import WRITING


@contextmanager
def write(session: Session) -> Iterator[None]:
    """A writing transaction: all of the block is committed at its end, or nothing of it.

    Ends the read transaction of the request first: on SQLite a reader that turns into a writer fails at
    once. Whatever the block decides on must be loaded inside it.
    """
    session.rollback()
    session.connection(execution_options={WRITING: True})
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def read_statement_by_statement(session: Session) -> None:
    """Begin reading for a page; where a transaction runs already, go on in it.

    PostgreSQL shows each statement its own moment anyway, so it is spared BEGIN and ROLLBACK: two of the round trips
    of each page. SQLite needs its transaction, and shows the whole page one moment.
    """
    if not session.in_transaction() and session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


def read_at_one_moment(session: Session) -> None:
    """Begin a reading transaction in which every statement sees the same moment, whatever others commit meanwhile."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":  # SQLite always reads so
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
