"""Posted forms with their answers, so that a form sent twice acts once.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "form_posts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("messages", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_form_posts"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_form_posts_user_id"),
    )
    op.create_index("ix_form_posts_at", "form_posts", ["at"])


def downgrade() -> None:
    op.drop_table("form_posts")
