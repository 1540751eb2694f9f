"""Runs the migrations on the database that the app is configured for, each in one transaction."""

from alembic import context
from flask import current_app

db = current_app.extensions["migrate"].db


def run() -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Altering a table on SQLite means making it anew, which dangling keys would stand against.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.rollback()
        context.configure(connection=connection, target_metadata=db.metadata, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
        if connection.in_transaction():
            connection.commit()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")


run()
