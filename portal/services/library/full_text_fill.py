"""Fills the index of texts for all tables that are not in it: in a migration, after bulk loading, to rebuild it.

Migration 0029 runs this before later columns exist: name columns here, select no models.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text
from sqlalchemy.orm import Session

from portal.domain import full_text
from portal.domain.documents import Kind
from portal.domain.serialization import load
from portal.models.full_text import IndexedCopy, IndexedRevision, IndexedText, pack
from portal.services.library.full_text_index import add_terms, put_rows, remove_all_terms
from portal.services.transaction import write

BATCH_SIZE = 500
"""Tables per transaction, so that saves and submissions do not wait long for the locks."""

_NOT_INDEXED = "t.id > :after AND (i.packed IS NULL OR length(i.packed) = 0) ORDER BY t.id LIMIT :most"
_LATEST = "r.table_id = t.id AND r.number = t.submission_count"
_STATEMENTS: Mapping[IndexedText, str] = {
    # Of a copy that was submitted as it is, the findings of the revision are its own.
    IndexedCopy: f"""
        SELECT t.id, t.kind, t.year, t.office_code, t.content, i.rules, y.off,
            CASE WHEN r.digest = t.digest THEN f.content END AS findings
        FROM target_tables t JOIN budget_years y ON y.year = t.year
        LEFT JOIN indexed_copies i ON i.table_id = t.id
        LEFT JOIN revisions r ON {_LATEST} LEFT JOIN revision_findings f ON f.revision_id = r.id
        WHERE {_NOT_INDEXED}""",
    IndexedRevision: f"""
        SELECT t.id, r.kind, t.year, t.office_code, r.content, i.rules, y.off, f.content AS findings
        FROM target_tables t JOIN budget_years y ON y.year = t.year
        JOIN revisions r ON {_LATEST} LEFT JOIN revision_findings f ON f.revision_id = r.id
        LEFT JOIN indexed_revisions i ON i.table_id = t.id
        WHERE {_NOT_INDEXED}""",
}


def rebuild(session: Session) -> int:
    """Work the whole index out again; return the number of tables. Meanwhile searches find fewer tables."""
    with write(session):
        for model in _STATEMENTS:
            remove_all_terms(session.connection(), model)
    count = 0
    for model in _STATEMENTS:
        done: Sequence[int] = [0]
        while done:
            with write(session):
                done = _fill(session.connection(), model, done[-1])
            count += len(done) if model is IndexedCopy else 0
    return count


def fill_all(connection: Connection) -> None:
    """Index every table that is not yet, in the transaction of the connection."""
    for model in _STATEMENTS:
        done: Sequence[int] = [0]
        while done:
            done = _fill(connection, model, done[-1])


def _fill(connection: Connection, model: IndexedText, after: int) -> Sequence[int]:
    """The next batch; return its ids."""
    lock = " FOR NO KEY UPDATE OF t" if connection.dialect.name == "postgresql" else ""
    rows = connection.execute(text(_STATEMENTS[model] + lock), {"after": after, "most": BATCH_SIZE}).all()
    found = [(row, full_text.text_of(load(Kind(row.kind), row.content), row.office_code), _rules(row)) for row in rows]
    if not found:
        return ()
    terms = [(row.id, full_text.terms_of_text(shown, row.year, row.office_code, rules)) for row, shown, rules in found]
    add_terms(connection, model, terms)
    rows_put = [{"id": row.id, "rules": " ".join(rules), "packed": pack(shown)} for row, shown, rules in found]
    put_rows(connection, model, rows_put)
    return [row.id for row in rows]


def _rules(row: Row[Any]) -> Iterable[str]:
    """As the index has them, else those of the stored findings that the year does not leave out."""
    if row.rules is not None:
        return str(row.rules).split()
    off = row.off.split()
    return sorted({rule for rule, *_ in json.loads(row.findings or "[]") if rule not in off})
