"""Measurements without a server: statements per page, import, Word file, rules, index, verification of the record.

Those over HTTP are in `over_http`.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import undefer
from werkzeug.test import TestResponse

import config
from bench.client import largest_form
from bench.generator import PASSWORD
from bench.pages import PAGES, STATEMENTS, MeasuredPage
from bench.report import Report
from bench.shapes import YEAR
from bench.subjects import APPROVER, REVIEWER, Subjects
from portal import create_app, queries
from portal.demo import words
from portal.domain.differences import compare
from portal.domain.documents import Indicator, PerformanceText, ProjectDocument
from portal.domain.rules import YearRules, check_table, check_text
from portal.domain.text_differences import segments
from portal.extensions import db
from portal.formats import text, word
from portal.models import Change, IndexedSentence, TargetTable
from portal.services.administration import accounts, budget_years, offices, people
from portal.services.files import imports
from portal.services.record import verification

AWAITING = 10
"""Milliseconds."""
SUBMITTING = 35
"""Statements: submitting also freezes the findings, the terms for searching and the facts of the queue, and tells those
whom the table awaits.
"""
_SEED = Path(text.__file__).parents[2] / "demo" / "gucheng-2020.txt"
_OFFICE, _YEAR = "610002", 2020


@contextmanager
def portal_on(url: str, instance: Path) -> Iterator[Flask]:
    """Yield the portal in this process with a migrated schema; close all connections at the end."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = create_app(config.load({"DATABASE_URL": url, "INSTANCE": str(instance)}))
    with app.app_context():
        with contextlib.redirect_stderr(io.StringIO()):  # Alembic's logging configuration prints every step
            flask_migrate.upgrade()
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


# --- statements a page ---------------------------------------------------------------------------


def count_statements(report: Report, where: str, app: Flask, subjects: Subjects) -> None:
    """Count the statements of each page and action, without BEGIN and PRAGMA. Uses up two of the subjects' tables."""
    with app.app_context():
        engine = db.engine
    approver = _Browser(app, APPROVER)
    saved, submitted, approved = subjects.saved[0], subjects.submitted.pop(), subjects.approved.pop()
    drafter, head = _Browser(app, saved.drafter), _Browser(app, submitted.head)
    edit, submit, approve = (
        f"/tables/{saved.id}/edit",
        f"/tables/{submitted.id}/submit",
        f"/tables/{approved.id}/approve",
    )
    goals = {"goals": "1、改过一次的目标。"}
    acts = {page.what: (_reading(app, subjects, page), page.statements) for page in PAGES} | {
        "edit page": (lambda: drafter.get(edit), STATEMENTS),
        "save": (_posting(drafter, edit, goals), STATEMENTS),
        "submit": (_posting(head, submit, {}), SUBMITTING),
        "approve": (_posting(approver, approve, {}), STATEMENTS),
    }
    for what, (act, most) in acts.items():
        with counted(engine) as statements:
            answer = act()
        if answer.status_code not in (200, 303):
            raise RuntimeError(f"{what}: {answer.status_code}\n{answer.text[-1500:]}")
        report.add(where, f"{what}, statements", len(statements), "", most=most)


class _Browser:
    """A test client with a new application context per request, as on a server."""

    def __init__(self, app: Flask, username: str) -> None:
        self.app, self.client = app, app.test_client()
        form = dict(largest_form(self.get("/login").text)) | {"username": username, "password": PASSWORD}
        assert self.post("/login", form).status_code == 303

    def get(self, path: str) -> TestResponse:
        with self.app.app_context():
            return self.client.get(path)

    def post(self, path: str, data: Mapping[str, Any]) -> TestResponse:
        with self.app.app_context():
            return self.client.post(path, data=data)


def _reading(app: Flask, subjects: Subjects, page: MeasuredPage) -> Callable[[], TestResponse]:
    """Return a function that looks at the page again; what the first look worked out stays."""
    browser, path = _Browser(app, subjects.username(page.viewer)), page.paths(subjects)[0]
    browser.get(path)
    return lambda: browser.get(path)


def _posting(browser: _Browser, path: str, changes: dict[str, str]) -> Callable[[], TestResponse]:
    """Return a function that posts the form at `path` as it is now, with `changes`."""
    data: dict[str, list[str]] = {}
    for name, value in largest_form(browser.get(path).text):
        data.setdefault(name, []).append(changes.get(name, value))
    return lambda: browser.post(path, data)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Yield the list of the statements that `engine` executes in the block."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def count_saves(report: Report, where: str, written: Mapping[str, int]) -> None:
    """Report acknowledged saves by field that are missing in the change log. written: saves per path."""
    found: Counter[str] = Counter()
    for operation in db.session().scalars(select(Change.operation).where(Change.operation.contains("bench"))):
        plain = json.loads(operation)
        if plain["op"] == "set":
            found[plain["path"]] += 1
    lost = sum(max(count - found[path], 0) for path, count in written.items())
    remark = f"{sum(written.values()):,} acknowledged"
    report.add(where, "saves by field, lost", lost, "", most=0, remark=remark)


# --- the record, the index, files and rules ------------------------------------------------------


