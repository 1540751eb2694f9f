"""Renames columns of target tables: counts end in _count, dates in _on, times in _since.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"

_NAMES = {
    "since": "state_since",
    "due": "due_on",
    "came_from": "previous_state",
    "submissions": "submission_count",
    "returns": "return_count",
    "sent_code": "submitted_code",
    "sent_name": "submitted_name",
    "sent_total_fen": "submitted_total_fen",
    "sent_errors": "submitted_errors",
    "sent_warnings": "submitted_warnings",
}


def upgrade() -> None:
    """Both databases adapt indexes and checks to the new names."""
    for old, new in _NAMES.items():
        op.execute(f"ALTER TABLE target_tables RENAME COLUMN {old} TO {new}")


def downgrade() -> None:
    for old, new in _NAMES.items():
        op.execute(f"ALTER TABLE target_tables RENAME COLUMN {new} TO {old}")
