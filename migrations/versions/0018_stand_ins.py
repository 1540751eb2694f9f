"""代办: who stands in for whom, and the capacity of a session; an index of what awaits approval.

Sessions go on in the own capacity.

Revision ID: 0018
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "stand_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("appointed_by_id", sa.Integer(), nullable=False),
        sa.Column("appointed_by_name", sa.String(64), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by_name", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stand_ins"),
        sa.ForeignKeyConstraint(["person_id"], ["users.id"], name="fk_stand_ins_person_id"),
        sa.ForeignKeyConstraint(["stand_in_id"], ["users.id"], name="fk_stand_ins_stand_in_id"),
        sa.ForeignKeyConstraint(["appointed_by_id"], ["users.id"], name="fk_stand_ins_appointed_by_id"),
        sa.CheckConstraint("person_id <> stand_in_id", name="two_people"),
        sa.CheckConstraint("starts_on <= ends_on", name="period"),
        sa.CheckConstraint("appointed_by_id <> stand_in_id", name="not_by_the_stand_in"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by_name = '')", name="ended_by_somebody"),
    )
    op.create_index("ix_stand_ins_person_id", "stand_ins", ["person_id"])
    op.create_index("ix_stand_ins_stand_in_id", "stand_ins", ["stand_in_id"])
    op.create_index(
        "ix_target_tables_recommended",
        "target_tables",
        ["year", "office_code", "state_since"],
        sqlite_where=sa.text("is_recommended = 1"),
        postgresql_where=sa.text("is_recommended"),
    )
    with op.batch_alter_table("user_sessions") as sessions:
        sessions.add_column(sa.Column("stand_in_id", sa.Integer()))
        sessions.create_foreign_key("fk_user_sessions_stand_in_id", "stand_ins", ["stand_in_id"], ["id"])


def downgrade() -> None:
    op.drop_index("ix_target_tables_recommended", "target_tables")
    with op.batch_alter_table("user_sessions") as sessions:
        sessions.drop_constraint("fk_user_sessions_stand_in_id", type_="foreignkey")
        sessions.drop_column("stand_in_id")
    op.drop_table("stand_ins")
