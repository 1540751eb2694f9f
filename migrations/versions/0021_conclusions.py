"""Conclusions of reviewers (审核结论), claims that end, and what a year demands before an approval.

Years of earlier versions go on without a demand for recommendations, and claims of earlier versions until they are
released.

Revision ID: 0021
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0017"

_YEAR_COLUMNS = (
    ("recommendation", sa.String(16), "never"),
    ("recommender_approves", sa.Boolean(), sa.false()),
    ("errors_at_approval", sa.String(16), "reason"),
    ("password_at_approval", sa.Boolean(), sa.false()),
    ("claim_days", sa.Integer(), sa.text("5")),
)


def upgrade() -> None:
    for name, type_, default in _YEAR_COLUMNS:
        op.add_column("budget_years", sa.Column(name, type_, nullable=False, server_default=default))
    op.add_column("target_tables", sa.Column("claimed_until", sa.Date()))
    op.add_column("target_tables", sa.Column("is_recommended", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "conclusions",
        sa.Column("table_id", sa.Integer(), sa.ForeignKey("target_tables.id"), primary_key=True),
        sa.Column("revision_number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("enclosed", sa.String(64), nullable=False),
        sa.Column("grade", sa.String(16), nullable=False),
        sa.Column("dimensions", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("author_name", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grade IN ('excellent', 'good', 'fair', 'poor')", name="grade"),
    )


def downgrade() -> None:
    op.drop_table("conclusions")
    op.drop_column("target_tables", "is_recommended")
    op.drop_column("target_tables", "claimed_until")
    for name, _, _ in reversed(_YEAR_COLUMNS):
        op.drop_column("budget_years", name)
