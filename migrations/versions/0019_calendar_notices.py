"""Notices on holidays that an administrator confirmed.

Revision ID: 0019
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "calendar_notices",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("paper", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("days", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer, nullable=False),
        sa.Column("confirmed_by_name", sa.String(64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_notices"),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["users.id"], name="fk_calendar_notices_confirmed_by_id"),
    )


def downgrade() -> None:
    op.drop_table("calendar_notices")
