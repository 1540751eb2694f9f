"""What an open page hears of a table: what the viewer may know, in few statements, and nothing if nothing happened."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain import actions
from portal.models import Opinion
from portal.services.administration import budget_years
from portal.services.review import claims, opinion_acts
from tests.databases import on_both
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import DUE, YEAR, World

NOTHING_NEW_MOST = 5


def seen_by(client: FlaskClient, table_id: int) -> str:
    """The address that the open page of the table asks, with the entry number that it knows."""
    page = client.get(f"/tables/{table_id}").get_data(as_text=True)
    found = re.search(r'data-standing="([^"]+)"\s+data-seen="(\d+)"', page)
    assert found
    return f"{unescape(found[1])}&since={found[2]}"


def news(client: FlaskClient, address: str) -> dict[str, Any] | None:
    answer = client.get(address)
    assert answer.status_code in (200, 204)
    return answer.get_json() if answer.status_code == 200 else None


def test_page_hears_each_change_of_state_with_who_and_the_present_state(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    address = seen_by(client, table_id)
    assert news(client, address) is None

    world.act(table_id, actions.SUBMIT, "head")
    told = news(client, address)
    assert told and told["words"].startswith("李主任 ")
    assert told["words"].endswith(" 送审，现在的状态是“已送审”")
    assert (told["is_editable"], told["round"]) == (False, 0)
    assert "已送审" in told["head"] and "第 1 次送审" in told["head"]

    world.act(table_id, actions.WITHDRAW, "head")
    told = news(client, address)
    assert told and told["words"].endswith(" 取消送审，现在的状态是“草拟”")
    assert told["is_editable"] is True
    assert news(client, f"{address.partition('&since')[0]}&since={told['seen']}") is None


def test_return_tells_the_new_round(app: Flask, world: World) -> None:
    table_id = world.submitted()
    client = signed_in_client(app, "drafter")
    address = seen_by(client, table_id)
    world.opinion(table_id)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    told = news(client, address)
    assert told and (told["is_editable"], told["round"]) == (True, 1)


@pytest.mark.parametrize(("username", "hears"), [("drafter", False), ("above_head", False), ("approver", True)])
def test_office_hears_nothing_of_the_review_that_is_under_way(
    app: Flask, world: World, username: str, hears: bool
) -> None:
    table_id = world.submitted()
    client = signed_in_client(app, username)
    address = seen_by(client, table_id)
    claims.claim(world.session, world.actor("reviewer"), table_id)
    world.opinion(table_id)
    assert (news(client, address) is not None) is hears


@pytest.mark.parametrize(("username", "hears"), [("head", True), ("reviewer", False), ("auditor", False)])
def test_bureau_hears_nothing_of_the_work_on_the_text(app: Flask, world: World, username: str, hears: bool) -> None:
    table_id = world.returned()
    client = signed_in_client(app, username)
    address = seen_by(client, table_id)
    world.edit(table_id, "goals", "1、按月发放3人工资。")
    assert (news(client, address) is not None) is hears
    number = world.session.scalar(select(Opinion.id).where(Opinion.table_id == table_id))
    assert number
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, number, kind="kept", text="依据文件")
    assert (news(client, address) is not None) is hears


def test_own_saves_are_no_news_and_saves_of_others_are_none_for_the_edit_page(app: Flask, world: World) -> None:
    table_id = world.draft()
    drafter, head = signed_in_client(app, "drafter"), signed_in_client(app, "head")
    own, others = seen_by(drafter, table_id), seen_by(head, table_id)
    world.edit(table_id, "goals", "1、按月发放3人工资。")
    assert news(drafter, own) is None
    assert news(head, others) is not None
    assert news(head, others.replace("saves=1", "saves=")) is None


def test_table_of_a_closed_year_is_not_editable(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    budget_years.close_year(world.session, None, YEAR)
    told = news(client, f"/tables/{table_id}/standing")
    assert told and told["is_editable"] is False


def test_invisible_table_answers_as_if_it_were_not_there(app: Flask, world: World) -> None:
    table_id = world.submitted()
    assert signed_in_client(app, "outsider").get(f"/tables/{table_id}/standing").status_code == 404


def test_asking_is_no_activity_that_keeps_a_session(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    with client.session_transaction() as session:
        session["seen"] = before = session["seen"] - 100
    client.get(f"/tables/{table_id}/standing")
    with client.session_transaction() as session:
        assert session["seen"] == before
    client.get(f"/tables/{table_id}")
    with client.session_transaction() as session:
        assert session["seen"] > before


@on_both
def test_nothing_new_takes_few_statements(app: Flask, world: World) -> None:
    table_id = world.submitted()
    for username in ("drafter", "reviewer", "approver"):
        client = signed_in_client(app, username)
        address = seen_by(client, table_id)
        with counted_queries() as statements:
            assert client.get(address).status_code == 204
        assert len(statements) <= NOTHING_NEW_MOST, statements
