"""Sessions on the server, and the time when a one-time password was issued.

Sessions of earlier versions end with the upgrade. One-time passwords issued before count from the upgrade.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "user_sessions",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_user_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_sessions_user_id"),
    )
    op.add_column("users", sa.Column("one_time_since", sa.DateTime(timezone=True)))
    op.execute("UPDATE users SET one_time_since = CURRENT_TIMESTAMP WHERE must_change_password")


def downgrade() -> None:
    op.drop_column("users", "one_time_since")
    op.drop_table("user_sessions")
