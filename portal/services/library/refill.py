"""Rebuilds an index from the revisions of all tables, in batches.

The contents of the indexes: `known_sentences` (latest revisions) and `known_indicators` (revisions in force).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from portal.database import ROW_LOCK
from portal.domain.documents import Document
from portal.models import Revision, TargetTable
from portal.services.transaction import write

BATCH_SIZE = 200
"""Tables per transaction: small, so that submissions and approvals do not wait long for the locks."""

Frozen = Sequence[tuple[TargetTable, Document]]


def refill(session: Session, is_frozen: ColumnElement[bool], put: Callable[[Session, Frozen], None]) -> int:
    """Call `put` with batches of all tables and their selected revision, to replace their rows; return their number.

    `is_frozen`: a condition on TargetTable and Revision that selects at most one revision per table. For the operator.
    """
    session.rollback()
    statement = select(TargetTable.id).join(Revision, is_frozen).order_by(TargetTable.id)
    ids = session.scalars(statement).all()
    for start in range(0, len(ids), BATCH_SIZE):
        with write(session):
            put(session, _batch(session, ids[start : start + BATCH_SIZE], is_frozen))
        session.expunge_all()
    return len(ids)


def _batch(session: Session, ids: Sequence[int], is_frozen: ColumnElement[bool]) -> Frozen:
    """Lock the tables until the commit, so that no submission or approval happens between reading and writing."""
    locked = select(TargetTable).where(TargetTable.id.in_(ids)).with_for_update(of=TargetTable, **ROW_LOCK)
    tables = {table.id: table for table in session.scalars(locked)}
    revisions = session.scalars(
        select(Revision).join(TargetTable, is_frozen).where(TargetTable.id.in_(ids)).options(undefer(Revision.content))
    )
    return [(tables[revision.table_id], revision.document) for revision in revisions]
