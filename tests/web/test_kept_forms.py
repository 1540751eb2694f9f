"""Forms whose typed texts the browser keeps: which they are, and how it learns that one was accepted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from portal.models import User
from tests.web.signing import signed_in_client
from tests.world import World

TEMPLATES = Path(__file__).parents[2] / "templates"
FORM = re.compile(r"<form[^>]*method=\"post\"(.*?)</form>", re.DOTALL)
TYPED = re.compile(
    r"<textarea|<input class=\"form-control\"(?! type=\"file\")"
    r"|\{\{ (input|textarea|input_field|text_field|field|fields)\("
)
OTHERWISE = {
    "drafting/_dialogs.html": "a password",
    "drafting/edit.html": "its cells have the outbox",
    "session/sign_in.html": "a password, and texts that the server carries",
    "session/resume.html": "texts that the server carries",
    "session/password.html": "passwords only",
}


@pytest.mark.parametrize("name", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")))
def test_form_with_a_text_to_type_is_kept(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    for found in FORM.finditer(source):
        if TYPED.search(found[0]) and name not in OTHERWISE:
            assert re.search(r"\sdata-keep[\s=>]", found[0]), found[0][:200]


def accepted(page: str) -> list[str]:
    found = re.search(r'<div id="messages"[^>]* data-received="([^"]*)"', page)
    return found[1].split(" ") if found else []


def test_next_page_names_an_accepted_form_once(app: Flask, world: World) -> None:
    table_id = world.submitted()
    client = signed_in_client(app, "reviewer")
    data = {"path": "goals", "binding": "1", "text": "请写明受益人数。", "_keep": "form/7/tables/1/opinions#/0.5"}

    answer = client.post(f"/tables/{table_id}/opinions", data=data)

    assert answer.status_code == 303
    assert accepted(client.get(f"/tables/{table_id}").text) == [data["_keep"]]
    assert accepted(client.get(f"/tables/{table_id}").text) == []


def test_refused_form_is_not_named(app: Flask, world: World) -> None:
    table_id = world.submitted()
    client = signed_in_client(app, "reviewer")

    answer = client.post(f"/tables/{table_id}/opinions", data={"path": "goals", "text": "", "_keep": "form/7/x"})

    assert answer.status_code == 422
    assert accepted(answer.text) == accepted(client.get(f"/tables/{table_id}").text) == []


def test_form_of_somebody_who_must_set_a_password_first_is_not_named(app: Flask, world: World) -> None:
    table_id = world.submitted()
    client = signed_in_client(app, "reviewer")
    world.session.execute(update(User).where(User.username == "reviewer").values(must_change_password=True))
    world.session.commit()

    answer = client.post(f"/tables/{table_id}/opinions", data={"path": "goals", "text": "意见", "_keep": "form/7/x"})

    assert answer.location == "/password"
    assert accepted(client.get("/password").text) == []


def test_page_tells_scripts_who_is_typing(app: Flask, world: World) -> None:
    page = signed_in_client(app, "reviewer").get("/").text
    assert f'<body data-author="{world.actor("reviewer").id}">' in page
