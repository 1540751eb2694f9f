"""Keeps the index of the texts of tables (`models.full_text`): a revision when it is frozen, a copy when it is checked.

Saving by field does not wait for it. Filling the index for many tables at once: `full_text_fill`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from portal.domain import full_text
from portal.domain.documents import Document
from portal.domain.rules import Finding
from portal.models import TargetTable
from portal.models.full_text import TERMS, IndexedCopy, IndexedRevision, IndexedText, pack, unpack

# Every save of a whole form runs these: built once, a statement is compiled once.
_MODELS: tuple[IndexedText, ...] = (IndexedCopy, IndexedRevision)
_BEFORE = {
    model: select(rows.c.rules, rows.c.packed).where(rows.c.table_id == bindparam("id"))
    for model in _MODELS
    for rows in (model.plain(),)
}
_PUT = {
    model: text(
        f"INSERT INTO {model.__tablename__} (table_id, rules, packed) VALUES (:id, :rules, :packed) "
        "ON CONFLICT (table_id) DO UPDATE SET rules = excluded.rules, packed = excluded.packed"
    )
    for model in _MODELS
}
_ADD = {
    "sqlite": {name: text(f"INSERT INTO {name} (rowid, terms) VALUES (:id, :terms)") for name in TERMS.values()},
    "postgresql": {
        name: text(
            f"INSERT INTO {name} (rowid, terms) VALUES (:id, array_to_tsvector(CAST(:terms AS text[]))) "
            "ON CONFLICT (rowid) DO UPDATE SET terms = excluded.terms"
        )
        for name in TERMS.values()
    },
}
_REMOVE = {
    name: text(f"INSERT INTO {name} ({name}, rowid, terms) VALUES ('delete', :id, :terms)") for name in TERMS.values()
}


def index_copy(
    session: Session, table: TargetTable, document: Document, found: Iterable[Finding] | None = None
) -> None:
    """Index `document`, the working copy. found: its findings; None: as the index has them. Inside `write`."""
    _index(session, IndexedCopy, table, document, found)


def index_revision(session: Session, table: TargetTable, document: Document, found: Iterable[Finding]) -> None:
    """Index `document`, which is being submitted. Inside `write`."""
    _index(session, IndexedRevision, table, document, found)


def is_indexed(session: Session, table: TargetTable, document: Document, found: Iterable[Finding]) -> bool:
    """Whether the index holds this working copy with these findings."""
    before = session.execute(_BEFORE[IndexedCopy], {"id": table.id}).first()
    shown = full_text.text_of(document, table.office_code)
    return before is not None and (before.packed, before.rules) == (pack(shown), _rules(found))


def forget_copy(session: Session, table: TargetTable) -> None:
    """Before the row of a draft is deleted. Inside `write`."""
    before = session.execute(_BEFORE[IndexedCopy], {"id": table.id}).first()
    if before and before.packed:
        remove_terms(session.connection(), IndexedCopy, table.id, _terms(table, unpack(before.packed), before.rules))
    session.execute(delete(IndexedCopy).where(IndexedCopy.table_id == table.id))


def _index(
    session: Session, model: IndexedText, table: TargetTable, document: Document, found: Iterable[Finding] | None
) -> None:
    """Write only what changed."""
    connection = session.connection()
    before = connection.execute(_BEFORE[model], {"id": table.id}).first()
    rules = (before.rules if before else "") if found is None else _rules(found)
    shown = full_text.text_of(document, table.office_code)
    packed = pack(shown)
    if before and (before.packed, before.rules) == (packed, rules):
        return
    if before and before.packed:
        remove_terms(connection, model, table.id, _terms(table, unpack(before.packed), before.rules))
    add_terms(connection, model, [(table.id, _terms(table, shown, rules))])
    put_rows(connection, model, [{"id": table.id, "rules": rules, "packed": packed}])


def _rules(found: Iterable[Finding]) -> str:
    return " ".join(sorted({each.rule for each in found}))


def _terms(table: TargetTable, shown: str, rules: str) -> list[str]:
    return full_text.terms_of_text(shown, table.year, table.office_code, rules.split())


# --- terms ---------------------------------------------------------------------------------------


def add_terms(connection: Connection, model: IndexedText, terms: Sequence[tuple[int, list[str]]]) -> None:
    """terms: (id of the table, its terms). SQLite needs `remove_terms` before, PostgreSQL replaces what there was."""
    dialect = connection.dialect.name
    rows = [{"id": table_id, "terms": " ".join(each) if dialect == "sqlite" else each} for table_id, each in terms]
    if rows:
        connection.execute(_ADD[dialect][TERMS[model]], rows)


def put_rows(connection: Connection, model: IndexedText, rows: Sequence[Mapping[str, Any]]) -> None:
    """rows: id of the table, rules, packed text; in place of those there were."""
    connection.execute(_PUT[model], list(rows))


def remove_terms(connection: Connection, model: IndexedText, table_id: int, terms: Sequence[str]) -> None:
    """terms: exactly those that were added, of which FTS5 keeps no copy."""
    if connection.dialect.name == "sqlite":
        connection.execute(_REMOVE[TERMS[model]], {"id": table_id, "terms": " ".join(terms)})


def remove_all_terms(connection: Connection, model: IndexedText) -> None:
    name = TERMS[model]
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"INSERT INTO {name} ({name}) VALUES ('delete-all')"))
    else:
        connection.execute(text(f"DELETE FROM {name}"))
    connection.execute(update(model.plain()).values(packed=b""))
