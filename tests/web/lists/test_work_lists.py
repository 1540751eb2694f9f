"""Rows of the lists as they are shown, and the place in a list that an address names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from portal.models import BudgetYear
from portal.queries.lists import Cursor
from portal.web import filters
from portal.web.lists import work_lists
from portal.web.lists.work_lists import TableLine
from tests.databases import on_sqlite
from tests.world import OFFICE, YEAR, World

DEADLINE = date(2026, 3, 5)


def row(**changed: Any) -> SimpleNamespace:
    plain = {
        "id": 7,
        "kind": "project",
        "year": 2026,
        "office_code": OFFICE,
        "office_name": "古城街道",
        "position": 3,
        "name": "工作经费",
        "code": "610-1",
        "total_fen": 123_400,
        "state": "drafted",
        "state_since": datetime(2026, 3, 1, 16, 5, tzinfo=UTC),
        "due_on": None,
        "in_force_id": None,
        "submission_count": 0,
        "return_count": 0,
        "errors": 1,
        "warnings": 2,
        "is_voided": False,
    }
    return SimpleNamespace(**plain | changed)


def line(app: Flask, **changed: Any) -> TableLine:
    with app.test_request_context("/tables"):
        return work_lists.lines([row(**changed)], [BudgetYear(year=2026, deadline=DEADLINE, is_open=True)])[0]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "local_today", lambda: DEADLINE)


@on_sqlite
def test_row_is_shown_in_local_time_and_yuan(app: Flask) -> None:
    assert line(app) == TableLine(
        kind="project",
        year=2026,
        url="/tables/7",
        office=f"{OFFICE} 古城街道",
        ordinal=3,
        name="工作经费",
        code="610-1",
        amount="1,234.00",
        state="drafted",
        since="2026-03-02 00:05",
        due="2026-03-05",
        overdue=False,
        round=0,
        errors=1,
        warnings=2,
    )


@on_sqlite
def test_department_table_has_its_kind_for_a_name_and_no_amount(app: Flask) -> None:
    shown = line(app, kind="department", name="", total_fen=0)
    assert (shown.name, shown.amount) == ("部门整体绩效目标", "")


@on_sqlite
@pytest.mark.parametrize(
    ("changed", "due", "overdue"),
    [
        ({"state": "returned", "due_on": date(2026, 3, 4)}, "2026-03-04", True),
        ({"state": "returned", "due_on": DEADLINE}, "2026-03-05", False),
        ({"is_voided": True}, "", False),
        ({"state": "approved"}, "", False),
    ],
)
def test_due_date_is_inclusive_and_of_what_the_office_has_to_do(
    app: Flask, changed: dict[str, Any], due: str, overdue: bool
) -> None:
    shown = line(app, **changed)
    assert (shown.due, shown.overdue) == (due, overdue)


@on_sqlite
@pytest.mark.parametrize(
    ("state", "submissions", "returns", "expected"),
    [
        ("drafted", 0, 0, 0),
        ("submitted", 1, 0, 1),
        ("returned", 1, 1, 1),
        ("submitted", 2, 1, 2),
        ("approved", 3, 2, 3),
    ],
)
def test_round_is_the_present_one_or_the_one_that_a_return_ended(
    app: Flask, state: str, submissions: int, returns: int, expected: int
) -> None:
    assert line(app, state=state, submission_count=submissions, return_count=returns).round == expected


@on_sqlite
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("after=2020.610002.3.17", Cursor(2020, "610002", 3, 17)),
        ("before=2020.610002.0.17", Cursor(2020, "610002", 0, 17, backwards=True)),
        ("", None),
        ("after=2020.610002.3", None),
        ("after=2020.610002.3.17.1", None),
        ("after=2020.610002.3.x", None),
        ("after=2020.610002.3.²", None),
        ("after=2020.610002.3." + "1" * 40, None),
    ],
)
def test_cursor_is_read_from_the_address_or_ignored(app: Flask, query: str, expected: Cursor | None) -> None:
    with app.test_request_context(f"/tables?{query}"):
        assert work_lists.cursor() == expected


@on_sqlite
def test_year_of_a_list_is_the_one_asked_for_or_the_latest_with_a_table(app: Flask, world: World) -> None:
    world.draft()
    me = world.actor("drafter")
    years = [BudgetYear(year=each) for each in (YEAR + 1, YEAR, YEAR - 1)]
    for query, among, expected in (
        ("", years, YEAR),
        (f"year={YEAR - 1}", years, YEAR - 1),
        ("year=1999", years, YEAR),
        ("", years[:1], YEAR + 1),
        ("", [years[0], years[2]], YEAR + 1),
    ):
        with app.test_request_context(f"/tables?{query}"):
            assert work_lists.chosen_year(world.session, me, among).year == expected
