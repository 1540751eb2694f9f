"""The index of indicators (`KnownIndicator`): the rows of each table's approved revision in force, to suggest from.

It can be made anew from the revisions at any time; what is not approved never enters it. Sentences: `indexing`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, undefer

from portal.database import ROW_LOCK
from portal.domain.documents import Document, ProjectDocument
from portal.models import KnownIndicator, Revision, TargetTable
from portal.services.transaction import write

_AT_ONCE = 200


def know_indicators(session: Session, table: TargetTable, document: Document) -> None:
    """Put the rows of `document`, which is being approved, in place of the table's former ones. Inside `write`."""
    _remove(session, [table.id])
    _add(session, [(table, document)])


def rebuild(session: Session) -> int:
    """The whole index anew from the revisions in force, batch by batch; of how many tables. For the operator."""
    session.rollback()
    ids = session.scalars(
        select(TargetTable.id).where(TargetTable.in_force_id.is_not(None)).order_by(TargetTable.id)
    ).all()
    for begin in range(0, len(ids), _AT_ONCE):
        with write(session):
            batch = ids[begin : begin + _AT_ONCE]
            approved = _in_force(session, batch)
            _remove(session, batch)
            _add(session, approved)
        session.expunge_all()
    return len(ids)


def _in_force(session: Session, ids: Sequence[int]) -> list[tuple[TargetTable, Document]]:
    """Held until the commit, so that no approval comes between reading and writing."""
    tables = session.scalars(
        select(TargetTable).where(TargetTable.id.in_(ids)).with_for_update(of=TargetTable, **ROW_LOCK)
    ).all()
    revisions = session.scalars(
        select(Revision)
        .join(TargetTable, TargetTable.in_force_id == Revision.id)
        .where(TargetTable.id.in_(ids))
        .options(undefer(Revision.content))
    )
    documents = {revision.table_id: revision.document for revision in revisions}
    return [(table, documents[table.id]) for table in tables]


def _remove(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(KnownIndicator).where(KnownIndicator.table_id.in_(ids)))


def _add(session: Session, approved: Sequence[tuple[TargetTable, Document]]) -> None:
    """One row for each indicator that has a name."""
    rows = [
        {
            "table_id": table.id,
            "row_id": row.id,
            "office_code": table.office_code,
            "year": table.year,
            "level1": row.level1,
            "level2": row.level2,
            "level3": row.level3,
            "description": row.description,
            "target_value": row.target_value,
            "basis": row.basis,
        }
        for table, document in approved
        if isinstance(document, ProjectDocument)
        for row in document.indicators
        if row.level3
    ]
    if rows:
        session.execute(insert(KnownIndicator), rows)
