"""What the edit page's scripts send and are told: JSON, for the person whose page it is."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.domain import actions
from portal.domain.changes import Move, Set
from portal.domain.documents import ProjectDocument
from portal.services.drafting import field_saves
from tests.web.signing import client_of, signed_in_client
from tests.world import PASSWORD, World, sound_project

JSON = {"Accept": "application/json"}
GOALS = sound_project().goals


def sent(world: World, table_id: int, *operations: dict[str, str], by: str = "drafter") -> dict[str, Any]:
    return {"author": world.actor(by).id, "version": world.table(table_id).version, "operations": list(operations)}


def goals(text: str, base: str = GOALS) -> dict[str, str]:
    return {"op": "set", "path": "goals", "base": base, "new": text}


def post(client: FlaskClient, table_id: int, name: str, body: object) -> TestResponse:
    return client.post(f"/tables/{table_id}/{name}", json=body, headers=JSON)


def stored_goals(world: World, table_id: int) -> str:
    document = world.table(table_id).document
    assert isinstance(document, ProjectDocument)
    return document.goals


def test_saving_a_field_tells_the_new_version_and_the_time(app: Flask, world: World) -> None:
    table_id = world.draft()
    body = sent(world, table_id, goals("新目标"))
    answer = post(signed_in_client(app, "drafter"), table_id, "changes", body)
    told = answer.get_json()
    assert (answer.status_code, told["version"]) == (200, body["version"] + 1)
    assert (told["operations"], told["conflicts"], told["unfit"], told["order"]) == ([], [], [], {})
    assert len(told["saved"]) == len("09:05")
    assert stored_goals(world, table_id) == "新目标"


def test_order_of_rows_is_told_where_others_moved_them(app: Flask, world: World) -> None:
    table_id = world.draft()
    body = sent(world, table_id, goals("新目标"))
    field_saves.apply(world.session, world.actor("head"), table_id, body["version"], [Move("dddd", "")])
    told = post(signed_in_client(app, "drafter"), table_id, "changes", body).get_json()
    assert told["operations"] == [{"op": "move", "id": "dddd", "after": ""}]
    assert told["order"] == {"indicators": ["dddd", "aaaa", "bbbb", "cccc"]}


def test_order_of_rows_is_told_to_whoever_moves_one(app: Flask, world: World) -> None:
    table_id = world.draft()
    body = sent(world, table_id, {"op": "move", "id": "dddd", "after": ""})
    told = post(signed_in_client(app, "drafter"), table_id, "changes", body).get_json()
    assert told["order"] == {"indicators": ["dddd", "aaaa", "bbbb", "cccc"]}


def test_texts_that_were_written_over_meanwhile_are_no_news(app: Flask, world: World) -> None:
    """A colleague writes and takes it back; then one's own text, typed over what stood there before, is the newest."""
    table_id = world.draft()
    body = sent(world, table_id, goals("我的"))
    for base, text in ((GOALS, "同事的"), ("同事的", GOALS)):
        version = world.table(table_id).version
        field_saves.apply(world.session, world.actor("head"), table_id, version, [Set("goals", base, text)])
    told = post(signed_in_client(app, "drafter"), table_id, "changes", body).get_json()
    assert (told["operations"], told["conflicts"]) == ([], [])
    assert stored_goals(world, table_id) == "我的"


def test_both_texts_of_a_clash_are_told_as_text(app: Flask, world: World) -> None:
    table_id = world.draft()
    hostile = "<img src=x onerror=alert(1)>"
    body = sent(world, table_id, goals("我的"))
    post(signed_in_client(app, "head"), table_id, "changes", sent(world, table_id, goals(hostile), by="head"))
    told = post(signed_in_client(app, "drafter"), table_id, "changes", body).get_json()
    clash = told["conflicts"][0]
    assert (clash["path"], clash["theirs"], clash["mine"], clash["by"]) == (
        "goals",
        hostile,
        "我的",
        world.actor("head").name,
    )
    assert clash["segments"] == [["delete", hostile], ["insert", "我的"]]


def test_page_of_another_person_saves_nothing(app: Flask, world: World) -> None:
    """Somebody else has signed in in the same browser: what the first one typed is not taken for theirs."""
    table_id = world.draft()
    client = signed_in_client(app, "head")
    for name in ("changes", "undo", "redo", "presence"):
        answer = post(client, table_id, name, sent(world, table_id, goals("王的"), by="drafter"))
        assert (answer.status_code, answer.get_json()) == (409, {"message": "这个页面是另一位用户打开的，没有保存。"})
    assert stored_goals(world, table_id) == GOALS


def test_nobody_signed_in_is_told_so_as_json(app: Flask, world: World) -> None:
    table_id = world.draft()
    answer = post(client_of(app), table_id, "changes", sent(world, table_id, goals("x")))
    assert (answer.status_code, answer.get_json()["message"]) == (401, "登录已过期，请重新登录。")


