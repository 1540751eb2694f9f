"""That the bench can be believed: its tables are sound, its record verifies, it serves as the Makefile does."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import ClassVar

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from bench import generator, inprocess, shapes
from bench.client import Visitor, largest_form, quantile, throughput
from bench.pages import PAGES
from bench.report import Line, Report, aligned
from bench.server import makefile_command
from bench.subjects import choose
from portal.demo import words
from portal.domain.documents import ProjectDocument
from portal.domain.rules import YearRules, blocking, check_table
from portal.domain.states import State
from portal.extensions import db
from portal.models import Change, TargetTable
from portal.services.drafting import change_log
from portal.services.record import verification
from tests.databases import DATABASES, PostgreSQL

SIZE = 160


@pytest.fixture(params=DATABASES, scope="module")
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A portal with SIZE tables on each database, outside any application context."""
    folder = tmp_path_factory.mktemp("bench")
    server: PostgreSQL | None = None
    url = f"sqlite:///{folder / 'portal.db'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        url = server.create(folder.name, "template1")
    with inprocess.portal_on(url, folder / "instance") as app:
        generator.load(db.engine, shapes.of_size(SIZE))
    yield app
    with app.app_context():
        db.engine.dispose()
    if server:
        server.drop(folder.name)


@pytest.fixture
def inside(loaded: Flask) -> Iterator[Flask]:
    with loaded.app_context():
        yield loaded
        db.session.remove()


def test_the_documents_have_nothing_that_blocks() -> None:
    rng, rules = Random(1), YearRules.for_year(shapes.YEAR)
    office = ("601001", "山海关区第1街道办事处")
    tables = [words.project(rng, office, n, name) for n, name in enumerate(rng.sample(range(words.NAMES), 100), 1)]
    assert blocking(check_table(words.department(rng, office), rules)) == []
    assert [f for n, table in enumerate(tables) for f in blocking(check_table(table, rules, tables[n + 1 :]))] == []
    assert {len(table.indicators) for table in tables} == {8}


def test_every_state_is_there_and_the_record_verifies(inside: Flask) -> None:
    states = dict(db.session.execute(select(TargetTable.state, func.count()).group_by(TargetTable.state)).all())
    assert set(states) == {state.value for state in State}
    assert sum(states.values()) == SIZE
    result = verification.verify(db.session())
    assert result.problems == []
    assert result.entries > 2 * SIZE


def test_what_was_loaded_without_foreign_keys_fits(inside: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
        return
    for table in generator.Base.metadata.sorted_tables:
        for key in (key for column in table.columns for key in column.foreign_keys):
            there = select(key.column).scalar_subquery()
            lost = select(func.count()).select_from(table).where(key.parent.is_not(None), key.parent.not_in(there))
            assert db.session.scalar(lost) == 0, key


def test_drafts_are_what_their_change_log_makes_of_them(inside: Flask) -> None:
    session = db.session()
    born = select(Change.table_id).where(Change.version == 1)
    tables = session.scalars(select(TargetTable).where(TargetTable.id.in_(born)).limit(20)).all()
    assert tables
    for table in tables:
        session.refresh(table, ["content"])
        assert change_log.version_of(session, table, table.version) == table.document


def test_columns_are_those_of_the_content(inside: Flask) -> None:
    session = db.session()
    for table in session.scalars(select(TargetTable).limit(40)).all():
        session.refresh(table, ["content"])
        if isinstance(table.document, ProjectDocument):
            assert (table.position, table.project_code) == (table.document.ordinal, table.document.project_code)
            assert table.total_fen == round(float(table.document.budget.total) * 100)


def test_statements_are_counted_on_every_page(loaded: Flask) -> None:
    with loaded.app_context():
        subjects = choose(db.session(), samples=2)
        report = Report()
        inprocess.look_up(report, "here", subjects)
        db.session.remove()
    assert report.lines.pop().remark.endswith("sentences in the index")
    inprocess.count_statements(report, "here", loaded, subjects)
    assert [line.what for line in report.lines][: len(PAGES)] == [f"{page.what}, statements" for page in PAGES]
    assert [line for line in report.lines if not line.met] == []
    assert all(line.value > 1 for line in report.lines)


def test_the_makefile_s_own_options_are_used() -> None:
    options = makefile_command(8123)
    granian = options.index("granian")
    assert options[granian - 2 : granian] == [sys.executable, "-m"]
    assert options[0] == "env"
    assert options[-1] == "portal.front.server:app"
    assert options[options.index("--port") + 1] == "8123"
    assert options[options.index("--workers") + 1] == "2"
    assert not [option for option in options if "$" in option]


def test_the_report_tells_what_was_missed() -> None:
    report = Report()
    report.add("sqlite 1,000", "queue, p50", 12.34, "ms", most=10)
    report.add("sqlite 1,000", "to the bare page", 0.456, "", least=0.4)
    report.add("sqlite 1,000", "save, p50", 1234.5, "ms")
    assert report.missed() == ["sqlite 1,000: queue, p50"]
    head, first, second, third = report.table()
    assert first == "sqlite 1,000  queue, p50         12.3  ms    ≤ 10    MISSED"
    assert second.endswith("≥ 0.40  met")
    assert third.split() == ["sqlite", "1,000", "save,", "p50", "1,234", "ms"]
    assert head.split() == ["where", "what", "value", "unit", "target"]
    assert [line["met"] for line in report.to_json()["lines"]] == [False, True, None]
    assert Line("", "", 1, "").met is None
    assert aligned([("单位", "a"), ("x", "b")]) == ["单位  a", "x     b"]


def test_quantiles() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (quantile(values, 0.5), quantile(values, 0.95), quantile([3.0], 0.95)) == (51, 96, 3)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    posted: ClassVar[list[bytes]] = []

    def do_GET(self) -> None:
        self._answer(200, "<form method=post><input name=t value=1><textarea name=x>\na&amp;b</textarea></form>")

    def do_POST(self) -> None:
        self.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(303, "")

    def _answer(self, status: int, page: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Set-Cookie", f"seen={self.headers.get('Cookie', 'nothing')}; Path=/")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Clients that hang up in the middle of an answer are no error here."""


@pytest.fixture
def port() -> Iterator[int]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_client_keeps_cookies_fills_forms_and_counts_answers(port: int) -> None:
    visitor = Visitor(port)
    form = largest_form(visitor.get("/").text)
    assert form == [("t", "1"), ("x", "a&b")]
    visitor.post("/", form)
    assert _Handler.posted[-1] == b"t=1&x=a%26b"
    assert visitor.cookies["seen"] == "seen=nothing"
    assert throughput(port, [visitor.request("/")], clients=3, seconds=0.1) > 0
    visitor.close()


def test_there_is_a_word_of_help(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from bench.__main__ import main

    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--shapes" in capsys.readouterr().out
