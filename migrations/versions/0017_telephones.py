"""Telephones of people; blank for the accounts of earlier versions.

Revision ID: 0017
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("users", sa.Column("phone", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("users", "phone")
