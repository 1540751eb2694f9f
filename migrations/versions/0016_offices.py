"""Telephones of offices, offices merged into others, and an index for what lies below an office.

On PostgreSQL `lineage` gets the collation C, in which a range of texts is all offices below one.

Revision ID: 0016
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0022"


def upgrade() -> None:
    _collate("C")
    op.create_index("ix_offices_lineage", "offices", ["lineage"])
    op.add_column("offices", sa.Column("phone", sa.String(40), nullable=False, server_default=""))
    op.create_table(
        "office_mergers",
        sa.Column("office_code", sa.String(12), sa.ForeignKey("offices.code"), primary_key=True),
        sa.Column("into_code", sa.String(12), sa.ForeignKey("offices.code"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_by_name", sa.String(64), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("office_code <> into_code", name="two_offices"),
    )
    op.create_index("ix_office_mergers_into_code", "office_mergers", ["into_code"])


def downgrade() -> None:
    op.drop_table("office_mergers")
    op.drop_column("offices", "phone")
    op.drop_index("ix_offices_lineage", "offices")
    _collate("default")


def _collate(collation: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("offices", "lineage", type_=sa.String(200, collation=collation))
