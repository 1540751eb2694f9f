"""Offices, people, years; target tables with revisions, changes and opinions; the audit log.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)
_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IN_FORCE = "fk_target_tables_in_force_id"


def upgrade() -> None:
    _people_and_years()
    _target_tables()
    _what_hangs_on_tables()
    _record()
    if op.get_bind().dialect.name != "sqlite":
        # The two tables reference each other. On SQLite the key is part of CREATE TABLE.
        op.create_foreign_key(_IN_FORCE, "target_tables", "revisions", ["in_force_id"], ["id"])


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(_IN_FORCE, "target_tables", type_="foreignkey")
    for table in (
        "sign_in_failures",
        "refusal_counts",
        "audit_head",
        "audit_entries",
        "participations",
        "opinion_events",
        "opinions",
        "changes",
        "revisions",
        "target_tables",
        "budget_years",
        "assignments",
        "user_roles",
        "users",
        "offices",
    ):
        op.drop_table(table)


def _people_and_years() -> None:
    op.create_table(
        "offices",
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("parent_code", sa.String(12)),
        sa.Column("lineage", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_offices"),
        sa.ForeignKeyConstraint(["parent_code"], ["offices.code"], name="fk_offices_parent_code"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("office_code", sa.String(12)),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
        sa.Column("stamp", sa.String(32), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("username", name="uq_users_username"),
        sa.ForeignKeyConstraint(["office_code"], ["offices.code"], name="fk_users_office_code"),
    )
    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "role", name="pk_user_roles"),
        sa.CheckConstraint(
            "role IN ('drafter', 'head', 'reviewer', 'approver', 'admin', 'auditor')",
            name=op.f("ck_user_roles_role"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_roles_user_id"),
    )
    op.create_table(
        "assignments",
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("office_code", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "office_code", name="pk_assignments"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_assignments_user_id"),
        sa.ForeignKeyConstraint(["office_code"], ["offices.code"], name="fk_assignments_office_code"),
    )
    op.create_table(
        "budget_years",
        sa.Column("year", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("framework", sa.String(64), nullable=False),
        sa.Column("code_pattern", sa.String(200), nullable=False),
        sa.Column("only_warn", sa.String(200), nullable=False),
        sa.Column("off", sa.String(200), nullable=False),
        sa.Column("deadline", sa.Date, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_budget_years"),
    )


def _target_tables() -> None:
    op.create_table(
        "target_tables",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("office_code", sa.String(12), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("project_code", sa.String(64), nullable=False),
        sa.Column("project_name", sa.String(200), nullable=False),
        sa.Column("total_fen", sa.BigInteger),
        sa.Column("fiscal_fen", sa.BigInteger),
        sa.Column("other_fen", sa.BigInteger),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("warnings", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("submissions", sa.Integer, nullable=False),
        sa.Column("returns", sa.Integer, nullable=False),
        sa.Column("came_from", sa.String(16)),
        sa.Column("in_force_id", sa.Integer),
        sa.Column("claimed_by_id", sa.Integer),
        sa.Column("sent_code", sa.String(64), nullable=False),
        sa.Column("sent_name", sa.String(200), nullable=False),
        sa.Column("sent_total_fen", sa.BigInteger),
        sa.Column("sent_errors", sa.Integer, nullable=False),
        sa.Column("sent_warnings", sa.Integer, nullable=False),
        sa.Column("created_by_id", sa.Integer),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_target_tables"),
        sa.CheckConstraint("kind IN ('project', 'department')", name=op.f("ck_target_tables_kind")),
        sa.CheckConstraint(
            "state IN ('drafted', 'submitted', 'returned', 'approved')", name=op.f("ck_target_tables_state")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR in_force_id IS NOT NULL", name=op.f("ck_target_tables_approved_in_force")
        ),
        sa.CheckConstraint("state = 'drafted' OR submissions > 0", name=op.f("ck_target_tables_submitted_once")),
        sa.CheckConstraint("(state = 'submitted') = (came_from IS NOT NULL)", name=op.f("ck_target_tables_came_from")),
        sa.ForeignKeyConstraint(["year"], ["budget_years.year"], name="fk_target_tables_year"),
        sa.ForeignKeyConstraint(["office_code"], ["offices.code"], name="fk_target_tables_office_code"),
        sa.ForeignKeyConstraint(["in_force_id"], ["revisions.id"], name=_IN_FORCE, use_alter=True),
        sa.ForeignKeyConstraint(["claimed_by_id"], ["users.id"], name="fk_target_tables_claimed_by_id"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_target_tables_created_by_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_target_tables_queue", "target_tables", ["year", "state", "office_code", "position", "id", "submissions"]
    )
    op.create_index("ix_target_tables_register", "target_tables", ["year", "office_code", "position", "id"])
    _unique_where(
        "uq_target_tables_project_code",
        ["year", "office_code", "project_code"],
        "kind = 'project' AND state IN ('submitted', 'approved')",
    )
    _unique_where("uq_target_tables_department", ["year", "office_code"], "kind = 'department'")


def _unique_where(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "target_tables", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _what_hangs_on_tables() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("submitted_by_id", sa.Integer, nullable=False),
        sa.Column("submitted_by_name", sa.String(64), nullable=False),
        sa.Column("submitted_at", _TIME, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
        sa.ForeignKeyConstraint(["table_id"], ["target_tables.id"], name="fk_revisions_table_id"),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["users.id"], name="fk_revisions_submitted_by_id"),
    )
    op.create_index("uq_revisions_table_id_number", "revisions", ["table_id", "number"], unique=True)
    op.create_table(
        "changes",
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Integer, nullable=False),
        sa.Column("actor_name", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    op.create_index("ix_changes_table_id_version", "changes", ["table_id", "version"])
    op.create_table(
        "opinions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("revision_number", sa.Integer, nullable=False),
        sa.Column("path", sa.String(120), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("quoted", sa.Text, nullable=False),
        sa.Column("binding", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answer", sa.String(16)),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("author_name", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opinions"),
        sa.CheckConstraint("state IN ('draft', 'raised', 'answered', 'accepted')", name=op.f("ck_opinions_state")),
        sa.CheckConstraint("answer IS NULL OR answer IN ('changed', 'kept')", name=op.f("ck_opinions_answer")),
        sa.ForeignKeyConstraint(["table_id"], ["target_tables.id"], name="fk_opinions_table_id"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_opinions_author_id"),
    )
    op.create_index("ix_opinions_table_id", "opinions", ["table_id", "id"])
    op.create_table(
        "opinion_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("opinion_id", sa.Integer, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("answer", sa.String(16)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Integer, nullable=False),
        sa.Column("actor_name", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opinion_events"),
        sa.CheckConstraint(
            "act IN ('raised', 'answered', 'accepted', 'raised_again')", name=op.f("ck_opinion_events_act")
        ),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinions.id"], name="fk_opinion_events_opinion_id"),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name="fk_opinion_events_actor_id"),
    )
    op.create_index("ix_opinion_events_opinion_id", "opinion_events", ["opinion_id", "id"])
    op.create_table(
        "participations",
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("table_id", sa.Integer, nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "table_id", name="pk_participations"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_participations_user_id"),
        sa.ForeignKeyConstraint(
            ["table_id"], ["target_tables.id"], name="fk_participations_table_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_participations_user_id_last_at", "participations", ["user_id", "last_at"])


def _record() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", _BIG_KEY, autoincrement=False, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor_id", sa.Integer),
        sa.Column("actor", sa.String(160), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("object_kind", sa.String(16), nullable=False),
        sa.Column("object_id", sa.String(64), nullable=False),
        sa.Column("object_name", sa.String(400), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("algorithm", sa.String(16), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_object", "audit_entries", ["object_kind", "object_id", "number"])
    op.create_index("ix_audit_entries_actor_id", "audit_entries", ["actor_id", "number"])
    op.create_index("ix_audit_entries_act", "audit_entries", ["act", "number"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
    )
    op.create_table(
        "refusal_counts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("repeated", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_refusal_counts"),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("username", "address", name="pk_sign_in_failures"),
    )
