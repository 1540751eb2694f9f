"""A form that comes too late comes back filled in, and only to the person who typed it."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain import documents
from tests.web.forms import fields_of
from tests.web.signing import client_of, signed_in_client
from tests.world import PASSWORD, World


def textareas(page: str) -> dict[str, str]:
    """Name → text of the hidden fields that carry what was posted."""
    found = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    return {html.unescape(name): html.unescape(text) for name, text in found}


def expired_post(app: Flask, world: World, table_id: int) -> tuple[FlaskClient, str, dict[str, str]]:
    """A save that arrives after the session ended: the client, the answer's page and its hidden fields."""
    client = signed_in_client(app, "drafter")
    author = str(world.actor("drafter").id)
    table = world.opened(table_id)
    typed = documents.with_value(table.document, "goals", "1、登录过期时写的目标。")
    app.config["IDLE_LIMIT"] = timedelta(seconds=-1)
    answer = client.post(f"/tables/{table_id}/edit", data=fields_of(typed, table.version, _author=author))
    app.config["IDLE_LIMIT"] = timedelta(hours=2)
    assert answer.status_code == 401
    page = answer.get_data(as_text=True)
    return client, page, textareas(page)


def test_expired_session_gives_the_form_back_after_signing_in_again(app: Flask, world: World) -> None:
    table_id = world.draft()
    client, _, carried = expired_post(app, world, table_id)
    answer = client.post("/login", data={"username": "drafter", "password": PASSWORD, "resume": carried["resume"]})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'action="/tables/{table_id}/edit"' in page
    assert textareas(page)["goals"] == "1、登录过期时写的目标。"


def test_another_person_signing_in_gets_nothing_of_the_first_ones_text(app: Flask, world: World) -> None:
    table_id = world.draft()
    client, _, carried = expired_post(app, world, table_id)
    answer = client.post(
        "/login",
        data={"username": "drafter2", "password": PASSWORD, "resume": carried["resume"]},
        follow_redirects=True,
    )
    page = answer.get_data(as_text=True)
    assert "1、登录过期时写的目标。" not in page
    assert "刚才填写的内容属于另一位用户" in page


def test_expired_token_gives_the_filled_form_back_with_a_fresh_one(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    table = world.opened(table_id)
    typed = documents.with_value(table.document, "goals", "1、页面过期时写的目标。")
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post(f"/tables/{table_id}/edit", data=fields_of(typed, table.version, csrf_token="old"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert textareas(page)["goals"] == "1、页面过期时写的目标。"
    assert world.table(table_id).document == table.document
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    again = client.post(f"/tables/{table_id}/edit", data=fields_of(typed, table.version, csrf_token=token[1]))
    assert again.status_code == 303
    assert world.table(table_id).document == typed


def test_form_of_another_site_is_not_taken_up(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post(
        f"/tables/{table_id}/edit", data={"goals": "别处来的"}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 400
    assert "别处来的" not in answer.get_data(as_text=True)


def test_sign_in_page_carries_the_page_that_was_asked_for(app: Flask, world: World) -> None:
    table_id = world.draft()
    page = app.test_client().get(f"/tables/{table_id}?a=b").get_data(as_text=True)
    assert f'name="goal" value="/tables/{table_id}?a=b"' in page


@pytest.mark.parametrize("goal", ["/tables/1", "/tables?state=drafted&q=%E7%BB%8F%E8%B4%B9", "/handbook/#top"])
def test_signing_in_leads_to_the_page_that_was_asked_for(app: Flask, world: World, goal: str) -> None:
    assert _led_to(app, goal) == goal


HOSTILE_GOALS = (
    *("", "tables", " /tables", "evil.example", "//evil.example", "///evil.example", " //evil.example", "//[evil"),
    *("https://evil.example", "https:evil.example", "http:///evil.example", "javascript:alert(1)"),
    *("//localhost@evil.example", "//evil.example:80/x", "/tables\r\nX: y", "\t//evil.example", "/tables\\..\\x"),
    *("/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t\\evil.example"),
    *(f"/{it}/evil.example" for it in ("\t", "\n", "\r", "\r\n", "\0", "\x0b", "\x7f", "\x85", "\u200b", "\u2028")),
)


@pytest.mark.parametrize("goal", HOSTILE_GOALS)
def test_signing_in_leads_to_no_other_server(app: Flask, goal: str) -> None:
    assert _led_to(app, goal) == "/"
    signed_in = signed_in_client(app, "drafter")
    assert signed_in.get("/login", query_string={"goal": goal}).headers["Location"] == "/"


def _led_to(app: Flask, goal: str) -> str:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/login", data={"username": "drafter", "password": PASSWORD, "goal": goal})
    assert answer.status_code == 303
    return answer.headers["Location"]


@pytest.mark.parametrize("path", HOSTILE_GOALS)
def test_posted_form_is_taken_up_for_this_server_only(app: Flask, world: World, path: str) -> None:
    waiting = {"path": path, "author": str(world.actor("drafter").id), "fields": [["goals", "目标"]]}
    data = {"username": "drafter", "password": PASSWORD, "resume": json.dumps(waiting)}
    answer = client_of(app).post("/login", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


# --- behind a proxy that passes another Host -----------------------------------------------------------

OUTSIDE = "http://portal.example"
"""The address that people type; the server hears `localhost`."""


def stale_post(app: Flask, world: World, signed_for: str, **headers: str) -> str:
    """What the drafter gets back after posting with a stale token, and with the author's field of another's page."""
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    author = re.search(r'name="_author" value="([^"]+)"', signed_in_client(app, signed_for).get("/password").text)
    assert author
    typed = documents.with_value(world.opened(table_id).document, "goals", "1、代理后面写的目标。")
    app.config["WTF_CSRF_ENABLED"] = True
    fields = fields_of(typed, 1, csrf_token="old", _author=author[1])
    answer = client.post(f"/tables/{table_id}/edit", data=fields, headers=headers)
    assert answer.status_code == 400
    return textareas(answer.text).get("goals", "")


def test_form_with_our_signature_comes_back_behind_a_proxy_that_passes_no_host(app: Flask, world: World) -> None:
    assert stale_post(app, world, "drafter", Origin=OUTSIDE) == "1、代理后面写的目标。"


def test_browser_that_says_same_origin_is_believed_whatever_the_host(app: Flask, world: World) -> None:
    headers = {"Origin": "https://portal.example", "Sec-Fetch-Site": "same-origin"}
    assert stale_post(app, world, "drafter", **headers) == "1、代理后面写的目标。"


def test_signature_for_somebody_else_brings_nothing_back(app: Flask, world: World) -> None:
    assert stale_post(app, world, "drafter2", Origin=OUTSIDE) == ""


def test_form_of_another_site_is_refused_even_with_a_signature(app: Flask, world: World) -> None:
    headers = {"Origin": OUTSIDE, "Sec-Fetch-Site": "cross-site"}
    assert stale_post(app, world, "drafter", **headers) == ""


def test_author_without_a_signature_is_not_enough_from_another_origin(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    app.config["WTF_CSRF_ENABLED"] = True
    for author in (f"{world.actor('drafter').id}", f"{world.actor('drafter').id}.forged"):
        fields = {"goals": "别处来的", "csrf_token": "old", "_author": author}
        answer = client.post(f"/tables/{table_id}/edit", data=fields, headers={"Origin": OUTSIDE})
        assert "别处来的" not in answer.text
