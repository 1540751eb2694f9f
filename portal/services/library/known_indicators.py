"""Writes the index of indicators (`IndexedIndicator`): the rows of approved revisions in force, for suggestions.

The index can be rebuilt from the revisions at any time and holds approved texts only. Sentences: `known_sentences`.
"""

from __future__ import annotations

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from portal.domain.documents import Document, ProjectDocument
from portal.models import IndexedIndicator, Revision, TargetTable
from portal.services.library.refill import Frozen, refill

_IN_FORCE = Revision.id == TargetTable.in_force_id


def index_indicators(session: Session, table: TargetTable, document: Document) -> None:
    """Replace the table's rows by those of `document`, which is being approved. Inside `write`."""
    _replace(session, [(table, document)])


def rebuild(session: Session) -> int:
    """Rebuild the whole index from the revisions in force; return the number of tables."""
    return refill(session, _IN_FORCE, _replace)


def _replace(session: Session, approved: Frozen) -> None:
    ids = [table.id for table, _ in approved]
    session.execute(delete(IndexedIndicator).where(IndexedIndicator.table_id.in_(ids)))
    _add(session, approved)


def _add(session: Session, approved: Frozen) -> None:
    """Insert one row for each indicator that has a name."""
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
        session.execute(insert(IndexedIndicator), rows)
