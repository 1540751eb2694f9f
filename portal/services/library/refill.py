"""Going through the frozen texts of all tables, batch by batch: how an index is made anew.

What is put into an index: `indexing` (sentences of the latest revisions), `knowing` (indicators of those in force).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from portal.database import ROW_LOCK
from portal.domain.documents import Document
from portal.models import Revision, TargetTable
from portal.services.transaction import write

AT_ONCE = 200
"""Tables in one transaction: nobody who submits or approves waits for long."""

Frozen = Sequence[tuple[TargetTable, Document]]


def refill(session: Session, is_frozen: ColumnElement[bool], put: Callable[[Session, Frozen], None]) -> int:
    """Have `put` replace what the index holds of each table with a revision that `is_frozen` names; how many tables.

    `is_frozen`: a condition on TargetTable and Revision that one revision of a table meets at most. For the operator.
    """
    session.rollback()
    which = select(TargetTable.id).join(Revision, is_frozen).order_by(TargetTable.id)
    ids = session.scalars(which).all()
    for begin in range(0, len(ids), AT_ONCE):
        with write(session):
            put(session, _batch(session, ids[begin : begin + AT_ONCE], is_frozen))
        session.expunge_all()
    return len(ids)


def _batch(session: Session, ids: Sequence[int], is_frozen: ColumnElement[bool]) -> Frozen:
    """Held until the commit, so that no submission and no approval comes between reading and writing."""
    locked = select(TargetTable).where(TargetTable.id.in_(ids)).with_for_update(of=TargetTable, **ROW_LOCK)
    tables = {table.id: table for table in session.scalars(locked)}
    revisions = session.scalars(
        select(Revision).join(TargetTable, is_frozen).where(TargetTable.id.in_(ids)).options(undefer(Revision.content))
    )
    return [(tables[revision.table_id], revision.document) for revision in revisions]
