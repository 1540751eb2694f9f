"""Office and principal of the entries of the audit log, for finding them; neither is in the hash of an entry.

Entries of before get them from what they say: the table, the register or the office that an entry is about, and the
person in its detail.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

_COLUMNS = ("office_code", "principal_id")
_SQLITE = {
    "table_id": "CAST(object_id AS INTEGER)",
    "principal_id": """CAST(substr(detail, instr(detail, '"principal":{"id":') + 18) AS INTEGER)""",
}
_POSTGRESQL = {
    "table_id": "CAST(substring(object_id from '^[0-9]{1,9}$') AS INTEGER)",
    "principal_id": """CAST(substring(detail from '"principal":\\{"id":([0-9]+)') AS INTEGER)""",
}


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("audit_entries", sa.Column("office_code", sa.String(12)))
    op.add_column("audit_entries", sa.Column("principal_id", sa.Integer()))
    on = "" if is_sqlite else " ON audit_entries"
    op.execute(f"DROP TRIGGER audit_entries_refuse_{'update' if is_sqlite else 'change'}{on}")
    _fill(_SQLITE if is_sqlite else _POSTGRESQL)
    op.execute(
        "CREATE TRIGGER audit_entries_refuse_update BEFORE UPDATE ON audit_entries "
        "BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END"
        if is_sqlite
        else "CREATE TRIGGER audit_entries_refuse_change BEFORE UPDATE OR DELETE ON audit_entries "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for column, *further in (("office_code", "act"), ("principal_id",)):
        has_value = sa.text(f"{column} IS NOT NULL")
        where = {"sqlite_where": has_value, "postgresql_where": has_value}
        op.create_index(f"ix_audit_entries_{column}", "audit_entries", [column, "number", *further], **where)
    op.create_index("ix_audit_entries_at", "audit_entries", ["at", "number"])


def downgrade() -> None:
    op.drop_index("ix_audit_entries_at", "audit_entries")
    for column in _COLUMNS:
        op.drop_index(f"ix_audit_entries_{column}", "audit_entries")
        op.drop_column("audit_entries", column)


def _fill(parts: dict[str, str]) -> None:
    execute = op.get_bind().exec_driver_sql
    execute(
        f"""
        UPDATE audit_entries SET office_code = CASE object_kind
          WHEN 'office' THEN substr(object_id, 1, 12)
          WHEN 'register' THEN nullif(substr(object_id, 6, 12), '')
          ELSE coalesce(
            (SELECT office_code FROM target_tables WHERE id = {parts["table_id"]}),
            (SELECT office_code FROM discarded_drafts WHERE table_id = {parts["table_id"]})
          ) END
        WHERE object_kind IN ('office', 'register', 'table')
        """
    )
    execute(
        f"UPDATE audit_entries SET principal_id = {parts['principal_id']} "
        """WHERE detail LIKE '%%"principal":{"id":%%'"""
    )
