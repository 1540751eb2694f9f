"""`flask notices`: reminders of due dates and the daily mail, for cron."""

from __future__ import annotations

import click
from flask import current_app

from portal.cli.commands import Commands, fail
from portal.extensions import db
from portal.services.notices import digests, due_dates
from portal.services.notices.mail_server import MailServer

notices = Commands("notices", help="通知：期限提醒、每天的邮件。")


@notices.command("send")
def send() -> None:
    """提醒快到期和已经逾期的单位，再发每人每天一封的通知邮件；每天运行一次（cron），多运行几次也不会重复。"""
    settings, session = current_app.config, db.session()
    server = None
    if settings["MAIL_SERVER"]:
        server = MailServer.of(settings["MAIL_SERVER"], settings["MAIL_FROM"], settings["MAIL_TIMEOUT"])
    click.echo(f"期限提醒：{due_dates.remind_of_due(session)} 条通知。")
    due_dates.forget_old(session)
    if server is None:
        click.echo("没有配置邮件服务器（MAIL_SERVER），没有发邮件。")
        return
    run = digests.send(session, server, settings["PORTAL_URL"])
    click.echo(f"邮件：发出 {run.sent_count} 封。")
    if run.failed_count:
        fail(f"{run.failed_count} 封邮件没有发出，下次运行再发：{'；'.join(run.failures[:3])}")