def test_request_without_a_token_asks_to_sign_in_again(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    app.config["WTF_CSRF_ENABLED"] = True
    body = sent(world, table_id, goals("新目标"))
    refused = post(client, table_id, "changes", body)
    token = refused.get_json()["csrf"]
    assert refused.status_code == 401
    answer = client.post(f"/tables/{table_id}/changes", json=body, headers=JSON | {"X-CSRFToken": token})
    assert (answer.status_code, stored_goals(world, table_id)) == (200, "新目标")


def test_signing_in_from_within_a_page(app: Flask, world: World) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    table_id = world.draft()
    client = client_of(app)
    refused = post(client, table_id, "changes", sent(world, table_id, goals("新目标")))
    headers = JSON | {"X-CSRFToken": refused.get_json()["csrf"]}
    wrong = client.post("/login", data={"username": "drafter", "password": "wrong"}, headers=headers)
    assert (wrong.status_code, list(wrong.get_json())) == (422, ["message"])
    told = client.post("/login", data={"username": "drafter", "password": PASSWORD}, headers=headers).get_json()
    assert told["user"] == world.actor("drafter").id
    headers = JSON | {"X-CSRFToken": told["csrf"]}
    answer = client.post(f"/tables/{table_id}/changes", json=sent(world, table_id, goals("新目标")), headers=headers)
    assert (answer.status_code, stored_goals(world, table_id)) == (200, "新目标")


def test_steps_say_what_was_undone_done_again_and_moved(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    post(client, table_id, "changes", sent(world, table_id, {"op": "move", "id": "dddd", "after": ""}))
    step = world.table(table_id).version
    for name in ("undo", "redo"):
        post(client, table_id, name, sent(world, table_id))
    page = client.get(f"/tables/{table_id}/steps").text
    assert "<td>移动 绩效指标第1行</td>" in page
    assert f"撤销第 {step} 步：" in page
    assert f"重做第 {step} 步：" in page


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"version": 1},
        {"version": "1", "operations": []},
        {"version": True, "operations": []},
        {"version": 1, "operations": {}},
        {"version": 1, "operations": ["set"]},
        {"version": 1, "operations": [{"op": "drop"}]},
        {"version": 1, "operations": [{"op": "set", "path": "goals", "base": "", "new": 5}]},
        {"version": 1, "operations": [{"op": "set", "path": "goals", "base": "", "new": "x", "more": "y"}]},
    ],
)
def test_malformed_request_is_refused_in_one_sentence(app: Flask, world: World, body: Any) -> None:
    table_id = world.draft()
    if isinstance(body, dict):
        body |= {"author": world.actor("drafter").id}
    answer = post(signed_in_client(app, "drafter"), table_id, "changes", body)
    assert answer.status_code in (409, 422)
    assert set(answer.get_json()) == {"message"}
    assert stored_goals(world, table_id) == GOALS


def test_table_submitted_meanwhile_tells_who_did(app: Flask, world: World) -> None:
    table_id = world.draft()
    body = sent(world, table_id, goals("晚了"))
    world.act(table_id, actions.SUBMIT, "head")
    answer = post(signed_in_client(app, "drafter"), table_id, "changes", body)
    assert answer.status_code == 409
    assert answer.get_json()["message"].startswith(f"这张表已由{world.actor('head').name}")


@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("reviewer", 404), ("auditor", 403), ("admin", 404)])
def test_others_can_neither_save_nor_learn_who_is_here(app: Flask, world: World, who: str, status: int) -> None:
    table_id = world.draft()
    client = signed_in_client(app, who)
    for name in ("changes", "undo", "presence"):
        assert post(client, table_id, name, sent(world, table_id, goals("x"), by=who)).status_code == status
    assert client.get(f"/tables/{table_id}/steps").status_code == status


def test_undo_tells_the_page_what_to_show(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    post(client, table_id, "changes", sent(world, table_id, goals("新目标")))
    told = post(client, table_id, "undo", sent(world, table_id)).get_json()
    assert told["operations"] == [goals(GOALS, base="新目标")]
    assert stored_goals(world, table_id) == GOALS
    refused = post(client, table_id, "undo", sent(world, table_id) | {"author": -1})
    assert refused.status_code == 409


def test_steps_page_undoes_and_returns_without_scripts(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    post(client, table_id, "changes", sent(world, table_id, goals("<b>新目标</b>")))
    version = world.table(table_id).version
    page = client.get(f"/tables/{table_id}/steps").get_data(as_text=True)
    assert "&lt;b&gt;新目标&lt;/b&gt;" in page and "<b>新目标" not in page
    answer = client.post(f"/tables/{table_id}/steps/{version}/undo")
    assert (answer.status_code, stored_goals(world, table_id)) == (303, GOALS)
    answer = client.post(f"/tables/{table_id}/steps/{version}/return")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/tables/{table_id}/edit")
    assert stored_goals(world, table_id) == "<b>新目标</b>"
    assert client.post(f"/tables/{table_id}/steps/999/return").status_code == 409


def test_presence_names_the_others_and_what_they_saved(app: Flask, world: World) -> None:
    table_id = world.draft()
    mine, theirs = signed_in_client(app, "drafter"), signed_in_client(app, "head")
    body = sent(world, table_id)
    assert post(mine, table_id, "presence", body).get_json()["people"] == []
    post(theirs, table_id, "changes", sent(world, table_id, goals("李的"), by="head"))
    post(theirs, table_id, "presence", sent(world, table_id, by="head"))
    told = post(mine, table_id, "presence", body).get_json()
    assert told["people"] == [world.actor("head").name]
    assert told["operations"] == [goals("李的")]
    assert theirs.post(f"/tables/{table_id}/leave", json={}).status_code == 204
    assert post(mine, table_id, "presence", body).get_json()["people"] == []
