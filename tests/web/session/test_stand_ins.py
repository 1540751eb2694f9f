"""代办 over HTTP: appointing, the head of every page, switching, and pages left open in another capacity."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.database import local_today
from portal.domain import documents
from portal.services.session import stand_ins
from tests.web.forms import fields_of
from tests.web.signing import signed_in_client
from tests.world import World, sound_project

TODAY = local_today()
LAST = TODAY + timedelta(9)
WORDS = f"代李主任（至 {LAST:%m-%d}）" if LAST.year == TODAY.year else f"代李主任（至 {LAST}）"


@pytest.fixture
def drafter(app: Flask, world: World) -> FlaskClient:
    """Stands in for the head, in the own capacity."""
    world.stand_in("drafter", "head")
    return signed_in_client(app, "drafter")


def capacity_of(client: FlaskClient, words: str) -> str:
    """The key of the button in the head of the page."""
    found = re.search(rf'name="capacity" value="(\d+)">[^<]*{words}', client.get("/stand-ins").text)
    assert found, words
    return found[1]


def take(client: FlaskClient, words: str = "代李主任") -> str:
    key = capacity_of(client, words)
    assert client.post("/capacity", data={"capacity": key}).location == "/"
    return key


def bar(page: str) -> str:
    found = re.search(r'<div class="capacity.*?</div>', page, re.DOTALL)
    return found[0] if found else ""


def test_person_appoints_and_ends_on_the_own_page(app: Flask, world: World) -> None:
    client = signed_in_client(app, "head")
    wanted = {"stand_in": str(world.actor("drafter").id), "starts_on": str(TODAY), "ends_on": str(LAST)}
    assert client.post("/stand-ins", data=wanted | {"reason": "外出培训"}).status_code == 303

    page = client.get("/stand-ins").text
    assert all(text in page for text in ("王经办", "外出培训", str(LAST), "代办中", "正在代你办理"))
    end = re.search(r'action="(/stand-ins/\d+/end)"', page)
    assert end and client.post(end[1]).status_code == 303
    assert "由李主任结束" in client.get("/stand-ins").text


def test_refused_appointment_keeps_what_was_typed_and_says_why_at_the_field(app: Flask, world: World) -> None:
    client = signed_in_client(app, "head")
    chosen = str(world.actor("drafter").id)
    wanted = {"stand_in": chosen, "starts_on": str(LAST), "ends_on": str(TODAY), "reason": "外出培训三周"}
    answer = client.post("/stand-ins", data=wanted)
    assert answer.status_code == 422
    assert 'id="error-ends_on"' in answer.text and "结束的日期早于开始的日期" in answer.text
    assert "外出培训三周" in answer.text and f'value="{LAST}"' in answer.text
    assert f'<option value="{chosen}" selected>' in answer.text


def test_only_the_same_side_is_offered_and_an_administrator_chooses_for_others(app: Flask, world: World) -> None:
    page = signed_in_client(app, "head").get("/stand-ins").text
    assert "王经办（drafter）" in page and "陈审核" not in page and 'name="person"' not in page
    client = signed_in_client(app, "admin")
    assert 'name="person"' in client.get("/stand-ins").text
    both = {"person": str(world.actor("approver").id), "stand_in": str(world.actor("approver2").id)}
    dates = {"starts_on": str(TODAY), "ends_on": str(LAST), "reason": "出差"}
    assert client.post("/stand-ins", data=both | dates).status_code == 303
    assert "吴批复" in client.get("/stand-ins").text


def test_people_without_a_stand_in_see_nothing_of_it(app: Flask) -> None:
    assert bar(signed_in_client(app, "drafter").get("/").text) == ""


def test_head_of_every_page_says_in_whose_name_one_works(drafter: FlaskClient, world: World) -> None:
    table_id = world.draft()
    assert WORDS in bar(drafter.get("/").text) and "capacity-acting" not in drafter.get("/").text
    take(drafter)
    for path in ("/", "/tables", f"/tables/{table_id}", f"/tables/{table_id}/edit", "/library", "/nothing"):
        page = drafter.get(path).text
        assert "capacity-acting" in page and WORDS in bar(page) and "王经办（代李主任）" in page, path
    take(drafter, "换回本人")
    assert "capacity-acting" not in drafter.get("/").text


def test_act_in_the_capacity_shows_both_names_in_history_and_print(drafter: FlaskClient, world: World) -> None:
    table_id = world.draft()
    assert drafter.get(f"/tables/{table_id}/submit").status_code == 403
    take(drafter)
    answer = drafter.post(f"/tables/{table_id}/submit", data={"digest": world.table(table_id).digest})
    assert answer.status_code == 303

    history = drafter.get(f"/tables/{table_id}/history").text
    assert "王经办（drafter）代李主任（head）" in history and "王经办（代李主任）" in history
    assert "王经办（代李主任） " in drafter.get(f"/tables/{table_id}/print").text


def test_form_of_another_capacity_is_refused_with_what_was_typed_and_goes_on_in_either(
    drafter: FlaskClient, world: World
) -> None:
    table_id = world.draft()
    path = f"/tables/{table_id}/edit"
    hidden = dict(re.findall(r'name="(_author|_capacity)" value="([^"]+)"', drafter.get(path).text))
    assert hidden["_capacity"] == "0"
    key = take(drafter)
    typed = documents.with_value(sound_project(), "goals", "1、在旧页面里写的目标。")
    fields = fields_of(typed, world.table(table_id).version, **hidden)

    answer = drafter.post(path, data=fields)
    assert answer.status_code == 409
    assert "以“本人”的身份打开的，现在的身份是“代李主任”" in answer.text and "在旧页面里写的目标" in answer.text
    assert "以“代李主任”的身份提交" in answer.text and "换回“本人”再提交" in answer.text
    assert "旧页面" not in world.table(table_id).document.goals  # type: ignore[union-attr]

    waiting = re.search(r'<textarea[^>]* name="resume"[^>]*>\n?(.*?)</textarea>', answer.text, re.DOTALL)
    assert waiting
    back = drafter.post("/capacity", data={"capacity": "0", "resume": unescape(waiting[1])})
    assert back.status_code == 200 and "在旧页面里写的目标" in back.text and "capacity-acting" not in back.text
    assert drafter.post(path, data=fields).status_code == 303
    assert drafter.post(path, data=fields | {"_capacity": key}).status_code == 409


def test_script_of_another_capacity_is_refused_with_a_sentence(drafter: FlaskClient, world: World) -> None:
    table_id = world.draft()
    take(drafter)
    change = {"op": "set", "path": "purpose", "base": sound_project().purpose, "new": "支付3人全年工资。"}
    body = {"author": world.actor("drafter").id, "version": world.table(table_id).version, "operations": [change]}
    headers = {"Accept": "application/json", "X-Capacity": "0"}
    answer = drafter.post(f"/tables/{table_id}/changes", json=body, headers=headers)
    assert answer.status_code == 409 and "现在的身份是“代李主任”" in answer.json["message"]
    headers["X-Capacity"] = re.search(r'data-capacity="(\d+)"', drafter.get(f"/tables/{table_id}/edit").text)[1]  # type: ignore[index]
    assert drafter.post(f"/tables/{table_id}/changes", json=body, headers=headers).status_code == 200


@pytest.mark.parametrize("opened", ["999999", "x", "-1", "٣", "1" * 30])
def test_unknown_capacity_of_a_form_is_refused(drafter: FlaskClient, world: World, opened: str) -> None:
    table_id = world.draft()
    answer = drafter.post(f"/tables/{table_id}/discard", data={"_capacity": opened})
    assert answer.status_code == 409 and world.table(table_id)


def test_page_opened_before_the_stand_in_ended_is_refused_and_the_head_says_so(
    drafter: FlaskClient, world: World
) -> None:
    table_id = world.draft()
    key = take(drafter)
    stand_ins.end(world.session, world.actor("head"), int(key))

    page = drafter.get("/").text
    assert "代李主任的代办已经结束，现在以本人身份办理" in bar(page)
    answer = drafter.post(f"/tables/{table_id}/submit", data={"digest": "x", "_capacity": key})
    assert answer.status_code == 409 and "换回" not in answer.text
    assert drafter.post("/capacity", data={"capacity": key}).status_code == 409
    assert drafter.post("/capacity", data={"capacity": "0"}).status_code == 303
    assert bar(drafter.get("/").text) == ""


def test_own_password_and_signing_out_are_always_those_of_the_person(drafter: FlaskClient, world: World) -> None:
    take(drafter)
    assert "修改密码" in drafter.get("/password").text
    assert drafter.post("/logout").status_code == 303
    log = signed_in_client(drafter.application, "auditor").get("/audit?act=sign_out").text
    assert "王经办（drafter）" in log and "代李主任" not in log


def test_audit_log_shows_both_names_and_the_words_of_each_act(drafter: FlaskClient, world: World) -> None:
    table_id = world.draft()
    take(drafter)
    drafter.post(f"/tables/{table_id}/submit", data={"digest": world.table(table_id).digest})
    log = signed_in_client(drafter.application, "auditor").get("/audit").text
    for words in ("王经办（drafter）代李主任（head）", "指定代办人", "切换办理身份", "办理身份", "外出培训"):
        assert words in log, words
    assert "principal" not in log


def test_stand_in_appoints_nobody_while_acting(drafter: FlaskClient, world: World) -> None:
    take(drafter)
    assert "代办人不能再指定代办人" in drafter.get("/stand-ins").text
    wanted = {"stand_in": str(world.actor("drafter2").id), "starts_on": str(TODAY), "ends_on": str(LAST), "reason": "x"}
    assert drafter.post("/stand-ins", data=wanted).status_code == 403
