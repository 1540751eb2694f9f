"""The command line: one module per group of commands. Commands call services; no permission is decided here."""

from __future__ import annotations

from flask import Flask

from portal.cli import attachments, audit, backup, demo, jobs, notices, offices, people, register, tables, users, years


def init_app(app: Flask) -> None:
    groups = (
        *(tables.tables, register.register, audit.audit, people.people, users.users, offices.offices, years.years),
        *(attachments.commands, jobs.jobs, notices.notices, demo.demo),
    )
    for group in groups:
        app.cli.add_command(group)
    for command in (backup.backup, backup.restore):
        app.cli.add_command(command)
