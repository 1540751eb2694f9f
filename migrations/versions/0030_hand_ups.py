"""Handing tables up and back inside an office, when the review of a submission began, an index of histories.

Revision ID: 0030
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0024"

_IN_HISTORY = (
    "act IN ('create', 'import', 'hand_up', 'hand_back', 'void', 'submit', 'withdraw', 'return', 'approve', 'reopen', "
    "'ask_adjustment', 'decline_adjustment', 'ask_extension', 'extend', 'decline_extension')"
)
_REVIEWING = (
    "'claim', 'take_over', 'draft_opinion', 'accept_opinion', 'raise_again', 'recommend', 'retract_recommendation'"
)


def upgrade() -> None:
    op.create_table(
        "hand_up_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("act", sa.String(8), nullable=False),
        sa.Column("submission_count", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Integer, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("actor_name", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("act IN ('up', 'back')", name="act"),
    )
    op.create_index("ix_hand_up_events_table_id", "hand_up_events", ["table_id", "id"])
    _protect("hand_up_events")
    op.add_column("target_tables", sa.Column("review_since", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE target_tables SET review_since = (SELECT min(at) FROM audit_entries WHERE object_kind = 'table'"
        " AND object_id = CAST(target_tables.id AS VARCHAR(64)) AND at >= target_tables.state_since"
        f" AND act IN ({_REVIEWING})) WHERE state = 'submitted'"
    )
    where = sa.text(_IN_HISTORY)
    op.create_index(
        "ix_audit_entries_history",
        "audit_entries",
        ["object_id", "number"],
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    op.drop_index("ix_audit_entries_history", "audit_entries")
    op.drop_column("target_tables", "review_since")
    op.drop_table("hand_up_events")  # drops its triggers too


def _protect(table: str) -> None:
    """Refuse UPDATE, DELETE and, on PostgreSQL, TRUNCATE."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    for act, each, name in (("UPDATE OR DELETE", "ROW", "change"), ("TRUNCATE", "STATEMENT", "truncate")):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{name} BEFORE {act} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