def look_up(report: Report, where: str, subjects: Subjects) -> None:
    """Find one table's sentences in the tables of last year and of other offices, for a reviewer of 40 offices."""
    session = db.session()
    account = queries.session.account_named(session, REVIEWER)
    table = session.get_one(TargetTable, subjects.shown[0].id, options=[undefer(TargetTable.content)])
    assert account
    document = table.document
    found = best(lambda: queries.drafting.rule_context.rule_context(session, account.actor, table, document), 20)
    remark = f"{session.scalar(select(func.count()).select_from(IndexedSentence)):,} sentences in the index"
    report.add(where, "sentences elsewhere, one table", found, "ms", most=10, remark=remark)


def attend(report: Report, where: str, subjects: Subjects, repeated: int = 100) -> None:
    """What awaits each side: the number that every page shows, and the list of an office."""
    session = db.session()
    for what, username in ("reviewer", REVIEWER), ("approver", APPROVER), ("head", subjects.submitted[0].head):
        account = queries.session.account_named(session, username)
        assert account
        actor, found = account.actor, queries.awaiting.awaiting(session, account.actor)
        number = middle(lambda actor=actor: queries.awaiting.awaiting(session, actor), repeated)  # type: ignore[misc]
        remark = f"{found.text if found else 0} await"
        report.add(where, f"what awaits, number, {what}, p50", number, "ms", most=AWAITING, remark=remark)
    rows = queries.awaiting.tables(session, actor)
    listed = middle(lambda: queries.awaiting.tables(session, actor), repeated)
    report.add(where, "what awaits, list, head, p50", listed, "ms", most=AWAITING, remark=f"{len(rows)} tables")


def verify(report: Report, where: str) -> None:
    """Verify the whole record, chain and revisions; the target is per 100,000 entries."""
    begun = time.perf_counter()
    result = verification.verify(db.session())
    seconds = time.perf_counter() - begun
    if not result.ok:
        raise RuntimeError(f"the record does not verify: {result.problems[:3]}")
    remark = f"{result.entries:,} entries in {seconds:.1f} s"
    report.add(where, "verify, per 100,000 entries", seconds * 100_000 / result.entries, "s", most=5.0, remark=remark)


def files_and_rules(report: Report, folder: Path, repeated: int = 5) -> None:
    """Measure import, Word file and rules. The best of several runs excludes other load of the machine."""
    reading = text.read(_SEED.read_bytes())
    with portal_on(f"sqlite:///{folder / 'import.db'}", folder):
        _people_to_import(reading.text)
        actor = queries.session.account_named(db.session(), "drafter")
        assert actor

        def bring_in() -> None:
            read = text.read(_SEED.read_bytes())
            imports.import_text(db.session(), actor.actor, read.text, _OFFICE, _YEAR, dry_run=True)

        _add(report, "import of the real document", best(bring_in, repeated), 500)
    with contextlib.suppress(NotImplementedError):
        _add(report, "Word file of the real document", best(lambda: word.write(reading.text), repeated), 1000)
    rng, rules = Random(1), YearRules.for_year(YEAR)
    office = tuple(words.project(rng, ("601001", "山海关区第1街道办事处"), n, n * 7) for n in range(1, 61))
    alone = best(lambda: [check_table(document, rules) for document in office], repeated) / len(office)
    _add(report, "all rules, one table", alone)
    _add(report, "all rules, one table beside 59", best(lambda: check_table(office[0], rules, office[1:]), repeated))
    _compare(report, rng, repeated)
    _add(
        report,
        "all rules, an office of 60 tables",
        best(lambda: check_text(PerformanceText(None, office), rules), repeated),
    )


def _compare(report: Report, rng: Random, repeated: int) -> None:
    """Texts that differ everywhere, and two revisions of 100 rows of which a third of the cells changed."""
    one, other = ("".join(chr(0x4E00 + rng.randrange(500)) for _ in range(2_000)) for _ in range(2))
    pairs = (("1.2、" * 500, "2.1、" * 500), (one, other), (one, f"{one[1000:]}{one[:1000]}"))
    slowest = max(best(partial(segments, *pair), repeated) for pair in pairs)
    _add(report, "comparison of two texts of 2,000 characters", slowest, 20)
    rows = [Indicator(f"row{n:04}", "产出指标", "数量指标", f"指标{n}", one[n : n + 60], "≥3人") for n in range(100)]
    changed = [replace(row, description=other[n : n + 60]) if n % 3 == 0 else row for n, row in enumerate(rows)]
    old, new = ProjectDocument(indicators=tuple(rows)), ProjectDocument(indicators=tuple(reversed(changed)))
    _add(report, "comparison of two revisions of 100 rows", best(lambda: compare(old, new), repeated), 20)


def _people_to_import(read: PerformanceText) -> None:
    session = db.session()
    offices.add_office(session, None, _OFFICE, read.tables[0].office_name or "街道办事处")
    rules = YearRules.for_year(_YEAR)
    form = budget_years.YearForm(rules.framework.name, rules.code_pattern, date(2099, 12, 31))
    budget_years.open_year(session, None, _YEAR, form)
    people.add_user(session, None, "drafter", accounts.PersonForm("王经办", ["drafter"], _OFFICE), password=PASSWORD)


def middle(act: Callable[[], object], repeated: int) -> float:
    """Return the median of the runs in milliseconds."""
    return median(best(act, 1) for _ in range(repeated))


def best(act: Callable[[], object], repeated: int) -> float:
    """Return the milliseconds of the fastest run."""
    found = []
    for _ in range(repeated):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return min(found) * 1000


def _add(report: Report, what: str, milliseconds: float, most: float | None = None) -> None:
    report.add("in process", what, milliseconds, "ms", most=most)
