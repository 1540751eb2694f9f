"""Kind, rule and proposed changes of opinions, revisions that are exactly as proposed, and notes of the bureau.

Opinions of earlier versions have no kind; of earlier revisions it is not known whether they were as proposed.

Revision ID: 0020
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"

_ADDED = (
    ("opinions", "kind", sa.String(24)),
    ("opinions", "rule", sa.String(8)),
    ("opinions", "proposed", sa.Text()),
    ("opinion_events", "taken_in", sa.Integer()),
    ("revisions", "as_proposed", sa.Boolean()),
)


def upgrade() -> None:
    for table, name, type_ in _ADDED:
        op.add_column(table, sa.Column(name, type_))
    op.create_table(
        "bureau_notes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("author_name", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bureau_notes"),
        sa.ForeignKeyConstraint(["table_id"], ["target_tables.id"], name="fk_bureau_notes_table_id"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_bureau_notes_author_id"),
    )
    op.create_index("ix_bureau_notes_table_id", "bureau_notes", ["table_id", "id"])
    _protect("bureau_notes")


def downgrade() -> None:
    op.drop_table("bureau_notes")  # drops its triggers too
    for table, name, _ in reversed(_ADDED):
        op.drop_column(table, name)


def _protect(table: str) -> None:
    """Refuse UPDATE, DELETE and, on PostgreSQL, TRUNCATE."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    for act, each, name in (("UPDATE OR DELETE", "ROW", "change"), ("TRUNCATE", "STATEMENT", "truncate")):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{name} BEFORE {act} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
