"""The register of what is owed, offices without projects, and voided tables.

Revision ID: 0014
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "register_entries",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("office_code", sa.String(12), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("amount_fen", sa.BigInteger),
        sa.Column("is_key", sa.Boolean, nullable=False),
        sa.Column("merged_table_id", sa.Integer),
        sa.Column("exempt_reason", sa.Text),
        sa.Column("exempt_by_id", sa.Integer),
        sa.Column("exempt_by_name", sa.String(64)),
        sa.Column("exempt_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_register_entries"),
        sa.ForeignKeyConstraint(["year"], ["budget_years.year"], name="fk_register_entries_year"),
        sa.ForeignKeyConstraint(["office_code"], ["offices.code"], name="fk_register_entries_office_code"),
        sa.ForeignKeyConstraint(["exempt_by_id"], ["users.id"], name="fk_register_entries_exempt_by_id"),
        sa.CheckConstraint("code <> ''", name=op.f("ck_register_entries_code")),
        sa.CheckConstraint(
            "(exempt_at IS NULL) = (exempt_reason IS NULL) AND (exempt_at IS NULL) = (exempt_by_id IS NULL)"
            " AND (exempt_at IS NULL) = (exempt_by_name IS NULL)",
            name=op.f("ck_register_entries_exempt"),
        ),
    )
    op.create_index("uq_register_entries_code", "register_entries", ["year", "office_code", "code"], unique=True)
    op.create_index("ix_register_entries_merged_table_id", "register_entries", ["merged_table_id"])
    op.create_table(
        "no_projects",
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("office_code", sa.String(12), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer, nullable=False),
        sa.Column("confirmed_by_name", sa.String(64), nullable=False),
        sa.Column("confirmed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("year", "office_code", name="pk_no_projects"),
        sa.ForeignKeyConstraint(["year"], ["budget_years.year"], name="fk_no_projects_year"),
        sa.ForeignKeyConstraint(["office_code"], ["offices.code"], name="fk_no_projects_office_code"),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["users.id"], name="fk_no_projects_confirmed_by_id"),
    )
    op.create_table(
        "voidings",
        sa.Column("table_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("voided_by_id", sa.Integer, nullable=False),
        sa.Column("voided_by_name", sa.String(64), nullable=False),
        sa.Column("voided_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("table_id", name="pk_voidings"),
        sa.ForeignKeyConstraint(["table_id"], ["target_tables.id"], name="fk_voidings_table_id"),
        sa.ForeignKeyConstraint(["voided_by_id"], ["users.id"], name="fk_voidings_voided_by_id"),
    )
    _protect("voidings")


def downgrade() -> None:
    for table in ("voidings", "no_projects", "register_entries"):
        op.drop_table(table)  # drops its triggers too


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
