"""经过 and 编辑过程 over HTTP: filters, opening an entry, what never reaches whom, files."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask

from portal.domain import actions
from portal.formats import rosters
from portal.queries import history
from portal.queries.history import HistoryFilters
from tests.databases import LivedWorlds, on_both
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import DUE, OFFICE, World

SECRET = "还没有送审的话"
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def resubmits(world: World) -> None:
    """Submitted twice with an opinion between, then changed: the last change was never submitted."""
    table_id = world.submitted()
    world.opinion(table_id, "reviewer", "goals", binding=False)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    world.edit(table_id, "goals", "=1、每月10日前发放3人工资。")
    world.act(table_id, actions.SUBMIT, "head")
    world.act(table_id, actions.WITHDRAW, "head")
    world.edit(table_id, "purpose", SECRET)


@pytest.fixture
def table_id(lived_worlds: LivedWorlds) -> int:
    world = lived_worlds.after(resubmits)
    world.session.rollback()
    return 1


def numbers_on(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="entry-(\d+)"', page)]


def numbers(world: World, username: str, filters: HistoryFilters) -> list[int]:
    return [entry.number for entry in history.entries(world.session, world.actor(username), filters)]


def test_history_shows_the_main_acts_of_what_one_may_see(app: Flask, world: World, table_id: int) -> None:
    acts = {
        "drafter": ["取消送审", "送审", "退回", "送审", "新建"],
        "reviewer": ["取消送审", "送审", "退回", "送审", "新建"],
        "other_reviewer": [],
        "outsider": [],
    }
    for username, expected in acts.items():
        page = signed_in_client(app, username).get("/history").text
        found = re.findall(r'class="act">(?:<i [^>]*></i>)?\s*([^<\s]+)</span>', page)
        assert found == expected, username
    assert signed_in_client(app, "admin").get("/history?act=all").text.count("新增人员") > 2


def test_history_is_filtered_by_the_address_and_paged(
    app: Flask, world: World, table_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.record.history.PAGE", 2)
    monkeypatch.setattr("portal.queries.history.PAGE", 2)
    auditor = signed_in_client(app, "auditor")
    expected = [entry.number for entry in history.entries(
        world.session, world.actor("auditor"), HistoryFilters(people=frozenset({world.actor("head").id})), 99
    )]  # fmt: skip
    shown, url = [], f"/history?act=all&office={OFFICE}&who=head"
    while url:
        page = auditor.get(url, headers=FRAGMENT).text
        assert "<form" not in page
        shown += numbers_on(page)
        older = re.search(r'href="([^"]+before=[^"]+)"[^>]*>较早的', page)
        url = older[1].replace("&amp;", "&") if older else ""
    world.session.rollback()
    assert shown == [number for number in expected if number in set(shown)] and len(shown) >= 3
    nothing = auditor.get("/history?since=gestern&table=-3&before=x&act=dance&office=" + "9" * 50 + "&who=%25")
    assert (nothing.status_code, numbers_on(nothing.text)) == (200, [])


@on_both
def test_history_takes_few_statements(app: Flask, world: World, table_id: int) -> None:
    reviewer, counts = signed_in_client(app, "reviewer"), []
    for path in (f"/history?act=all&office={OFFICE}&who=head", "/history?until=2001-01-01"):
        reviewer.get(path)
        with counted_queries() as statements:
            reviewer.get(path)
        counts.append(len(statements))
    assert counts[0] <= 9 and counts[1] <= 6


def test_entry_opens_in_the_list_and_on_a_page_of_its_own(app: Flask, world: World, table_id: int) -> None:
    (sent,) = numbers(world, "reviewer", HistoryFilters(acts=frozenset({"submit"})))[:1]
    world.session.rollback()
    reviewer = signed_in_client(app, "reviewer")
    assert f'hx-get="/history/{sent}"' in reviewer.get("/history").text
    fragment = reviewer.get(f"/history/{sent}", headers=FRAGMENT).text
    assert "第 1 次送审" in fragment and "每月10日前" in fragment and "<html" not in fragment
    assert "每月10日前" in reviewer.get(f"/history/{sent}").text
    assert signed_in_client(app, "outsider").get(f"/history/{sent}").status_code == 404


def test_what_was_not_submitted_reaches_neither_auditor_nor_bureau(app: Flask, world: World, table_id: int) -> None:
    (saved,) = numbers(world, "auditor", HistoryFilters(acts=frozenset({"edit"})))[:1]
    world.session.rollback()
    paths = [f"/tables/{table_id}/editing{ending}" for ending in ("", "?path=purpose", ".jsonl", ".xlsx")]
    auditor, drafter = signed_in_client(app, "auditor"), signed_in_client(app, "drafter")
    for path in [f"/history/{saved}", "/history?act=all", "/history.jsonl?act=all", *paths]:
        answer = auditor.get(path)
        assert answer.status_code == 200, path
        texts = rosters.read("x.xlsx", answer.data) if path.endswith("xlsx") else answer.text
        assert SECRET not in str(texts), path
    assert [SECRET in drafter.get(path).text for path in (f"/history/{saved}", *paths[:3])] == [True] * 4
    assert SECRET in str(rosters.read("x.xlsx", drafter.get(paths[3]).data))
    assert [signed_in_client(app, who).get(paths[0]).status_code for who in ("reviewer", "approver")] == [403] * 2


def test_files_hold_what_the_page_shows_and_are_entered(app: Flask, world: World, table_id: int) -> None:
    expected = numbers(world, "reviewer", HistoryFilters())
    world.session.rollback()
    reviewer = signed_in_client(app, "reviewer")
    lines = [json.loads(line) for line in reviewer.get("/history.jsonl?act=all").text.splitlines()]
    (sheet,) = rosters.read("x.xlsx", reviewer.get("/history.xlsx?act=all").data)
    assert [line["number"] for line in lines] == expected
    assert [row.cells[0] for row in sheet.rows[4:]] == [str(number) for number in expected]
    entered = history.entries(world.session, world.actor("auditor"), HistoryFilters(), 2)
    assert [entry.act for entry in entered] == ["export_history"] * 2


def test_workbook_never_makes_formulas_and_says_where_it_was_cut(
    app: Flask, table_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.record.history_exports.MOST_ROWS", 3)
    (sheet,) = rosters.read("x.xlsx", signed_in_client(app, "drafter").get(f"/tables/{table_id}/editing.xlsx").data)
    texts = [text for row in sheet.rows for text in row.cells]
    assert any("这里只有" in text for text in texts)
    assert len(sheet.rows) == 5 + 3


def test_cells_lead_to_who_changed_them_where_one_may_see_it_and_does_not_edit(app: Flask, table_id: int) -> None:
    link = f'href="/tables/{table_id}/editing?path=goals"'
    shown = [
        link in signed_in_client(app, who).get(f"/tables/{table_id}").text for who in ("auditor", "drafter", "reviewer")
    ]
    assert shown == [True, False, False]
