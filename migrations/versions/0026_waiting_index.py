"""Indexes of the tables that wait for the bureau, and of the names of offices.

Revision ID: 0026
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0029"


def upgrade() -> None:
    submitted = sa.text("state = 'submitted'")
    op.create_index(
        "ix_target_tables_waiting",
        "target_tables",
        ["office_code", "year", "is_recommended", "state_since"],
        sqlite_where=submitted,
        postgresql_where=submitted,
    )
    op.create_index("ix_offices_name", "offices", ["name"])


def downgrade() -> None:
    op.drop_index("ix_offices_name", "offices")
    op.drop_index("ix_target_tables_waiting", "target_tables")
