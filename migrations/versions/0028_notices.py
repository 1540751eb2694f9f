"""Notices to people, what they are not told of, their mail addresses and digests; indexes that find the people.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_UNREAD = sa.text("read_at IS NULL AND settled_at IS NULL")
_REMINDERS = sa.text("key <> ''")
_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", _BIG_KEY, primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("table_id", sa.Integer()),
        sa.Column("office_code", sa.String(12), sa.ForeignKey("offices.code")),
        sa.Column("year", sa.Integer()),
        sa.Column("is_act", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("key", sa.String(60), server_default="", nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("table_count", sa.Integer()),
        sa.CheckConstraint("settled_at IS NULL OR is_act", name="settled_acts"),
    )
    op.create_index("ix_notices_person_id", "notices", ["person_id", "id"])
    for name, columns in (("unread", ["person_id", "is_act", "id"]), ("table_id", ["table_id", "event"])):
        op.create_index(f"ix_notices_{name}", "notices", columns, sqlite_where=_UNREAD, postgresql_where=_UNREAD)
    op.create_index("ix_notices_office_code", "notices", ["office_code", "at"])
    op.create_index(
        "uq_notices_key",
        "notices",
        ["key", "person_id"],
        unique=True,
        sqlite_where=_REMINDERS,
        postgresql_where=_REMINDERS,
    )
    op.create_table(
        "notice_mutes",
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("topic", sa.String(16), primary_key=True),
        sa.CheckConstraint("topic IN ('submissions', 'decisions', 'applications', 'work', 'register')", name="topic"),
    )
    op.create_table(
        "mail_addresses",
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("is_on", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.create_table(
        "digests",
        sa.Column("id", _BIG_KEY, primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("notice_count", sa.Integer(), nullable=False),
        sa.Column("through_id", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.Text(), nullable=False),
    )
    op.create_index("uq_digests_person_id", "digests", ["person_id", "on_day"], unique=True)
    op.create_index("ix_digests_on_day", "digests", ["on_day"])
    op.create_index("ix_users_office_code", "users", ["office_code"])
    op.create_index("ix_user_roles_role", "user_roles", ["role", "user_id"])


def downgrade() -> None:
    op.drop_index("ix_user_roles_role", "user_roles")
    op.drop_index("ix_users_office_code", "users")
    for table in ("digests", "mail_addresses", "notice_mutes", "notices"):
        op.drop_table(table)
