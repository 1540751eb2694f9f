"""Budget years get forms and a pattern of unit codes; origins get the texts that the new form has no field for.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_YEARS = {
    "project_form": (sa.String(64), "hebei-2017"),
    "department_form": (sa.String(64), "department-2017"),
    "office_code_pattern": (sa.String(200), r"^\d{6}$"),
}


def upgrade() -> None:
    """Existing years get the defaults that applied so far: the first form of each kind, unit codes of six digits.

    Adds columns instead of recreating tables: SQLite cannot drop a table that foreign keys reference.
    """
    for name, (type_, value) in _YEARS.items():
        op.add_column("budget_years", sa.Column(name, type_, nullable=False, server_default=value))
    op.add_column("origins", sa.Column("left_out", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("origins", "left_out")
    for name in _YEARS:
        op.drop_column("budget_years", name)
