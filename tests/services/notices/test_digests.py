"""The daily mail: one a person and day, with today's rights; a server that fails is told in a sentence, tried again."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import delete, insert, select, update

from portal.domain.errors import Invalid
from portal.models import Assignment, AuditEntry, Digest, MailAddress, Notice, User
from portal.services.notices import digests
from portal.services.notices.digests import MailRun
from portal.services.notices.mail_server import MailServer
from tests.databases import on_sqlite
from tests.services.notices.mail_servers import (
    Talk,
    answers_garbage,
    breaks_off,
    hangs,
    mail_server,
    takes_mail,
    trickles,
)
from tests.world import World


def subscribe(world: World, *usernames: str) -> None:
    rows = [{"user_id": world.actor(name).id, "address": f"{name}@example.com", "is_on": True} for name in usernames]
    world.session.execute(insert(MailAddress), rows)
    world.session.commit()


def send(world: World, port: int, timeout: float = 5.0) -> MailRun:
    server = MailServer.of(f"smtp://127.0.0.1:{port}", "portal@example.com", timeout)
    return digests.send(world.session, server, "https://portal.example")


def test_digest_is_sent_once_a_day_and_says_what_is_asked(world: World) -> None:
    world.returned()
    subscribe(world, "drafter", "reviewer", "admin")
    with mail_server(takes_mail) as (port, taken):
        assert send(world, port) == MailRun(1, 0, [])  # the reviewer's submission is settled, the admin has none
        assert send(world, port) == MailRun(0, 0, [])
    (mail,) = taken
    text = mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert (mail["To"], mail["From"]) == ("drafter@example.com", "portal@example.com")
    assert "【请修改后再送审】陈审核退回了《办事处工作经费绩效目标表》" in text
    assert "共 2 条。" in text and "https://portal.example/notices" in text
    entries = world.session.scalars(select(AuditEntry).where(AuditEntry.act == "send_digests")).all()
    assert len(entries) == 1 and "办事处" not in entries[0].detail


def test_digest_has_at_most_twenty_lines_and_the_total(world: World) -> None:
    world.returned()
    row = world.session.scalars(select(Notice).where(Notice.person_id == world.actor("drafter").id)).first()
    assert row
    columns = {name: getattr(row, name) for name in ("person_id", "event", "entry", "table_id", "office_code", "at")}
    world.session.execute(insert(Notice), [columns | {"is_act": False, "key": ""}] * 30)
    world.session.commit()
    subscribe(world, "drafter")
    with mail_server(takes_mail) as (port, taken):
        send(world, port)
    text = taken[0].get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert sum("《" in line for line in text.splitlines()) == 20 and "共 32 条，这里列出 20 条。" in text


def test_who_left_or_lost_the_office_gets_no_mail(world: World) -> None:
    world.submitted()
    subscribe(world, "reviewer", "approver", "drafter")
    world.session.execute(delete(Assignment).where(Assignment.user_id == world.actor("reviewer").id))
    world.session.execute(update(User).where(User.username == "approver").values(active=False))
    world.session.commit()
    with mail_server(takes_mail) as (port, taken):
        send(world, port)
    assert [mail["To"] for mail in taken] == ["drafter@example.com"]


@on_sqlite
@pytest.mark.parametrize(
    ("talk", "sentence"),
    [
        (hangs, "没有及时应答"),
        (answers_garbage, "不是邮件服务器的应答"),
        (breaks_off, "断开了连接"),
        (trickles, "没有收下邮件"),
    ],
)
def test_server_that_fails_is_told_in_a_sentence_and_tried_again(world: World, talk: Talk, sentence: str) -> None:
    world.submitted()
    subscribe(world, "reviewer", "approver")
    with mail_server(talk) as (port, _):
        run = send(world, port, timeout=0.05)
    assert (run.sent_count, run.failed_count, len(run.failures)) == (0, 2, 1)
    assert sentence in run.failures[0]
    assert set(world.session.scalars(select(Digest.failure))) == set(run.failures)

    with mail_server(takes_mail) as (port, taken):
        assert send(world, port).sent_count == 2
    assert len(taken) == 2
    assert {tuple(row) for row in world.session.execute(select(Digest.failure, Digest.tries))} == {("", 2)}


@on_sqlite
def test_refusal_of_one_address_stops_no_other(world: World) -> None:
    world.submitted()
    subscribe(world, "reviewer", "approver")
    with mail_server(partial(takes_mail, but="reviewer@")) as (port, taken):
        run = send(world, port)
    assert (run.sent_count, run.failed_count) == (1, 1) and "不收这个地址的信" in run.failures[0]
    assert [mail["To"] for mail in taken] == ["approver@example.com"]


@on_sqlite
def test_nobody_there_refuses_the_connection(world: World) -> None:
    world.submitted()
    subscribe(world, "reviewer")
    with mail_server(takes_mail) as (port, _):
        pass
    assert "拒绝连接" in send(world, port).failures[0]


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://:25", "smtp://mail.example:x"])
def test_wrong_setting_is_told(url: str) -> None:
    with pytest.raises(Invalid, match="MAIL_SERVER 应当写成"):
        MailServer.of(url, "portal@example.com", 1)
