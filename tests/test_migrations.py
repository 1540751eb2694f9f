"""Models and migrations agree, up and down keep what they should."""

from __future__ import annotations

import flask_migrate
from flask import Flask
from sqlalchemy import Connection, text

from portal import models
from portal.database import missing_triggers
from portal.extensions import db


def dumped(connection: Connection) -> set[str]:
    """Every table, index, constraint and trigger of the schema, as the database tells them."""
    if connection.dialect.name == "sqlite":
        statements = connection.execute(
            text(
                "SELECT name || ' ' || sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%' "
                "AND name <> 'sqlite_sequence'"
            )
        )
        return {part for s in statements.scalars() for part in _parts(s)}
    queries = (
        "SELECT table_name || column_name || data_type || coalesce(character_maximum_length, 0) || is_nullable "
        "|| coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT proname || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    )
    rows = (row for query in queries for row in connection.execute(text(query)).scalars())
    return {" ".join(row.split()) for row in rows if "alembic_version" not in row}


def _parts(statement: str) -> list[str]:
    """Constraints of a table in any order count as the same; SQLite quotes the name of a table made anew."""
    name = statement.split()[0]
    statement = statement.replace(f'CREATE TABLE "{name}" (', f"CREATE TABLE {name} (")
    return [f"{name} {' '.join(line.split()).rstrip(', )')}" for line in statement.splitlines()]


def test_models_and_migrations_make_the_same_schema(app: Flask) -> None:
    with db.engine.connect() as connection:
        by_migrations = dumped(connection)
    flask_migrate.downgrade(revision="base")
    with db.engine.begin() as connection:
        models.Base.metadata.create_all(connection)
    with db.engine.connect() as connection:
        assert dumped(connection) == by_migrations


def test_census_finds_every_trigger_after_migrating_and_names_a_dropped_one(app: Flask) -> None:
    with db.engine.begin() as connection:
        assert missing_triggers(connection) == []
        on = "" if connection.dialect.name == "sqlite" else " ON opinions"
        connection.execute(text(f"DROP TRIGGER opinions_refuse_delete{on}"))
        assert missing_triggers(connection) == ["opinions_refuse_delete"]


def test_downgrade_to_base_leaves_nothing(app: Flask) -> None:
    flask_migrate.downgrade(revision="base")
    with db.engine.connect() as connection:
        assert dumped(connection) == set()
