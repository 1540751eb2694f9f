"""Indexes that find the table of an entry of the register, and the findings of each revision counted by rule.

Revision ID: 0027
Revises: 0023
"""

import json
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0023"

_CHUNK = 1_000
_MERGED = "ix_register_entries_merged_table_id"


def upgrade() -> None:
    code = "(CAST(CASE WHEN submission_count > 0 THEN submitted_code ELSE project_code END AS TEXT))"
    op.create_index("ix_target_tables_entry", "target_tables", ["year", "office_code", sa.text(code)])
    op.drop_index(_MERGED, "register_entries")
    merged = sa.text("merged_table_id IS NOT NULL")
    op.create_index(_MERGED, "register_entries", ["merged_table_id"], sqlite_where=merged, postgresql_where=merged)
    counts = op.create_table(
        "finding_counts",
        sa.Column("revision_id", sa.Integer(), sa.ForeignKey("revisions.id"), primary_key=True),
        sa.Column("rule", sa.String(8), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    _count_stored(counts)


def downgrade() -> None:
    op.drop_table("finding_counts")
    op.drop_index(_MERGED, "register_entries")
    op.create_index(_MERGED, "register_entries", ["merged_table_id"])
    op.drop_index("ix_target_tables_entry", "target_tables")


def _count_stored(counts: sa.Table) -> None:
    """In chunks: the findings of 100,000 revisions are some hundred megabytes."""
    connection, after = op.get_bind(), 0
    stored = sa.table("revision_findings", sa.column("revision_id"), sa.column("content"))
    statement = sa.select(stored).order_by(stored.c.revision_id).limit(_CHUNK)
    while rows := connection.execute(statement.where(stored.c.revision_id > after)).all():
        found = [
            {"revision_id": row.revision_id, "rule": rule, "count": count}
            for row in rows
            for rule, count in Counter(finding[0] for finding in json.loads(row.content)).items()
        ]
        if found:
            connection.execute(sa.insert(counts), found)
        after = rows[-1].revision_id
