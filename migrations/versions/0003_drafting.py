"""Drafting: explanations, attachments, presence, undone steps; known sentences and indicators; the library.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _what_travels_with_a_revision()
    _working_copies()
    _known()
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER enclosures_refuse_{act} BEFORE {act.upper()} ON enclosures "
                "BEGIN SELECT RAISE(ABORT, 'enclosures is append-only'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER enclosures_refuse_change BEFORE UPDATE OR DELETE ON enclosures "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER enclosures_refuse_truncate BEFORE TRUNCATE ON enclosures "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    for table in (
        "library_entries",
        "known_indicators",
        "known_sentences",
        "attachments",
        "presences",
        "origins",
        "undone_steps",
        "explanations",
        "enclosures",
    ):
        op.drop_table(table)  # drops its triggers too


def _what_travels_with_a_revision() -> None:
    op.create_table(
        "enclosures",
        sa.Column("revision_id", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("revision_id", name="pk_enclosures"),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name="fk_enclosures_revision_id"),
    )
    op.create_table(
        "explanations",
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("rule", sa.String(8), nullable=False),
        sa.Column("path", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("author_name", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("table_id", "rule", "path", name="pk_explanations"),
        _of_table("explanations"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_explanations_author_id"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("added_by_id", sa.Integer, nullable=False),
        sa.Column("added_by_name", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        _of_table("attachments"),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name="fk_attachments_added_by_id"),
    )
    op.create_index("ix_attachments_table_id", "attachments", ["table_id", "id"])


def _working_copies() -> None:
    op.create_table(
        "undone_steps",
        sa.Column("table_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("undoes", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("table_id", "version", name="pk_undone_steps"),
    )
    op.create_table(
        "origins",
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("source_id", sa.Integer, nullable=False),
        sa.Column("source_year", sa.Integer, nullable=False),
        sa.Column("source_title", sa.String(220), nullable=False),
        sa.PrimaryKeyConstraint("table_id", name="pk_origins"),
        _of_table("origins"),
    )
    op.create_table(
        "presences",
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("table_id", "user_id", name="pk_presences"),
        _of_table("presences"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_presences_user_id"),
    )


def _known() -> None:
    op.create_table(
        "known_sentences",
        sa.Column("hash", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("office_code", sa.String(12), nullable=False),
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("hash", "year", "office_code", "table_id", name="pk_known_sentences"),
        sa.ForeignKeyConstraint(["office_code"], ["offices.code"], name="fk_known_sentences_office_code"),
        sa.ForeignKeyConstraint(["table_id"], ["target_tables.id"], name="fk_known_sentences_table_id"),
    )
    op.create_index("ix_known_sentences_table_id", "known_sentences", ["table_id"])
    op.create_index("ix_known_sentences_office_code", "known_sentences", ["office_code", "year"])
    op.create_table(
        "known_indicators",
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("row_id", sa.String(16), nullable=False),
        sa.Column("office_code", sa.String(12), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("level1", sa.Text, nullable=False),
        sa.Column("level2", sa.Text, nullable=False),
        sa.Column("level3", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("target_value", sa.Text, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("table_id", "row_id", name="pk_known_indicators"),
        sa.ForeignKeyConstraint(["table_id"], ["target_tables.id"], name="fk_known_indicators_table_id"),
        sa.ForeignKeyConstraint(["office_code"], ["offices.code"], name="fk_known_indicators_office_code"),
    )
    op.create_index("ix_known_indicators_office_code", "known_indicators", ["office_code", "year"])
    op.create_table(
        "library_entries",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("shipped_id", sa.String(64)),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("retired", sa.Boolean, nullable=False),
        sa.Column("changed_by_name", sa.String(64), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_library_entries"),
        sa.UniqueConstraint("shipped_id", name="uq_library_entries_shipped_id"),
    )


def _of_table(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["table_id"], ["target_tables.id"], name=f"fk_{name}_table_id", ondelete="CASCADE")
