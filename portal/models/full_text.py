"""The index of the texts of tables, for searching: one of the working copies, one of the latest revisions.

Each has the indexed text in a table of its own and its terms (`domain.full_text`) in another one, whose `rowid` is the
id of the target table: an FTS5 table on SQLite, a tsvector with a GIN index on PostgreSQL. All can be worked out again
from the texts (`services.library.full_text_index`).
"""

from __future__ import annotations

import zlib

from sqlalchemy import DDL, ForeignKey, LargeBinary, Table, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Base

# Contentless, without positions: a fortieth of the size. Whoever deletes names the terms that were indexed.
_SQLITE = ("CREATE VIRTUAL TABLE {name} USING fts5(terms, content='', detail=none, columnsize=0, tokenize='ascii')",)
# A long list of pending entries would be read by every search.
_POSTGRESQL = (
    "CREATE TABLE {name} (rowid integer CONSTRAINT pk_{name} PRIMARY KEY "
    "CONSTRAINT fk_{name}_rowid REFERENCES target_tables (id) ON DELETE CASCADE, terms tsvector NOT NULL)",
    "CREATE INDEX ix_{name}_terms ON {name} USING gin (terms) WITH (gin_pending_list_limit = 512)",
)
# PostgreSQL takes `terms @@ query` for as cheap as a comparison and walks through thousands of rows, each to be
# decompressed, where its index has the answer. This condition, which always holds, tells it the price.
_READS_TERMS = (
    "CREATE OR REPLACE FUNCTION reads_terms(integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 8000 "
    "AS $$BEGIN RETURN true; END$$"
)


class _IndexedText:
    """rules: ids of the findings on the text, with blanks between. packed: the text, see `pack`; empty: no terms yet.

    A working copy that is being typed in is indexed when it is checked.
    """

    table_id: Mapped[int] = mapped_column(ForeignKey("target_tables.id", ondelete="CASCADE"), primary_key=True)
    rules: Mapped[str] = mapped_column(Text)
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class IndexedCopy(_IndexedText, Base):
    """The working copy of a table, for those who may see it."""

    __tablename__ = "indexed_copies"


class IndexedRevision(_IndexedText, Base):
    """The latest revision of a table, for those who see revisions only."""

    __tablename__ = "indexed_revisions"


IndexedText = type[IndexedCopy] | type[IndexedRevision]
TERMS = {IndexedCopy: "copy_terms", IndexedRevision: "revision_terms"}
"""Names of the tables of terms."""


def pack(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


def unpack(packed: bytes) -> str:
    return zlib.decompress(packed).decode("utf-8", "surrogatepass")


def _create_terms_with(table: Table, name: str) -> None:
    """Make `metadata.create_all` create the table of terms too."""
    for dialect, statements in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL)):
        for statement in statements:
            event.listen(table, "after_create", DDL(statement.format(name=name)).execute_if(dialect=dialect))


event.listen(Base.metadata, "before_create", DDL(_READS_TERMS).execute_if(dialect="postgresql"))
for _model, _name in TERMS.items():
    _create_terms_with(_model.plain(), _name)
