"""我的工作: what awaits an office as it is due, and the number beside it on every page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from portal.database import local_today
from portal.domain import actions
from portal.models import TargetTable
from tests.services.next_year import NEXT, open_next, start
from tests.web.signing import signed_in_client
from tests.world import DUE, YEAR, World, sound_project


def number(page: str) -> str | None:
    """The number beside 我的工作; "" for nothing, None where there is none."""
    found = re.search(r"我的工作\s*<span class=\"count\"[^>]*?( hidden)?>([^<]*)</span>", page)
    assert not found or bool(found[1]) is (found[2] == "")
    return found[2] if found else None


def rows(page: str) -> list[str]:
    """One for each table."""
    found = re.findall(r"<tbody.*?</tbody>", page[page.index('id="list"') :], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_office_opens_what_awaits_it_over_all_years_as_it_is_due(app: Flask, world: World) -> None:
    returned = world.returned()
    open_next(world)
    start(world, returned)
    ready = world.draft(sound_project(2, "610-1301-JBN-0002", "第二项目"))
    page = signed_in_client(app, "head").get("/").text

    assert re.search(r'aria-current="page">待办<span class="count">3</span>', page)
    found = rows(page)
    assert [re.search(r"20\d\d", row)[0] for row in found] == [str(YEAR), str(NEXT), str(YEAR)]  # type: ignore[index]
    assert "答复 1 条意见" in found[0] and str(DUE) in found[0] and "还有 5 个工作日" in found[0]
    assert "第二项目" in found[2] and "可以送审" in found[2]
    assert f'name="table" value="{ready}"' in page
    assert "可以提请送审" in signed_in_client(app, "drafter").get("/").text


def test_overdue_table_says_for_how_many_working_days(app: Flask, world: World) -> None:
    table_id = world.returned()
    due = local_today() - timedelta(3)
    world.session.execute(update(TargetTable).where(TargetTable.id == table_id).values(due_on=due))
    world.session.commit()
    page = signed_in_client(app, "drafter").get("/").text
    assert re.search(r'class="nowrap overdue">.*?已逾期', page, re.DOTALL)


def test_nothing_to_do_is_said(app: Flask, world: World) -> None:
    page = signed_in_client(app, "head").get("/").text
    assert "没有等你办的表。" in page and number(page) == ""


def test_number_stands_on_every_page_and_leaves_when_one_has_acted(app: Flask, world: World) -> None:
    table_id = world.draft()
    head, reviewer = signed_in_client(app, "head"), signed_in_client(app, "reviewer")
    for path in ("/", "/tables", f"/tables/{table_id}", "/library", "/password", "/nothing"):
        assert number(head.get(path).text) == "1", path
    assert number(reviewer.get("/").text) == ""

    head.post(f"/tables/{table_id}/submit", data={"digest": world.table(table_id).digest})
    assert (number(head.get("/").text), number(reviewer.get("/").text)) == ("", "1")


@pytest.mark.parametrize("username", ["admin", "auditor"])
def test_who_decides_nothing_has_no_number(app: Flask, world: World, username: str) -> None:
    world.submitted()
    assert number(signed_in_client(app, username).get("/account").text) is None
    assert signed_in_client(app, username).get("/awaiting").status_code == 204


def test_open_page_hears_of_changes_and_of_nothing_else(app: Flask, world: World) -> None:
    client = signed_in_client(app, "reviewer")
    stamp = re.search(r'data-awaiting="([^"]*)"', client.get("/").text)
    assert stamp and client.get("/awaiting", query_string={"stamp": stamp[1]}).status_code == 204
    table_id = world.submitted()
    answer = client.get("/awaiting", query_string={"stamp": stamp[1]}).json
    assert answer and answer["text"] == "1"
    assert client.get("/awaiting", query_string={"stamp": answer["stamp"]}).status_code == 204
    world.act(table_id, actions.APPROVE, "approver")
    assert client.get("/awaiting", query_string={"stamp": answer["stamp"]}).json["text"] == ""  # type: ignore[index]


def test_asking_by_itself_keeps_no_session_alive(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    with client.session_transaction() as kept:
        kept["seen"] -= 600
        before = kept["seen"]
    client.get("/awaiting")
    with client.session_transaction() as kept:
        assert kept["seen"] == before
    app.config["IDLE_LIMIT"] = timedelta(seconds=599)
    assert client.get("/awaiting", headers={"Accept": "application/json"}).status_code == 401


def test_list_is_fetched_with_its_tabs(app: Flask, world: World) -> None:
    world.draft()
    part = signed_in_client(app, "head").get("/", headers={"HX-Request-Type": "partial"}).text
    assert 'class="tabs"' in part and "可以送审" in part and "<h1>" not in part


def test_year_that_is_asked_for_is_the_only_one_listed(app: Flask, world: World) -> None:
    returned = world.returned()
    open_next(world)
    start(world, returned)
    page = signed_in_client(app, "head").get(f"/?year={YEAR}").text
    assert len(rows(page)) == 1 and re.search(r'aria-current="page">待办<span class="count">1</span>', page)
