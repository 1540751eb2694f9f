"""The index of the texts of tables, for searching, filled from the texts there are.

Revision ID: 0029
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

from portal.services.library import full_text_fill

revision = "0029"
down_revision = "0031"

_INDEXES = {"indexed_copies": "copy_terms", "indexed_revisions": "revision_terms"}


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(
            "CREATE OR REPLACE FUNCTION reads_terms(integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 8000 "
            "AS $$BEGIN RETURN true; END$$"
        )
    for name, terms in _INDEXES.items():
        op.create_table(
            name,
            sa.Column(
                "table_id", sa.Integer(), sa.ForeignKey("target_tables.id", ondelete="CASCADE"), primary_key=True
            ),
            sa.Column("rules", sa.Text(), nullable=False),
            sa.Column("packed", sa.LargeBinary(), nullable=False),
        )
        if is_sqlite:
            op.execute(
                f"CREATE VIRTUAL TABLE {terms} "
                "USING fts5(terms, content='', detail=none, columnsize=0, tokenize='ascii')"
            )
        else:
            op.execute(
                f"CREATE TABLE {terms} (rowid integer CONSTRAINT pk_{terms} PRIMARY KEY "
                f"CONSTRAINT fk_{terms}_rowid REFERENCES target_tables (id) ON DELETE CASCADE, terms tsvector NOT NULL)"
            )
            op.execute(
                f"CREATE INDEX ix_{terms}_terms ON {terms} USING gin (terms) WITH (gin_pending_list_limit = 512)"
            )
    # What the index holds is worked out by the version that runs, which reads the same terms in a search.
    full_text_fill.fill_all(op.get_bind())


def downgrade() -> None:
    for name, terms in _INDEXES.items():
        op.execute(f"DROP TABLE {terms}")
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION reads_terms(integer)")
