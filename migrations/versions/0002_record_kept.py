"""Triggers that keep the audit log append-only, and the head of its chain.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"

_APPEND_ONLY = ("audit_entries", "revisions", "changes", "opinion_events")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()
    op.execute(
        "INSERT INTO audit_head (id, number, hash) "
        f"SELECT 1, 0, '{'0' * 64}' WHERE NOT EXISTS (SELECT 1 FROM audit_head)"
    )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _APPEND_ONLY:
        for act in ("update", "delete") if is_sqlite else ("change", "truncate"):
            op.execute(f"DROP TRIGGER {table}_refuse_{act}" + ("" if is_sqlite else f" ON {table}"))
    op.execute("DROP TRIGGER opinions_refuse_delete" + ("" if is_sqlite else " ON opinions"))
    if not is_sqlite:
        op.execute("DROP FUNCTION refuse_change()")
        op.execute("DROP FUNCTION refuse_opinion_delete()")


def _sqlite() -> None:
    for table in _APPEND_ONLY:
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute(
        "CREATE TRIGGER opinions_refuse_delete BEFORE DELETE ON opinions WHEN OLD.state <> 'draft' "
        "BEGIN SELECT RAISE(ABORT, 'a raised opinion stays'); END"
    )


def _postgresql() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION refuse_opinion_delete() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'a raised opinion stays';
          END IF;
          RETURN OLD;
        END $$
        """
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER opinions_refuse_delete BEFORE DELETE ON opinions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_opinion_delete()"
    )
