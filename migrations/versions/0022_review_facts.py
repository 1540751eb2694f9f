"""Findings stored with each revision, what the bureau's queue shows of the latest submission, and its index.

Tables that were submitted with an earlier version have neither until their next submission.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_COUNTS = (
    "opinions_asked",
    "opinions_answered",
    "unchanged_answers",
    "other_changes",
    "budget_changed",
    "lowered_targets",
    "errors",
    "unexplained",
    "copied",
    "returned_last_year",
    "as_proposed",
)


def upgrade() -> None:
    op.create_table(
        "revision_findings",
        sa.Column("revision_id", sa.Integer(), sa.ForeignKey("revisions.id"), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
    )
    op.create_table(
        "review_facts",
        sa.Column("table_id", sa.Integer(), sa.ForeignKey("target_tables.id"), primary_key=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
    )

    op.create_index(
        "ix_target_tables_bureau",
        "target_tables",
        [
            *("year", "office_code", "state", "is_recommended", "in_force_id", "due_on"),
            *("return_count", "submission_count", "submitted_total_fen", "id"),
        ],
    )


def downgrade() -> None:
    op.drop_index("ix_target_tables_bureau", "target_tables")
    op.drop_table("review_facts")
    op.drop_table("revision_findings")
