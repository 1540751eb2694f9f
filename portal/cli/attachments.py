"""`flask attachments`: maintenance of the attachment store."""

from __future__ import annotations

import click
from flask import current_app

from portal.cli.commands import Commands
from portal.extensions import db
from portal.services.drafting import attachments

commands = Commands("attachments", help="附件。")


@commands.command("sweep")
def sweep() -> None:
    """删除没有任何表、任何送审版本引用的附件文件（满一天的）。"""
    removed = attachments.sweep(db.session(), current_app.extensions["attachments"])
    click.echo(f"已删除 {removed} 个没有引用的文件。")
