"""Adding, removing and taking away supporting documents in the browser, without scripts."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from io import BytesIO
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal import queries
from portal.domain import actions
from portal.domain.attachments import MAX_FILE, MAX_FILES
from portal.storage import AttachmentStore
from portal.web.drafting.attachments import TOLD, file_size
from tests.domain.files import PDF, docx, png
from tests.web.signing import client_of, sign_in, signed_in_client
from tests.world import DUE, PEOPLE, World, sound_project

DIGEST = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def drafter(app: Flask) -> FlaskClient:
    return signed_in_client(app, "drafter")


def upload(client: FlaskClient, table_id: int, *files: tuple[str, bytes], here: str = "edit") -> TestResponse:
    chosen = [FileStorage(BytesIO(content), name) for name, content in files]
    boundary, body = encode_multipart({"here": here, "files": chosen})  # in memory: the client's own stays open
    content_type = f"multipart/form-data; boundary={boundary}"
    return client.post(f"/tables/{table_id}/attachments", data=body, content_type=content_type)


def messages(client: FlaskClient, answer: TestResponse) -> list[str]:
    """The sentences on the page that an answer leads to."""
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    found = page.partition('id="messages"')[2].partition("\n</div>")[0].split("<div>")[1:]
    return [line.partition("</div>")[0] for line in found]


def names(world: World, table_id: int) -> list[str]:
    world.session.rollback()
    return [each.name for each in queries.enclosures.attachments(world.session, table_id)]


@pytest.mark.parametrize(("here", "page"), [("edit", "/edit"), ("show", ""), ("//evil.example", "")])
def test_several_files_at_once_those_that_fit_are_kept(
    world: World, drafter: FlaskClient, here: str, page: str
) -> None:
    table_id = world.draft()
    files = [("合同.pdf", PDF), ("页面.pdf", b"<html></html>"), ("..\\..\\a.html", b"x"), ("照片.png", png())]
    answer = upload(drafter, table_id, *files, here=here)
    assert answer.location == f"/tables/{table_id}{page}#attachments"
    assert [line.partition("没有添加")[0] for line in messages(drafter, answer)] == [
        "“页面.pdf”",
        "“a.html”",
        "已添加 2 个附件。",
    ]
    assert names(world, table_id) == ["合同.pdf", "照片.png"]


def test_refusals_are_told_one_by_one_up_to_a_number(world: World, drafter: FlaskClient) -> None:
    table_id = world.draft()
    wrong = [(f"{'长' * 200}{n}.pdf", b"x") for n in range(MAX_FILES + 5)]
    answer = upload(drafter, table_id, *wrong)
    assert len(answer.headers["Set-Cookie"]) < 4000
    told = messages(drafter, answer)
    assert len(told) == TOLD + 1
    assert told[-1] == f"另有 {MAX_FILES + 5 - TOLD} 个文件也没有添加。"


def test_nothing_chosen_and_removing(world: World, drafter: FlaskClient) -> None:
    table_id = world.draft()
    assert messages(drafter, upload(drafter, table_id, ("", b""))) == ["没有选择文件，请先选择要添加的附件。"]
    assert messages(drafter, upload(drafter, table_id, ("合同.pdf", PDF))) == ["已添加 1 个附件。"]
    removed = drafter.post(f"/tables/{table_id}/attachments/{DIGEST}/remove", data={"here": "show"})
    assert removed.location == f"/tables/{table_id}#attachments"
    assert messages(drafter, removed) == ["已移除附件“合同.pdf”；已送审的版本里的不受影响。"]
    again = drafter.post(f"/tables/{table_id}/attachments/{DIGEST}/remove")
    assert (again.status_code, "没有这个附件" in again.get_data(as_text=True)) == (404, True)


def test_limits_are_told(app: Flask, world: World, drafter: FlaskClient) -> None:
    table_id = world.draft()
    big = upload(drafter, table_id, ("大.txt", b"a" * (MAX_FILE + 1)), ("空.txt", b""))
    assert messages(drafter, big) == [
        "“大.txt”超过 10 兆，没有添加；一个附件最大 10 兆。",
        "“空.txt”是空文件，没有添加。",
    ]
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = upload(drafter, table_id, ("a.txt", b"a" * 2000))
    assert answer.status_code == 413
    assert "合计太大，都没有添加" in answer.get_data(as_text=True)
    assert names(world, table_id) == []


def test_download_is_never_shown_or_run_by_a_browser(world: World, drafter: FlaskClient) -> None:
    table_id = world.draft()
    name = "=合同 “甲”;a=b%.pdf"
    upload(drafter, table_id, (name, PDF))
    answer = drafter.get(f"/tables/{table_id}/attachments/{DIGEST}", buffered=True)
    assert (answer.status_code, answer.data) == (200, PDF)
    headers = answer.headers
    disposition = headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=\"attachment\"; filename*=UTF-8''")
    assert unquote(disposition.rpartition("''")[2]) == name[1:]
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Length"] == str(len(PDF))


def test_statuses_for_everybody(app: Flask, world: World, drafter: FlaskClient) -> None:
    table_id = world.draft()
    upload(drafter, table_id, ("合同.pdf", PDF))
    submitted = world.draft(sound_project(2, "610-1301-JBN-AAA2", "另一项目"))
    upload(drafter, submitted, ("合同.pdf", PDF))
    world.act(submitted, actions.SUBMIT, "head")
    office = {"drafter", "drafter2", "head", "everything"}
    above = {"above_drafter", "above_head"}
    bureau = {"reviewer", "approver", "approver2"}
    for username in PEOPLE:
        client = signed_in_client(app, username)
        drafted = [
            client.get(f"/tables/{table_id}/attachments/{DIGEST}", buffered=True).status_code,
            upload(client, table_id, (f"{username}.txt", username.encode())).status_code,
            client.post(f"/tables/{table_id}/attachments/{'0' * 64}/remove").status_code,
        ]
        sent = [
            client.get(f"/tables/{submitted}/attachments/{DIGEST}", buffered=True).status_code,
            upload(client, submitted, (f"{username}.txt", username.encode())).status_code,
            client.post(f"/tables/{submitted}/attachments/{DIGEST}/remove").status_code,
        ]
        if username in office:
            expected = [200, 303, 404], [200, 409, 409]
        elif username in above:
            expected = [200, 403, 403], [200, 403, 403]
        elif username in bureau:
            expected = [404, 404, 404], [200, 403, 403]
        elif username == "auditor":
            expected = [404, 403, 403], [200, 403, 403]
        else:
            expected = [404, 404, 404], [404, 404, 404]
        assert (username, (drafted, sent)) == (username, expected)
    assert client_of(app).get(f"/tables/{submitted}/attachments/{DIGEST}").status_code == 401


def test_panel_shows_everybody_what_they_may_see_and_forms_to_the_office_alone(
    app: Flask, world: World, drafter: FlaskClient
) -> None:
    table_id = world.draft()
    upload(drafter, table_id, ("旧.pdf", PDF))
    confirmation = panel(signed_in_client(app, "head"), f"/tables/{table_id}/submit")
    assert ("旧.pdf" in confirmation, "<form" in confirmation) == (True, False)
    world.act(table_id, actions.SUBMIT, "head")
    world.opinion(table_id, binding=False)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    drafter.post(f"/tables/{table_id}/attachments/{DIGEST}/remove")
    upload(drafter, table_id, ("新.docx", docx()))
    for path in (f"/tables/{table_id}", f"/tables/{table_id}/edit"):
        shown = panel(drafter, path)
        assert ("旧.pdf" in shown, "新.docx" in shown, "王经办 20" in shown) == (False, True, True)
        assert ("/remove" in shown, 'type="file"' in shown) == (True, True)
    seen = panel(signed_in_client(app, "reviewer"), f"/tables/{table_id}")
    assert ("旧.pdf" in seen, "新.docx" in seen, "<form" in seen) == (True, False, False)


def panel(client: FlaskClient, path: str) -> str:
    """The attachments on a page; they stand in no form, so that theirs may be forms."""
    before, _, rest = client.get(path).get_data(as_text=True).partition('id="attachments"')
    assert before.count("<form") == before.count("</form>")
    return rest.partition("</section>")[0]


def test_comparison_shows_attachments_added_and_removed(app: Flask, world: World, drafter: FlaskClient) -> None:
    table_id = world.draft()
    upload(drafter, table_id, ("旧.pdf", PDF), ("留.txt", b"x"))
    world.act(table_id, actions.SUBMIT, "head")
    world.act(table_id, actions.WITHDRAW, "head")
    drafter.post(f"/tables/{table_id}/attachments/{DIGEST}/remove")
    upload(drafter, table_id, ("新.docx", docx()))
    page = drafter.get(f"/tables/{table_id}/compare").get_data(as_text=True)
    section = page.partition("附件的变动</h2>")[2].partition("</section>")[0]
    lines = section.split("<li>")[1:]
    assert [("移除" in line, "旧.pdf" in line, "新.docx" in line) for line in lines] == [
        (True, True, False),
        (False, False, True),
    ]
    assert "两个版本的文字相同。" in page
    seen = signed_in_client(app, "reviewer").get(f"/tables/{table_id}/compare").get_data(as_text=True)
    assert "新.docx" not in seen


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [(lambda path: path.unlink(), "的文件不见了"), (lambda path: path.write_bytes(b"other"), "的文件已损坏")],
)
def test_lost_file_is_told_and_logged(
    app: Flask,
    world: World,
    drafter: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[object], object],
    sentence: str,
) -> None:
    store: AttachmentStore = app.extensions["attachments"]
    table_id = world.draft()
    upload(drafter, table_id, ("合同.pdf", PDF))
    damage(store.path_of(DIGEST))
    with caplog.at_level(logging.ERROR):
        answer = drafter.get(f"/tables/{table_id}/attachments/{DIGEST}", buffered=True)
    assert answer.status_code == 500
    assert f"附件“合同.pdf”{sentence}" in answer.get_data(as_text=True)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_session_that_ended_before_the_upload_takes_nothing(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = client_of(app)
    assert upload(client, table_id, ("合同.pdf", PDF)).status_code == 401
    sign_in(client, "drafter")
    assert names(world, table_id) == []


def test_upload_needs_the_token(app: Flask, world: World, drafter: FlaskClient) -> None:
    table_id = world.draft()
    app.config["WTF_CSRF_ENABLED"] = True
    assert upload(drafter, table_id, ("合同.pdf", PDF)).status_code == 400
    assert names(world, table_id) == []


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 KB"), (1024, "1 KB"), (120_000, "117 KB"), (1024**2, "1.0 MB"), (MAX_FILE, "10.0 MB")]
)
def test_sizes_as_people_read_them(size: int, words: str) -> None:
    assert file_size(size) == words
