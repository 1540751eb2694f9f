"""Writes the index of sentences (`IndexedSentence`): the sentences of each table's latest revision.

The index can be rebuilt from the revisions at any time and never holds working copies. `queries.drafting.rule_context`
reads it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, delete, insert
from sqlalchemy.orm import Session

from portal import queries
from portal.domain.documents import Document
from portal.domain.rules import sentences
from portal.domain.rules.sentences import hash_of
from portal.models import IndexedSentence, Revision, TargetTable
from portal.services.library.refill import Frozen, refill

_LATEST = and_(
    Revision.table_id == TargetTable.id, Revision.number == TargetTable.submission_count, queries.tables.not_voided()
)


def index_sentences(session: Session, table: TargetTable, document: Document) -> None:
    """Replace the table's sentences by those of `document`, which is being submitted. Inside `write`."""
    if table.submission_count:
        _remove(session, [table.id])
    _add(session, [(table, document)])


def forget(session: Session, table_id: int) -> None:
    """A voided table is compared with no other. Inside `write`."""
    _remove(session, [table_id])


def rebuild(session: Session) -> int:
    """Rebuild the whole index from the latest revisions; return the number of tables."""
    return refill(session, _LATEST, _replace)


def _replace(session: Session, frozen: Frozen) -> None:
    _remove(session, [table.id for table, _ in frozen])
    _add(session, frozen)


def _remove(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(IndexedSentence).where(IndexedSentence.table_id.in_(ids)))


def _add(session: Session, frozen: Frozen) -> None:
    """Insert one row for each distinct sentence of a table."""
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
