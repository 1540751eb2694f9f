"""The recycle bin for discarded drafts, and since when a person has a table open.

Presence is of the moment: the rows of before are dropped. Drafts discarded before are not in the recycle bin.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "discarded_drafts",
        sa.Column("table_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("office_code", sa.String(12), nullable=False),
        sa.Column("project_code", sa.String(64), nullable=False),
        sa.Column("project_name", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        sa.Column("created_by_id", sa.Integer),
        sa.Column("discarded_by_id", sa.Integer, nullable=False),
        sa.Column("discarded_by_name", sa.String(64), nullable=False),
        sa.Column("discarded_at", _TIME, nullable=False),
        sa.Column("dependents", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("table_id", name="pk_discarded_drafts"),
        sa.ForeignKeyConstraint(["year"], ["budget_years.year"], name="fk_discarded_drafts_year"),
        sa.ForeignKeyConstraint(["office_code"], ["offices.code"], name="fk_discarded_drafts_office_code"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_discarded_drafts_created_by_id"),
        sa.ForeignKeyConstraint(["discarded_by_id"], ["users.id"], name="fk_discarded_drafts_discarded_by_id"),
        sa.CheckConstraint("kind IN ('project', 'department')", name=op.f("ck_discarded_drafts_kind")),
    )
    op.create_index("ix_discarded_drafts_office_code", "discarded_drafts", ["office_code", "discarded_at"])
    _recreate_presences(sa.Column("since", _TIME, nullable=False))


def downgrade() -> None:
    op.drop_table("discarded_drafts")
    _recreate_presences()


def _recreate_presences(*added: sa.Column[sa.DateTime]) -> None:
    op.drop_table("presences")
    op.create_table(
        "presences",
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        *added,
        sa.Column("seen_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("table_id", "user_id", name="pk_presences"),
        sa.ForeignKeyConstraint(["table_id"], ["target_tables.id"], name="fk_presences_table_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_presences_user_id"),
    )
