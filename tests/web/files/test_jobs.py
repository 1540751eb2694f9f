"""An uploaded file that takes long to read: its page for its owner, and the preview that it leads to."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.formats import files, packages
from portal.jobs import kinds
from portal.jobs.watcher import Watcher
from portal.models import Job, TargetTable
from portal.web.files import jobs
from tests.domain.files import ole
from tests.jobs.converters import DOC, converter, giving
from tests.web.signing import signed_in_client
from tests.world import YEAR, World

PARTIAL = {"HX-Request-Type": "partial"}


@pytest.fixture
def client(app: Flask, tmp_path: Path) -> FlaskClient:
    app.config["SOFFICE"] = giving(tmp_path)
    return signed_in_client(app, "drafter")


def upload(client: FlaskClient, data: bytes = DOC, name: str = "2020年绩效.doc", **more: str) -> TestResponse:
    fields = {"year": str(YEAR), "file": (BytesIO(data), name)} | more
    return client.post("/tables/new/file", data=fields)


def job_count(world: World) -> int:
    world.session.rollback()
    return world.session.scalar(select(func.count()).select_from(Job)) or 0


def test_every_kind_of_job_has_a_page_for_its_result(app: Flask) -> None:
    assert jobs.RESULTS.keys() == kinds.KINDS.keys()
    assert {page.endpoint for page in jobs.RESULTS.values()} <= app.view_functions.keys()


def test_doc_is_read_by_a_job_whose_page_leads_to_the_preview_and_the_import(
    app: Flask, world: World, client: FlaskClient
) -> None:
    answer = upload(client)
    assert answer.status_code == 303
    queued = client.get(answer.location)
    assert "读取文件：2020年绩效.doc" in queued.text
    assert "排队等候" in queued.text
    assert '<meta http-equiv="refresh"' in queued.text
    assert 'hx-trigger="every 1s"' in queued.text

    assert Watcher(app).run_one()

    done = client.get(answer.location).text
    assert "every 1s" not in done
    assert 'http-equiv="refresh"' not in done
    preview = re.search('href="(/tables/new/import/[^"]+)"', done)
    assert preview
    assert client.get(answer.location, headers=PARTIAL).headers["HX-Redirect"] == preview[1]
    shown = client.get(preview[1])
    assert "读出 1 张表、4 条指标" in shown.text
    seen = re.search(r'name="seen" value="(\w+)"', shown.text)
    assert seen
    assert client.post(preview[1], data={"seen": seen[1], "import": "1"}).status_code == 303
    assert world.session.scalars(select(TargetTable.project_name)).all() == ["办事处工作经费"]


def test_open_page_asks_for_a_fragment(client: FlaskClient) -> None:
    fragment = client.get(upload(client).location, headers=PARTIAL)
    assert "HX-Redirect" not in fragment.headers
    assert fragment.text.lstrip().startswith('<section class="panel job"')


def test_second_file_waits_and_says_for_how_many(client: FlaskClient) -> None:
    upload(client)
    second = upload(client, name="b.doc").location
    assert "前面还有 1 个文件" in client.get(second).text


def test_form_sent_twice_queues_one_job(world: World, client: FlaskClient) -> None:
    first, second = (upload(client, _once="a").location for _ in range(2))
    assert first == second
    assert job_count(world) == 1


def test_cancelled_file_is_not_read(app: Flask, client: FlaskClient) -> None:
    page = upload(client).location
    assert client.post(f"{page}/cancel").location == page
    assert "已取消" in client.get(page).text
    assert not Watcher(app).run_one()


def test_failed_job_shows_its_sentence_and_the_way_back(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    app.config["SOFFICE"] = converter(tmp_path, "exit 1")
    page = upload(client).location
    assert Watcher(app).run_one()
    shown = client.get(page).text
    assert "没有办成" in shown
    assert "服务器上的 LibreOffice 读不出这个文件" in shown
    assert 'href="/tables/new"' in shown


def test_job_of_somebody_else_does_not_exist(app: Flask, client: FlaskClient) -> None:
    page = upload(client).location
    for who in ("drafter2", "head", "admin", "auditor"):
        other = signed_in_client(app, who)
        assert other.get(page).status_code == 404
        assert other.post(f"{page}/cancel").status_code == 404
    assert "排队等候" in client.get(page).text
    assert client.get("/jobs/999").status_code == 404


def test_page_for_new_tables_lists_own_jobs_and_the_endings_that_are_read(app: Flask, client: FlaskClient) -> None:
    page = upload(client).location
    assert f'<a href="{page}">2020年绩效.doc</a>' in client.get("/tables/new").text
    assert ".wps" in client.get("/tables/new").text
    other = signed_in_client(app, "head").get("/tables/new").text
    assert page not in other
    app.config["SOFFICE"] = ""
    assert ".wps" not in client.get("/tables/new").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (ole("WordDocument", "Macros", "VBA"), packages.MACROS),
        (ole("WordDocument")[:600], "文件已损坏或不完整"),
        (ole("EncryptedPackage"), packages.LOCKED),
        (b"%PDF-1.7", "这是 PDF 文件"),
    ],
    ids=["macros", "truncated", "locked", "renamed"],
)
def test_doc_that_cannot_be_read_is_refused_at_once(
    world: World, client: FlaskClient, data: bytes, sentence: str
) -> None:
    answer = upload(client, data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert job_count(world) == 0


def test_without_libreoffice_the_way_round_is_told(app: Flask, world: World, client: FlaskClient) -> None:
    app.config["SOFFICE"] = ""
    answer = upload(client)
    assert answer.status_code == 422
    assert "选“另存为”，类型选“Word 文档（*.docx）”" in answer.text
    assert job_count(world) == 0


def test_large_file_of_a_readable_format_is_read_by_a_job(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["SOFFICE"] = ""
    text = (Path(__file__).parents[2] / "data" / "gucheng-2020.txt").read_bytes()
    monkeypatch.setitem(files.LONG, "text", len(text) - 1)
    page = upload(client, text, "gucheng.txt").location
    assert Watcher(app).run_one()
    assert client.get(page, headers=PARTIAL).headers["HX-Redirect"].startswith("/tables/new/import/")
