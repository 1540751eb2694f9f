"""Faults of the server: each gives one clear sentence, tells whom to ask, and gives back what was typed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg.errors import DiskFull
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from portal.database import Busy
from portal.extensions import db
from portal.faults import Fault, fault_of
from portal.front.application import MAY_WAIT, REFUSED
from portal.storage import AttachmentStore
from portal.web import request as request_class
from portal.web.errors import FAULTS
from tests.databases import on_both
from tests.domain.files import PDF
from tests.web.signing import client_of, signed_in_client
from tests.world import OFFICE, PASSWORD, YEAR, World

TYPED = "正在填写的目标，不能丢"


def wrapped(error: BaseException) -> OperationalError:
    return OperationalError("SELECT 1", {}, error)


def sqlite_error(code: int) -> OperationalError:
    error = sqlite3.OperationalError("from SQLite")
    error.sqlite_errorcode = code  # type: ignore[attr-defined]
    return wrapped(error)


@contextmanager
def failing(error: BaseException) -> Iterator[None]:
    """Each statement fails with `error`, as it does when the database is away."""

    def fail(*_: Any) -> None:
        raise error

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)


# --- which fault it is ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (sqlite_error(sqlite3.SQLITE_BUSY), Fault.BUSY),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), Fault.BUSY),
        (sqlite_error(sqlite3.SQLITE_FULL), Fault.FULL),
        (sqlite_error(sqlite3.SQLITE_IOERR_SHMSIZE), Fault.FULL),
        (sqlite_error(sqlite3.SQLITE_READONLY_DBMOVED), Fault.READ_ONLY),
        (sqlite_error(sqlite3.SQLITE_CANTOPEN), Fault.AWAY),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), Fault.DAMAGED),
        (sqlite_error(sqlite3.SQLITE_CORRUPT), Fault.DAMAGED),
        (sqlite_error(sqlite3.SQLITE_ERROR), None),
        (wrapped(DiskFull()), Fault.FULL),
        (wrapped(psycopg.errors.LockNotAvailable()), Fault.BUSY),
        (wrapped(psycopg.errors.DeadlockDetected()), Fault.BUSY),
        (wrapped(psycopg.errors.TooManyConnections()), Fault.BUSY),
        (wrapped(psycopg.errors.AdminShutdown()), Fault.AWAY),
        (wrapped(psycopg.errors.ReadOnlySqlTransaction()), Fault.READ_ONLY),
        (wrapped(psycopg.errors.DataCorrupted()), Fault.DAMAGED),
        (wrapped(psycopg.OperationalError("connection refused")), Fault.AWAY),
        (wrapped(psycopg.errors.UndefinedTable()), None),
        (Busy(), Fault.BUSY),
        (PoolTimeout(), Fault.BUSY),
        (OSError(28, "No space left on device"), Fault.FULL),
        (OSError(30, "Read-only file system"), Fault.READ_ONLY),
        (OSError(5, "Input/output error"), Fault.DAMAGED),
        (FileNotFoundError(2, "No such file"), None),
        (ValueError(), None),
    ],
    ids=repr,
)
def test_fault_is_told_from_the_exception(error: BaseException, fault: Fault | None) -> None:
    assert fault_of(error) is fault


def test_every_fault_has_its_own_sentence_and_those_that_stay_name_the_administrator() -> None:
    sentences = {fault: sentence for fault, (_, sentence) in FAULTS.items()}

    assert set(FAULTS) == set(Fault) and len(set(sentences.values())) == len(Fault)
    assert [fault for fault, sentence in sentences.items() if "系统管理员" not in sentence] == [Fault.BUSY]


# --- what people see -----------------------------------------------------------------------------


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOTADB])
@pytest.mark.parametrize("path", ["/", "/tables", "/login", "/handbook/", "/audit"])
def test_page_while_the_database_fails_says_so_to_signed_in_people(
    app: Flask, world: World, path: str, code: int
) -> None:
    client = signed_in_client(app, "drafter")
    error = sqlite_error(code)

    with failing(error):
        answer = client.get(path)

    status, sentence = FAULTS[fault_of(error) or Fault.BUSY]
    assert answer.status_code == status and sentence in answer.text
    assert f'href="{path}">再试一次</a>' in answer.text
    assert ("<h1>连不上数据库</h1>" in answer.text) == (code == sqlite3.SQLITE_CANTOPEN)


@pytest.mark.parametrize("fault", [sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY])
def test_form_that_meets_a_fault_comes_back_with_what_was_typed(app: Flask, world: World, fault: int) -> None:
    client, table_id = signed_in_client(app, "drafter"), world.draft()
    error = sqlite_error(fault)

    with failing(error):
        answer = client.post(f"/tables/{table_id}/edit", data={"goals": TYPED, "version": "1"})

    assert answer.status_code == FAULTS[fault_of(error) or Fault.BUSY][0]
    assert FAULTS[fault_of(error) or Fault.BUSY][1] in answer.text
    assert (
        f'action="/tables/{table_id}/edit"' in answer.text and answer.text.count(TYPED) == 2
    )  # in the form, and shown


def test_script_that_meets_a_fault_gets_the_sentence_as_json(app: Flask, world: World) -> None:
    client, table_id = signed_in_client(app, "drafter"), world.draft()

    with failing(sqlite_error(sqlite3.SQLITE_FULL)):
        answer = client.post(f"/tables/{table_id}/changes", json={}, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.get_json()) == (507, {"message": FAULTS[Fault.FULL][1]})


def test_sign_in_that_meets_a_fault_keeps_name_and_waiting_form_but_no_password(app: Flask, world: World) -> None:
    client = client_of(app)
    form = {"username": "drafter", "password": "geheim geheim", "goal": "/tables", "resume": f'{{"a": "{TYPED}"}}'}

    with failing(sqlite_error(sqlite3.SQLITE_READONLY)):
        answer = client.post("/login", data=form)

    assert answer.status_code == 503 and FAULTS[Fault.READ_ONLY][1] in answer.text
    assert 'value="drafter"' in answer.text and TYPED in answer.text and "geheim" not in answer.text


def test_password_is_never_sent_back(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    form = {"current_password": "geheim-1", "new_password": "geheim-2", "repeated_password": "geheim-2"}

    with failing(sqlite_error(sqlite3.SQLITE_FULL)):
        answer = client.post("/password", data=form)

    assert answer.status_code == 507 and "geheim" not in answer.text


def test_form_of_another_site_is_not_sent_back(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")

    with failing(sqlite_error(sqlite3.SQLITE_FULL)):
        answer = client.post("/tables/new", data={"goals": TYPED}, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 507 and TYPED not in answer.text


def test_attachment_on_a_full_disk_is_refused_with_the_reason(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(_store: AttachmentStore, _data: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(AttachmentStore, "put", put)
    client, table_id = signed_in_client(app, "drafter"), world.draft()

    answer = client.post(f"/tables/{table_id}/attachments", data={"files": (BytesIO(PDF), "合同.pdf")})

    assert answer.status_code == 507 and FAULTS[Fault.FULL][1] in answer.text


@pytest.mark.parametrize(
    ("status", "title", "word"),
    [
        (408, "提交中断", "没有传完"),
        (413, "内容太大", "太大"),
        (503, "系统繁忙", "系统正忙"),
        (507, "没有保存", "磁盘已满"),
    ],
)
def test_request_that_the_front_refuses_gets_a_sentence(
    app: Flask, world: World, status: int, title: str, word: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True  # the refusal comes before the token is missed
    answer = app.test_client().post("/tables/new", environ_overrides={REFUSED: status})

    assert answer.status_code == status and word in answer.text
    assert f"<h1>{title}</h1>" in answer.text


def test_form_that_found_no_thread_comes_back_filled_in(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    answer = client.post("/tables/new", data={"goals": TYPED}, environ_overrides={REFUSED: 503})

    assert answer.status_code == 503 and TYPED in answer.text


# --- a lock held from outside --------------------------------------------------------------------


@contextmanager
def locked_from_outside(url: str) -> Iterator[None]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as outside:
            outside.execute("BEGIN EXCLUSIVE")
            yield
            outside.execute("ROLLBACK")
        return
    with psycopg.connect(url.replace("+psycopg", "")) as outside:
        outside.execute("SELECT * FROM audit_head FOR UPDATE")
        yield


@on_both
def test_lock_held_from_outside_ends_a_write_with_a_sentence_and_stops_no_page(
    app: Flask, world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_class, "_READING_PATIENCE", 0.01)
    client, table_id = signed_in_client(app, "drafter"), world.draft()

    with locked_from_outside(database_url):
        read = client.get(f"/tables/{table_id}")
        hurried = {"environ_overrides": {MAY_WAIT: False}}
        written = client.post("/tables/new", data={"kind": "department", "year": YEAR, "office": OFFICE}, **hurried)
        again = client.get(f"/tables/{table_id}")
    afterwards = client.post("/tables/new", data={"kind": "department", "year": YEAR, "office": OFFICE}, **hurried)

    assert (read.status_code, written.status_code, again.status_code) == (200, 503, 200)
    assert FAULTS[Fault.BUSY][1] in written.text
    assert afterwards.status_code == 303


# --- requests that no browser sends --------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["a" * 64 + ".com", "evil..com", "evil.com:port", "a b", "[::1", "", ".", "a@b", "a/b"]
)
@pytest.mark.parametrize("path", ["/login", "/", "/nowhere", "/static/nothing"])
def test_host_that_no_address_can_have_is_refused_with_a_sentence(
    app: Flask, world: World, host: str, path: str
) -> None:
    answer = client_of(app).get(path, headers={"Host": host})

    assert answer.status_code in (400, 404) and "。" in answer.text


@pytest.mark.parametrize("host", ["portal.example", "127.0.0.1:8000", "[::1]:8000", "绩效.cn"])
def test_host_that_an_address_can_have_is_served(app: Flask, world: World, host: str) -> None:
    assert client_of(app).get("/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_form_with_too_many_fields_is_refused_before_it_is_parsed(app: Flask, world: World, encoding: str) -> None:
    most = app.config["MAX_FORM_PARTS"] = 20
    client = client_of(app)
    statuses = [
        client.post("/login", data={f"f{n}": "" for n in range(count)}, content_type=encoding).status_code
        for count in (most, most + 1)
    ]

    assert statuses[0] != 413 and statuses[1] == 413


@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_form_with_too_many_bytes_is_refused_before_it_is_parsed(app: Flask, world: World, encoding: str) -> None:
    most = app.config["MAX_FORM_MEMORY_SIZE"] = 1000
    answer = client_of(app).post("/login", data={"a": "x" * most}, content_type=encoding)

    assert answer.status_code == 413 and "太大" in answer.text


def test_deeply_nested_json_is_refused_with_a_sentence(app: Flask, world: World) -> None:
    client, table_id = signed_in_client(app, "drafter"), world.draft()
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    answer = client.post(f"/tables/{table_id}/changes", data="[" * 200_000, headers=headers)

    assert answer.status_code == 422 and "。" in answer.get_json()["message"]


def test_waiting_form_that_is_deeply_nested_is_ignored_at_sign_in(app: Flask, world: World) -> None:
    form = {"username": "drafter", "password": PASSWORD, "resume": "[" * 200_000}

    assert client_of(app).post("/login", data=form).status_code == 303
