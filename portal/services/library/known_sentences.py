"""The index of sentences (`IndexedSentence`): what was said in each table's latest revision, looked up by `queries`.

It can be made anew from the revisions at any time; working copies never enter it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, delete, insert
from sqlalchemy.orm import Session

from portal.domain.documents import Document
from portal.domain.rules import sentences
from portal.domain.rules.sentences import hash_of
from portal.models import IndexedSentence, Revision, TargetTable
from portal.services.library.refill import Frozen, refill

_LATEST = and_(Revision.table_id == TargetTable.id, Revision.number == TargetTable.submission_count)


def index_sentences(session: Session, table: TargetTable, document: Document) -> None:
    """Put the sentences of `document`, which is being frozen, in place of the table's former ones. Inside `write`."""
    if table.submission_count:
        _remove(session, [table.id])
    _add(session, [(table, document)])


def rebuild(session: Session) -> int:
    """The whole index anew from the latest revisions; of how many tables."""
    return refill(session, _LATEST, _put)


def _put(session: Session, frozen: Frozen) -> None:
    _remove(session, [table.id for table, _ in frozen])
    _add(session, frozen)


def _remove(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(IndexedSentence).where(IndexedSentence.table_id.in_(ids)))


def _add(session: Session, frozen: Frozen) -> None:
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
        session.execute(insert(IndexedSentence), rows)
