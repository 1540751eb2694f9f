"""Settings of budget years for deadlines, extensions, and how late each revision came.

Revisions of earlier versions keep no due date: how late they came is not known.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    for name, type_, default in (
        ("after_deadline", sa.String(16), "late"),
        ("longest_due", sa.Integer(), sa.text("20")),
        ("shows_reviewer", sa.Boolean(), sa.false()),
    ):
        op.add_column("budget_years", sa.Column(name, type_, nullable=False, server_default=default))
    op.add_column("revisions", sa.Column("due_on", sa.Date()))
    op.add_column("revisions", sa.Column("days_late", sa.Integer()))
    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("budget_years.year"), nullable=False),
        sa.Column("office_code", sa.String(12), sa.ForeignKey("offices.code"), nullable=False),
        sa.Column("table_id", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), sa.ForeignKey("users.id")),
        sa.Column("asked_by_name", sa.String(64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("due_on", sa.Date()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), sa.ForeignKey("users.id")),
        sa.Column("decided_by_name", sa.String(64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("due_on IS NULL OR decided_at IS NOT NULL", name="granted_by_somebody"),
        sa.CheckConstraint("asked_at IS NOT NULL OR decided_at IS NOT NULL", name="asked_or_granted"),
    )
    op.create_index("ix_extensions_year", "extensions", ["year", "office_code", "id"])


def downgrade() -> None:
    op.drop_table("extensions")
    for table, column in (("revisions", "days_late"), ("revisions", "due_on")):
        op.drop_column(table, column)
    for column in ("shows_reviewer", "longest_due", "after_deadline"):
        op.drop_column("budget_years", column)
