"""The number of places of a draft that can be corrected by one click.

Drafts of before count 0 until they are checked the next time.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("target_tables", sa.Column("correctable", sa.Integer(), nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    op.drop_column("target_tables", "correctable")
