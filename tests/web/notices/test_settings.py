"""通知设置 and the administrator's page of mail; the command that sends."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from portal.models import AuditEntry, Digest, MailAddress, NoticeMute
from tests.services.notices.mail_servers import answers_garbage, mail_server, takes_mail
from tests.web.signing import signed_in_client
from tests.world import World


def test_everyone_sets_their_own(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    assert 'name="address"' not in client.get("/notices/settings").text  # no mail server
    app.config["MAIL_SERVER"] = "smtp://127.0.0.1:1"
    refused = client.post("/notices/settings", data={"told_of": "work", "address": "我的邮箱", "is_on": "1"})
    assert refused.status_code == 422 and "不是邮箱地址" in refused.text and 'value="我的邮箱"' in refused.text
    blank = client.post("/notices/settings", data={"address": "", "is_on": "1"})
    assert blank.status_code == 422 and "请先填写邮箱" in blank.text

    sent = {"told_of": ["decisions", "work"], "address": "wang@example.com", "is_on": "1"}
    for _ in range(2):  # the second changes nothing
        assert client.post("/notices/settings", data=sent).status_code == 303
    muted = set(world.session.scalars(select(NoticeMute.topic)))
    assert muted == {"submissions", "applications", "register"}
    assert world.session.scalars(select(MailAddress.address)).all() == ["wang@example.com"]
    entries = world.session.scalars(select(AuditEntry).where(AuditEntry.act == "change_notices")).all()
    assert len(entries) == 1 and "wang@" not in entries[0].detail


def test_command_sends_and_what_failed_is_shown_to_the_administrator(app: Flask, world: World) -> None:
    world.submitted()
    world.session.add(MailAddress(user_id=world.actor("reviewer").id, address="chen@example.com", is_on=True))
    world.session.commit()
    send = app.test_cli_runner().invoke
    assert "没有配置邮件服务器" in send(args=["notices", "send"]).output
    app.config.update(MAIL_FROM="portal@example.com", MAIL_TIMEOUT=0.05)
    with mail_server(answers_garbage) as (port, _):
        app.config["MAIL_SERVER"] = f"smtp://127.0.0.1:{port}"
        failed = send(args=["notices", "send"])
    assert failed.exit_code == 1 and "1 封邮件没有发出，下次运行再发：邮件服务器" in failed.output
    admin = signed_in_client(app, "admin")
    page = admin.get("/notices/mail").text
    assert "chen@example.com" in page and "不是邮件服务器的应答" in page
    assert "最近一封邮件没有发出" in signed_in_client(app, "reviewer").get("/notices/settings").text
    assert signed_in_client(app, "reviewer").get("/notices/mail").status_code == 403

    app.config["MAIL_TIMEOUT"] = 5.0
    with mail_server(takes_mail) as (port, taken):
        app.config["MAIL_SERVER"] = f"smtp://127.0.0.1:{port}"
        assert send(args=["notices", "send"]).exit_code == 0
    assert len(taken) == 1 and world.session.scalars(select(Digest.tries)).all() == [2]
    assert "chen@example.com" not in admin.get("/notices/mail").text
