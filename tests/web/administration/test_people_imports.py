"""Importing people over HTTP: preview, import, and slips whose passwords stand nowhere."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal.database import now
from portal.extensions import db
from portal.models import AuditEntry, FormPost
from portal.web.administration import people_imports
from tests.statement_counts import counted_queries
from tests.web.signing import client_of, sign_in, signed_in_client
from tests.world import PEOPLE, World

LIST = "单位编码\t姓名\t角色\t电话\n610002\t钱新人\t经办人\t0335-5051234\n620001\t孙新人\t经办人、单位负责人\t\n"


def seen_on(page: str) -> str:
    found = re.search('name="seen" value="([^"]*)"', page)
    assert found
    return found[1]


def test_people_are_imported_by_the_administrator(app: Flask) -> None:
    for username, form in PEOPLE.items():
        client, is_admin = signed_in_client(app, username), "admin" in form.roles
        assert client.get("/people/import").status_code == (200 if is_admin else 403)
        if not is_admin:
            assert client.post("/people/import", data={"pasted": LIST}).status_code == 403


def test_list_is_previewed_imported_and_printed_as_slips(app: Flask, world: World) -> None:
    admin = signed_in_client(app, "admin")
    place = admin.post("/people/import", data={"file": (io.BytesIO(LIST.encode()), "名单.csv")}).location
    page = admin.get(place).text
    assert all(words in page for words in ("610002-01", "620001-01", "新增 2 人", "编排", "0335-5051234"))
    assert world.session.query(FormPost).count() > 0

    answer = admin.post(place, data={"seen": seen_on(page)})
    slips = admin.get(answer.location)
    secrets = re.findall(r'class="secret">([a-z0-9-]{14})<', slips.text)

    assert (len(secrets), slips.headers["Cache-Control"]) == (2, "no-store")
    assert all(words in slips.text for words in ("610002-01", "72 小时内有效", "系统管理员 管理员"))
    stored = "".join(f"{post.body}{post.outcome}{post.messages}" for post in db.session.scalars(select(FormPost)))
    recorded = "".join(db.session.scalars(select(AuditEntry.detail)))
    assert not [secret for secret in secrets if secret in stored + recorded]
    client = client_of(app)
    assert sign_in(client, "610002-01", secrets[0]) == 303
    assert client.get("/tables").location == "/password"


def test_slips_show_nothing_to_others_after_a_while_and_of_those_who_signed_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = signed_in_client(app, "admin")
    place = admin.post("/people/import", data={"pasted": LIST}).location
    slips = admin.post(place, data={"seen": seen_on(admin.get(place).text)}).location
    secret = re.findall(r'class="secret">([a-z0-9-]{14})<', admin.get(slips).text)[0]
    client, chosen = client_of(app), "shui-dao-qu-cheng-8"
    sign_in(client, "610002-01", secret)
    client.post("/password", data={"current_password": secret, "new_password": chosen, "repeated_password": chosen})

    assert admin.get(slips).text.count('class="secret"') == 1
    assert "另有 1 人已经改了密码" in admin.get(slips).text
    assert signed_in_client(app, "auditor").get(slips).status_code == 403
    assert admin.get(slips[:-8] + "00000000").status_code == 404
    monkeypatch.setattr(people_imports, "now", lambda: now() + people_imports.SHOWN_FOR)
    assert 'class="secret"' not in admin.get(slips).text
    assert "不再显示" in admin.get(slips).text


def test_list_with_errors_comes_back_as_pasted(app: Flask) -> None:
    admin, wrong = signed_in_client(app, "admin"), LIST.replace("620001", "620009")
    answer = admin.post("/people/import", data={"pasted": wrong})
    assert (answer.status_code, "第 3 行：没有编码为“620009”的单位" in answer.text) == (422, True)
    assert "620009\t孙新人" in answer.text
    assert admin.post("/people/import", data={"pasted": " "}).status_code == 422
    assert admin.post("/people/import", data={"file": (io.BytesIO(b"%PDF-1.4"), "a.pdf")}).status_code == 422


def test_preview_out_of_date_is_refused_and_shown_anew(app: Flask) -> None:
    admin = signed_in_client(app, "admin")
    place = admin.post("/people/import", data={"pasted": LIST}).location
    seen = seen_on(admin.get(place).text)
    admin.post("/people/new", data={"username": "610002-01", "name": "先来", "roles": "drafter", "office": "610002"})
    answer = admin.post(place, data={"seen": seen})
    assert (answer.status_code, "在预览之后有改动" in answer.text, "610002-02" in answer.text) == (409, True, True)
    assert admin.post(place, data={"seen": seen_on(answer.text)}).status_code == 303
    assert admin.post(place, data={"seen": seen}).status_code == 409


def test_preview_takes_the_same_statements_for_many_people(app: Flask) -> None:
    admin, found = signed_in_client(app, "admin"), []
    for count in (2, 100):
        rows = "".join(f"610002\t新人{n}\t经办人\t\n" for n in range(count))
        place = admin.post("/people/import", data={"pasted": f"单位编码\t姓名\t角色\t电话\n{rows}"}).location
        with counted_queries() as statements:
            admin.get(place)
        found.append(len(statements))
    assert found[0] == found[1] <= 8
