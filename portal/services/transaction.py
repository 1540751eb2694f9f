"""Context managers for write transactions and functions that start a read transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from portal.database import WRITING

_LOOKING = "portal_looking"
_FIRST_ACT = "portal_first_act"
_HAS_ACTED = "portal_has_acted"


class LookingOnly(Exception):
    """A request that only looks (HEAD, a prefetch, the GET of a page) tried to write."""


@contextmanager
def write(session: Session, *, is_act: bool = True) -> Iterator[None]:
    """A write transaction: commits at the end of the block, rolls back on an exception.

    Ends the read transaction of the request first, since SQLite cannot upgrade a read transaction to a write. The block
    must load all rows that its decisions depend on. `is_act` False: bookkeeping about an act or a refusal.
    """
    if session.info.get(_LOOKING):
        raise LookingOnly
    session.rollback()
    session.connection(execution_options={WRITING: True})
    first = session.info.get(_FIRST_ACT) if is_act else None
    try:
        if first:
            first()
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    if is_act:
        session.info.pop(_FIRST_ACT, None)
        session.info[_HAS_ACTED] = True


def before_first_act(session: Session, prepare: Callable[[], None]) -> None:
    """Run `prepare` at the start of the next act, in its transaction; again if that is rolled back."""
    session.info[_FIRST_ACT] = prepare


def has_acted(session: Session) -> bool:
    """Whether an act was committed in this session."""
    return bool(session.info.get(_HAS_ACTED))


def only_look(session: Session) -> None:
    """Let every `write` of this session raise LookingOnly."""
    session.info[_LOOKING] = True


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
