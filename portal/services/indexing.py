"""The index of sentences (`KnownSentence`): what was said in each table's latest revision, looked up by `queries`.

It can be made anew from the revisions at any time; working copies never enter it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, delete, insert, select
from sqlalchemy.orm import Session, undefer

from portal.database import ROW_LOCK
from portal.domain.documents import Document
from portal.domain.rules import sentences
from portal.domain.rules.sentences import hash_of
from portal.models import KnownSentence, Revision, TargetTable
from portal.services.transaction import write

_AT_ONCE = 200


def index_sentences(session: Session, table: TargetTable, document: Document) -> None:
    """Put the sentences of `document`, which is being frozen, in place of the table's former ones. Inside `write`."""
    if table.submissions:
        _remove(session, [table.id])
    _add(session, [(table, document)])


def rebuild(session: Session) -> int:
    """The whole index anew from the latest revisions, batch by batch; of how many tables. For the operator."""
    session.rollback()
    ids = session.scalars(select(TargetTable.id).where(TargetTable.submissions > 0).order_by(TargetTable.id)).all()
    for begin in range(0, len(ids), _AT_ONCE):
        with write(session):
            batch = ids[begin : begin + _AT_ONCE]
            frozen = _latest(session, batch)
            _remove(session, batch)
            _add(session, frozen)
        session.expunge_all()
    return len(ids)


def _latest(session: Session, ids: Sequence[int]) -> list[tuple[TargetTable, Document]]:
    """Held until the commit, so that no submission comes between reading and writing."""
    tables = session.scalars(
        select(TargetTable).where(TargetTable.id.in_(ids)).with_for_update(of=TargetTable, **ROW_LOCK)
    ).all()
    revisions = session.scalars(
        select(Revision)
        .join(TargetTable, and_(TargetTable.id == Revision.table_id, TargetTable.submissions == Revision.number))
        .where(TargetTable.id.in_(ids))
        .options(undefer(Revision.content))
    )
    documents = {revision.table_id: revision.document for revision in revisions}
    return [(table, documents[table.id]) for table in tables]


def _remove(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(KnownSentence).where(KnownSentence.table_id.in_(ids)))


def _add(session: Session, frozen: Sequence[tuple[TargetTable, Document]]) -> None:
    """One row for each sentence of a table, however often it stands there."""
    rows = [
        {
            "hash": hash_of(key),
            "year": table.year,
            "office_code": table.office_code,
            "table_id": table.id,
            "key": key,
        }
        for table, document in frozen
        for key in dict.fromkeys(sentence.key for sentence in sentences(document))
    ]
    if rows:
        session.execute(insert(KnownSentence), rows)
