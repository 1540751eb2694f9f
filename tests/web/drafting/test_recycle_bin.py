"""The page 回收站, and the warning that somebody has the table open, before discarding and submitting."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.database import now
from portal.models import Presence
from portal.queries.drafting.presence import GONE_AFTER
from portal.services.administration import budget_years
from tests.web.signing import signed_in_client
from tests.world import YEAR, World, sound_project

CODE = "610-1301-JBN-OTTA"


def open_for_editing(world: World, table_id: int, username: str = "drafter2", ago: int = 0) -> None:
    moment = now() - ago * GONE_AFTER
    world.session.add(Presence(table_id=table_id, user_id=world.actor(username).id, since=moment, seen_at=moment))
    world.session.commit()


def test_discarded_draft_is_listed_with_who_and_restored_from_the_page(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "head")
    assert "可以在回收站里恢复" in client.post(f"/tables/{table_id}/discard", follow_redirects=True).text
    assert 'href="/recycle-bin"' in client.get("/").text

    page = client.get("/recycle-bin").text
    assert "办事处工作经费绩效目标表" in page and CODE in page and "李主任" in page
    restored = client.post(f"/recycle-bin/{table_id}/restore")

    assert (restored.status_code, restored.headers["Location"]) == (303, f"/tables/{table_id}")
    assert "《办事处工作经费绩效目标表》已恢复。" in client.get(f"/tables/{table_id}").text
    assert "回收站是空的" in client.get("/recycle-bin").text
    assert client.post(f"/recycle-bin/{table_id}/restore").status_code == 404


def test_restoring_tells_of_a_code_that_another_table_has_now(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    client.post(f"/tables/{table_id}/discard")
    world.draft(sound_project(1, name="后来的项目"))
    page = client.post(f"/recycle-bin/{table_id}/restore", follow_redirects=True).text
    assert "《后来的项目绩效目标表》已经用了同样的项目编码" in page
    assert "原来的序号已由别的表使用" in page


@pytest.mark.parametrize("username", ["reviewer", "approver", "auditor", "admin"])
def test_people_who_draft_for_no_office_have_no_recycle_bin(app: Flask, world: World, username: str) -> None:
    client = signed_in_client(app, username)
    assert client.get("/recycle-bin").status_code == 403
    assert client.post("/recycle-bin/1/restore").status_code == 404


@pytest.mark.parametrize("place", ["/tables/{0}/discard", "/tables/{0}/submit", "/submit?table={0}"])
def test_confirmation_names_who_has_the_table_open_and_since_when(app: Flask, world: World, place: str) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "head")
    open_for_editing(world, table_id, "head")
    assert "正在编辑这张表" not in client.get(place.format(table_id)).text
    open_for_editing(world, table_id)
    page = client.get(place.format(table_id)).text
    assert "<strong>周经办</strong>（" in page and " 起）正在编辑这张表" in page
    assert "李主任</strong>（" not in page


def test_page_that_was_closed_is_not_named(app: Flask, world: World) -> None:
    table_id = world.draft()
    open_for_editing(world, table_id, ago=2)
    assert "正在编辑这张表" not in signed_in_client(app, "head").get(f"/tables/{table_id}/submit").text


def test_person_who_comes_back_is_there_since_then(app: Flask, world: World) -> None:
    table_id = world.draft()
    open_for_editing(world, table_id, "drafter", ago=2)
    client = signed_in_client(app, "drafter")
    author = world.actor("drafter").id
    before = now()
    for _ in range(2):
        beat = {"author": author, "version": world.table(table_id).version}
        assert client.post(f"/tables/{table_id}/presence", json=beat).status_code == 200
    world.session.rollback()
    assert world.session.query(Presence).one().since >= before


def test_draft_of_a_closed_year_stays_in_the_recycle_bin_with_the_reason(app: Flask, world: World) -> None:
    table_id = world.draft()
    client = signed_in_client(app, "drafter")
    client.post(f"/tables/{table_id}/discard")
    budget_years.close_year(world.session, None, YEAR)
    refused = client.post(f"/recycle-bin/{table_id}/restore")
    assert refused.status_code == 422
    assert f"{YEAR} 年度已关闭" in refused.text and f"/recycle-bin/{table_id}/restore" in refused.text
