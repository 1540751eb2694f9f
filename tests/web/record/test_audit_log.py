"""审计记录 over HTTP: who reads what, filters, paging, verifying, taking it away."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import queries
from portal.database import local_today
from portal.domain import actions, audit_events, chain
from portal.domain.audit_events import ADMINISTRATIVE, DOCUMENTS_LEAVING
from portal.domain.documents import Kind
from portal.domain.errors import Forbidden
from portal.extensions import db
from portal.models import AuditEntry
from portal.services.administration import people as people_service
from portal.services.administration.accounts import PersonForm
from portal.services.drafting import drafts, explanations, undo_redo
from portal.services.files import exports
from portal.services.record import verification
from portal.services.review import opinion_acts
from portal.web.record import audit_words
from tests.databases import on_both
from tests.web.signing import client_of, sign_in, signed_in_client
from tests.world import OFFICE, PEOPLE, YEAR, World


def numbers_on(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr id="entry-(\d+)">', page)]


def entries(world: World) -> list[AuditEntry]:
    world.session.rollback()
    return list(world.session.query(AuditEntry).order_by(AuditEntry.number.desc()))


def test_who_may_read_verify_and_export(app: Flask) -> None:
    for username, form in PEOPLE.items():
        client = signed_in_client(app, username)
        reads = bool({"admin", "auditor"} & set(form.roles))
        audits = "auditor" in form.roles
        assert client.get("/audit").status_code == (200 if reads else 403), username
        assert client.get("/audit/verify").status_code == (200 if audits else 403), username
        assert client.post("/audit/export").status_code == (303 if audits else 403), username


def test_administrator_sees_the_administrative_entries_and_no_other(app: Flask, world: World) -> None:
    world.returned()
    exports.export_office(world.session, world.actor("head"), OFFICE, YEAR)
    admin = signed_in_client(app, "admin")
    shown: list[int] = []
    url = "/audit"
    while url:
        page = admin.get(url).text
        shown += numbers_on(page)
        older = re.search(r'href="(/audit\?before=\d+)"[^>]*>较早', page)
        url = older[1] if older else ""
    kinds = {about.value for about in ADMINISTRATIVE}
    every = entries(world)
    leaving = {event.name for event in DOCUMENTS_LEAVING}
    assert shown == [e.number for e in every if e.object_kind in kinds and e.act not in leaving]
    assert leaving & {e.act for e in every if e.object_kind in kinds}
    assert len(shown) < len(every)
    assert "验证记录" not in page


def test_pages_run_by_number_and_keep_the_filters(app: Flask, world: World) -> None:
    for n in range(queries.record.PAGE + 5):
        people_service.change_user(world.session, world.actor("admin"), 1, PersonForm(f"王{n}", ["drafter"], OFFICE))
    auditor = signed_in_client(app, "auditor")
    first = auditor.get("/audit?act=change_user").text
    assert len(numbers_on(first)) == queries.record.PAGE
    older = re.search(r'href="(/audit\?[^"]*before=\d+[^"]*)"', first)
    assert older
    second = auditor.get(older[1].replace("&amp;", "&")).text
    changed = [entry.number for entry in entries(world) if entry.act == "change_user"]
    assert numbers_on(first) + numbers_on(second) == changed
    assert "回到最新" in second
    assert '<option value="change_user" selected>' in second


def test_filters(app: Flask, world: World) -> None:
    table_id = world.submitted()
    auditor = signed_in_client(app, "auditor")
    every = entries(world)

    def shown(**filters: str) -> list[int]:
        return numbers_on(auditor.get("/audit", query_string=filters).text)

    assert shown(actor="李主任") == [e.number for e in every if e.actor == "李主任（head）"]
    assert shown(act="submit") == [e.number for e in every if e.act == "submit"]
    assert shown(about="table") == [
        e.number for e in every if e.object_id == str(table_id) and e.object_kind == "table"
    ]
    of_table = [e.number for e in every if e.object_kind == "table"]
    assert shown(text="办事处工作经费") == shown(text="经费 610002") == shown(text=f"编号 {table_id}") == of_table
    assert shown(text="李主任") == [e.number for e in every if "李主任" in e.object_name]
    today, day = local_today(), timedelta(days=1)
    assert len(shown(since=str(today - day), until=str(today + day))) == min(len(every), queries.record.PAGE)
    assert shown(since=str(today + day)) == shown(until=str(today - day)) == []
    assert shown(actor="%") == []


def test_what_a_stand_in_did_is_found_under_both_names(app: Flask, world: World) -> None:
    world.stand_in("drafter2", "head")
    drafts.create(world.session, world.acting("drafter2", "head"), Kind.PROJECT, OFFICE, YEAR)
    (begun,) = (entry.number for entry in entries(world) if entry.act == "create")
    auditor = signed_in_client(app, "auditor")
    for name in ("李主任", "周经办", "head"):
        assert begun in numbers_on(auditor.get("/audit", query_string={"actor": name}).text)


@pytest.mark.parametrize(
    "query", ["before=abc", "before=" + "9" * 30, "since=gestern", "until=9999-12-31", "act=dance", "about=moon"]
)
def test_nonsense_in_the_address_is_left_aside(app: Flask, query: str) -> None:
    answer = signed_in_client(app, "auditor").get(f"/audit?{query}")
    assert answer.status_code == 200
    assert numbers_on(answer.text)


def test_details_are_told_in_words(app: Flask, world: World) -> None:
    """Every key that any act writes has a label: a whole life of a table leaves no English word behind."""
    table_id = world.returned()
    (opinion,) = world.session.query(queries.review.Opinion).all()
    opinion_acts.answer(world.session, world.actor("head"), table_id, opinion.id, kind="kept", text="依据文件")
    world.act(table_id, actions.SUBMIT, "head")
    opinion_acts.raise_again(world.session, world.actor("reviewer"), table_id, opinion.id, text="还差数量")
    auditor = signed_in_client(app, "auditor")
    auditor.get(f"/tables/{table_id}/print")
    auditor.get(f"/tables/{table_id}/export/text")
    admin = signed_in_client(app, "admin")
    admin.post("/offices/620001", data={"name": "南关", "active": "0"})
    pages = [
        auditor.get("/audit", query_string={"about": about}).text for about in ("table", "account", "office", "year")
    ]
    labels = set(re.findall("<dt>([^<]+)</dt>", "".join(pages)))
    assert {label for label in labels if label.isascii()} == set()
    assert {"角色", "性质", "答复方式", "只作提醒的错误", "原为", "内容摘要"} <= labels
    assert "启用 是，名称 秦皇岛市山海关区南关街道办事处" in pages[2]
    assert f'href="/tables/{table_id}"' in pages[0]


def test_explanation_undo_and_return_are_told_in_words(app: Flask, world: World) -> None:
    table_id = world.draft()
    drafter = world.actor("drafter")
    explanations.explain(world.session, drafter, table_id, rule="W18", path="purpose", text="按合同安排。")
    version = world.edit(table_id, "purpose", "支付全年工资。").version
    undo_redo.undo(world.session, drafter, table_id, known=version)
    undo_redo.return_to(world.session, drafter, table_id, version)
    page = signed_in_client(app, "auditor").get("/audit?about=table").text
    told = dict(re.findall("<dt>([^<]+)</dt><dd>([^<]+)</dd>", page))
    assert told["位置"] == "资金用途"
    assert re.fullmatch("[0-9a-f]{16}…", told["说明的摘要"])
    assert re.fullmatch(r"[^A-Za-z]+（W18）", told["提醒"])
    assert told["撤销"] == f"第 {version} 步"
    assert told["恢复到"] == f"第 {version} 步之后"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("purpose", "资金用途"),
        ("", "整表"),
        ("indicators/aaaa/target_value", "绩效指标·指标值"),
        ("overall", "总体目标"),
        ("gone/away", "gone/away"),
    ],
)
def test_place_of_an_entry_without_place_is_told_by_its_path(path: str, words: str) -> None:
    assert audit_words.detail("explain", {"path": path or None, "rule": "W99"}) == [
        *([("位置", words)] if path else []),
        ("提醒", "W99"),
    ]


def test_refusals_repeated_within_a_minute_are_counted(app: Flask, world: World) -> None:
    client = client_of(app)
    for _ in range(3):
        sign_in(client, "head", "falsch")
    (failed,) = [entry for entry in entries(world) if entry.act == audit_events.SIGN_IN_FAILED.name]
    assert failed.actor == "未登录"
    page = signed_in_client(app, "auditor").get("/audit?act=sign_in_failed").text
    assert numbers_on(page) == [failed.number]
    assert "又重复 2 次" in page


def test_head_is_shown_to_be_kept_elsewhere(app: Flask, world: World) -> None:
    for username in ("auditor", "admin"):
        page = signed_in_client(app, username).get("/audit").text
        number, digits = queries.record.head(world.session)
        world.session.rollback()
        assert f"{number}:{digits}" in page


@on_both
def test_verifying_a_sound_record(app: Flask, world: World) -> None:
    world.approved()
    number, digits = queries.record.head(world.session)
    auditor = signed_in_client(app, "auditor")
    anchors = f"{number}:{digits[:16]}\n1:{entries(world)[-1].hash}"
    answer = auditor.get("/audit/verify", query_string={"anchors": anchors})
    assert answer.status_code == 200
    assert "记录完整" in answer.text
    assert f"{number}:{digits[:16]}" in answer.text
    assert "没有对照" in auditor.get("/audit/verify").text


@on_both
def test_verifying_is_not_misled_by_what_is_written_meanwhile(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.submitted()
    head = world.actor("head")
    real = queries.record.head

    def head_after_another_entry(session: Session) -> tuple[int, str]:
        with Session(db.engine) as other:
            exports.export_office(other, head, OFFICE, YEAR)
        return real(session)

    monkeypatch.setattr(queries.record, "head", head_after_another_entry)
    result = verification.verify(world.session)
    assert result.problems == []
    monkeypatch.undo()
    assert verification.verify(world.session).entries == result.entries + 1


@on_both
def test_verifying_finds_a_changed_entry_and_a_wrong_anchor(app: Flask, world: World) -> None:
    world.submitted()
    changed = max(entry.number for entry in entries(world) if entry.act == "submit")
    session = world.session
    triggers = (
        ("DROP TRIGGER audit_entries_refuse_update",)
        if session.get_bind().dialect.name == "sqlite"
        else ("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_refuse_change",)
    )
    for statement in (*triggers, f"UPDATE audit_entries SET actor = '别人' WHERE number = {changed}"):
        session.execute(text(statement))
    session.commit()
    auditor = signed_in_client(app, "auditor")
    page = auditor.get("/audit/verify", query_string={"anchors": f"1:{'a' * 16}"}).text
    assert "发现 3 处问题" in page  # and the missing trigger
    assert f"第 {changed} 号的内容与其校验值不符" in page
    assert f'href="/audit?before={changed + 1}"' in page
    assert "第 1 号的校验值与留存的不同" in page


def test_anchor_that_is_none_comes_back_as_typed(app: Flask) -> None:
    answer = signed_in_client(app, "auditor").get("/audit/verify", query_string={"anchors": "5:zz"})
    assert answer.status_code == 422
    assert "“5:zz”不是校验值" in answer.text
    assert "\n5:zz</textarea>" in answer.text


@on_both
def test_export_ends_with_its_own_entry_and_verifies_alone(app: Flask, world: World) -> None:
    world.approved()
    auditor = signed_in_client(app, "auditor")
    address = auditor.post("/audit/export").location
    number, digits = queries.record.head(world.session)
    world.session.rollback()
    answer = auditor.get(address)
    assert auditor.get(address).text == answer.text
    assert signed_in_client(app, "admin").get(address).status_code == 403
    taken = [json.loads(line) for line in answer.text.splitlines()]
    assert (taken[-1]["act"], taken[-1]["actor"]) == ("export_log", "审计员（auditor）")
    assert f"audit-{number}-{digits[:16]}.jsonl" in answer.headers["Content-Disposition"]
    result = chain.verify(taken, [(number, digits)])
    assert (result.problems, result.entries) == ([], number)


def test_export_is_the_auditors_and_the_operators(world: World) -> None:
    with pytest.raises(Forbidden):
        exports.enter_log_export(world.session, world.actor("admin"))
    taken = exports.exported_log(world.session, exports.enter_log_export(world.session, None))
    assert json.loads(list(taken.lines)[-1])["act"] == "export_log"


def test_partial_request_gets_the_list_alone(app: Flask) -> None:
    answer = signed_in_client(app, "auditor").get("/audit", headers={"HX-Request-Type": "partial"})
    assert numbers_on(answer.text)
    assert "<form" not in answer.text
