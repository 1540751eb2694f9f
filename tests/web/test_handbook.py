"""使用手册: every chapter, and that what is made from the code is all of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from markupsafe import escape

from portal.domain import frameworks
from portal.domain.actions import ACTIONS
from portal.domain.audit_events import AUDIT_EVENTS
from portal.domain.permissions import Permission, Role
from portal.domain.rules import RULES
from portal.domain.states import State
from portal.services.administration import passwords
from portal.web import handbook
from tests.web.signing import client_of, signed_in_client
from tests.world import PEOPLE


def test_everybody_signed_in_reads_it_and_nobody_else(app: Flask) -> None:
    for username in PEOPLE:
        assert signed_in_client(app, username).get("/handbook/").status_code == 200
    assert client_of(app).get("/handbook/").status_code == 401


def test_every_chapter_has_its_contents_and_no_dead_link(app: Flask) -> None:
    client = signed_in_client(app, "drafter")
    pages = {name: client.get(f"/handbook/{name}") for name in handbook.titles()}
    assert {answer.status_code for answer in pages.values()} == {200}
    ids = {name: set(re.findall(r'id="([^"]+)"', answer.text)) for name, answer in pages.items()}
    for name, answer in pages.items():
        article = answer.text[answer.text.index('<nav class="contents"') :]
        for picture in re.findall(r'<img[^>]* src="([^"]*)"', article):
            with client.get(f"/handbook/{picture}") as shown:
                assert shown.mimetype == "image/png", picture
        for target in re.findall(r'href="([^"]+)"', article.split("</article>")[0]):
            chapter, _, anchor = target.removeprefix("/handbook/").partition("#")
            assert (chapter or name) in pages, target
            assert not anchor or anchor in ids[chapter or name], target
    assert client.get("/handbook/nothing").status_code == 404


def test_chapters_are_safe_html(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    evil = handbook.FOLDER.__class__(str(tmp_path)) / "10-evil.md"
    evil.write_text("# 标题\n<script>alert(1)</script>\n\n## 节\n\n[x](javascript:alert(1))\n", encoding="utf-8")
    monkeypatch.setattr(handbook, "_files", lambda: {"evil": evil})
    html = handbook.written.__wrapped__("evil").html
    assert "script" not in html
    assert '<h2 id="节">' in html


def test_rules_chapter_tells_every_rule_and_framework(app: Flask) -> None:
    page = signed_in_client(app, "drafter").get("/handbook/rules").text
    for rule in RULES:
        row = page[page.index(f'id="{rule.id}"') :].split("</tr>")[0]
        assert str(escape(rule.title)) in row
        assert str(escape(rule.reason)) in row
    for name in frameworks.available():
        assert frameworks.get(name).title in page
    assert "E6、E9、E10" in page


def test_permissions_chapter_tells_every_permission_action_and_event(app: Flask) -> None:
    page = signed_in_client(app, "drafter").get("/handbook/permissions").text
    rows = {permission: f'<th scope="row">{permission.label}</th>' for permission in Permission}
    assert all(row in page for row in rows.values())
    assert all(f'<th scope="col">{role.label}</th>' in page for role in Role)
    assert all(state.label in page for state in State)
    for action in ACTIONS.values():
        assert all(str(escape(each.label)) in page for each in action.preconditions)
    assert all(event.label in page for event in AUDIT_EVENTS.values())
    matrix = page[page.index('class="matrix"') :]
    approve = matrix[matrix.index(rows[Permission.APPROVE]) :].split("</tr>")[0]
    cells = re.findall("<td>([^<]*)</td>", approve)
    assert cells == [
        "—",
        "—",
        "—",
        "可以（首次送审以后，自己没有编辑、送审过，也没有作过说明、传过附件）",
        "—",
        "—",
        "已送审",
    ]


def test_what_the_text_says_of_passwords_is_what_the_service_asks(app: Flask) -> None:
    said = handbook.written("quick-start").html
    assert f"新密码 {passwords.SHORTEST} 到 {passwords.LONGEST} 个字符" in said
