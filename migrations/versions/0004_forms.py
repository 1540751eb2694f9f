"""Budget years name their forms and the pattern of their unit codes; origins say what a new form had no place for.

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
    """Years that exist keep what they have had: the one form of each kind, unit codes of six digits."""
    _add("budget_years", _YEARS)
    _add("origins", {"left_out": (sa.Text(), "{}")})


def downgrade() -> None:
    with op.batch_alter_table("origins") as batch:
        batch.drop_column("left_out")
    with op.batch_alter_table("budget_years") as batch:
        for name in _YEARS:
            batch.drop_column(name)


def _add(table: str, columns: dict[str, tuple[sa.types.TypeEngine, str]]) -> None:
    """Columns that are never null, with a value for the rows that are there."""
    with op.batch_alter_table(table) as batch:
        for name, (type_, value) in columns.items():
            batch.add_column(sa.Column(name, type_, nullable=False, server_default=value))
    with op.batch_alter_table(table) as batch:
        for name in columns:
            batch.alter_column(name, server_default=None)
