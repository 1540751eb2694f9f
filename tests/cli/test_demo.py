"""`flask demo load`: what `make run` shows, loaded once and whole."""

from __future__ import annotations

import json
import multiprocessing
from collections import Counter
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from portal import create_app, queries
from portal.cli import demo as command
from portal.demo import accounts, story
from portal.domain.register import Standing
from portal.extensions import db
from portal.models import AuditEntry, Enclosure, HandUpEvent, Opinion, Origin, TargetTable, User
from portal.queries.register.lists import Filters
from portal.services.record import verification
from portal.services.session import signing_in
from tests.cli.conftest import one_line
from tests.databases import settings

OF_THE_DOCUMENT = (TargetTable.office_code == accounts.OFFICE, TargetTable.year == accounts.YEAR)
TABLES = 14


def load(app: Flask, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["demo", "load", *options])


def test_first_start_loads_everything_and_prints_who_can_sign_in(empty: Flask) -> None:
    result = load(empty, "--if-new")
    assert result.exit_code == 0, result.output
    assert accounts.PASSWORD in result.stdout
    assert all(username in result.stdout for username in accounts.PEOPLE)
    assert "http://127.0.0.1:" in result.stdout
    session = db.session()
    assert verification.verify(session).problems == []
    for username in accounts.PEOPLE:
        account = signing_in.sign_in(session, username, accounts.PASSWORD, "127.0.0.1")
        assert not account.user.must_change_password


def test_demo_shows_every_state_and_keeps_the_amounts_of_the_document(empty: Flask) -> None:
    load(empty)
    rows = db.session().execute(select(TargetTable.position, TargetTable.state).where(*OF_THE_DOCUMENT))
    states = {row.position: row.state for row in rows}
    assert Counter(states.values()) == {"submitted": 4, "returned": 2, "drafted": 2, "approved": 1}
    assert (states[0], states[1]) == ("submitted", "approved")
    total = select(func.sum(TargetTable.total_fen)).where(*OF_THE_DOCUMENT)
    assert db.session().scalar(total) == 202528000
    assert set(db.session().scalars(select(Opinion.state))) == {"draft", "raised", "answered"}
    enclosed = db.session().scalars(select(Enclosure.content)).all()
    assert ["W18" in content for content in enclosed] == [True, True]
    assert list(db.session().scalars(select(HandUpEvent.act).order_by(HandUpEvent.id))) == ["up", "up", "back"]
    outsiders = (
        select(TargetTable.state, TargetTable.is_voided)
        .order_by(TargetTable.id)
        .where(TargetTable.office_code == accounts.OTHER_OFFICE)
    )
    assert [tuple(row) for row in db.session().execute(outsiders)] == [("submitted", False), ("drafted", True)]


def test_demo_has_a_register_with_every_standing(empty: Flask) -> None:
    load(empty)
    session = db.session()
    found = queries.session.account_named(session, "approver")
    assert found
    counts = queries.register.lists.counts(session, found.actor, Filters(accounts.YEAR)).by_standing
    assert all(counts[standing] for standing in Standing)
    assert queries.register.unannounced.count(session, found.actor, accounts.YEAR) == 1
    assert queries.register.offices.without_projects_count(session, found.actor, accounts.LATER_YEAR) == 1


def test_demo_carries_tables_over_into_a_year_with_another_form(empty: Flask) -> None:
    load(empty)
    later = select(TargetTable).where(TargetTable.year == accounts.LATER_YEAR).options(undefer(TargetTable.content))
    tables = db.session().scalars(later).all()
    assert [(table.state, table.document.form) for table in tables] == [("drafted", "hebei-2021")] * 3
    assert all("资金用途" in json.loads(origin.left_out) for origin in db.session().scalars(select(Origin)))


def test_second_start_changes_nothing(empty: Flask) -> None:
    load(empty, "--if-new")
    head = queries.record.head(db.session())
    again = load(empty, "--if-new")
    assert again.exit_code == 0, again.output
    assert accounts.PASSWORD in again.stdout
    assert "已有账号" in one_line(load(empty))
    assert queries.record.head(db.session()) == head


def test_database_of_a_real_installation_is_left_alone(app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(User.__table__.update().where(User.username == "outsider").values(username="somebody"))
    head = queries.record.head(db.session())
    result = load(app, "--if-new")
    assert result.exit_code == 0
    assert accounts.PASSWORD not in result.stdout
    assert "没有载入演示数据" in result.stdout
    assert queries.record.head(db.session()) == head


def test_crash_midway_leaves_nothing_and_the_next_start_loads_all(
    empty: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(story, "_under_review", crash)
        load(empty)
    db.session.remove()
    assert db.session().scalar(select(func.count()).select_from(AuditEntry)) == 0
    db.session.remove()
    assert load(empty, "--if-new").exit_code == 0
    assert db.session().scalar(select(func.count()).select_from(TargetTable)) == TABLES


def test_missing_trigger_stops_the_start(empty: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "missing_triggers", lambda _: ["revisions_refuse_update"])
    assert "revisions_refuse_update" in one_line(load(empty))
    assert db.session().scalar(select(func.count()).select_from(User)) == 0


def _start(folder: Path) -> None:
    app = create_app(settings(f"sqlite:///{folder / 'portal.db'}", folder))
    assert load(app, "--if-new").exit_code == 0


def test_two_starts_at_once_load_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    starts = [context.Process(target=_start, args=(tmp_path,)) for _ in range(2)]
    for start in starts:
        start.start()
    for start in starts:
        start.join(60)
    assert [start.exitcode for start in starts] == [0, 0]
    app = create_app(settings(f"sqlite:///{tmp_path / 'portal.db'}", tmp_path))
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(TargetTable)) == TABLES
        db.session.remove()
        db.engine.dispose()
