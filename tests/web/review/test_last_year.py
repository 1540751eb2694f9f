"""上年 on the desk: last year's table, result and opinions; and the foot with what still stands against."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from portal.domain import actions
from portal.domain.documents import ProjectDocument
from portal.web.filters import weekday
from tests.services.next_year import open_next, start
from tests.web.signing import signed_in_client
from tests.world import DUE, World


def this_year(world: World) -> tuple[int, int]:
    """Last year's approved table, with an opinion, and this year's, of another amount, submitted."""
    earlier = world.submitted()
    world.opinion(earlier, binding=False)
    world.act(earlier, actions.APPROVE, "approver")
    open_next(world)
    (table_id,) = start(world, earlier)
    document = world.table(table_id).document
    assert isinstance(document, ProjectDocument)
    world.save(table_id, replace(document, budget=replace(document.budget, total="25300.00", fiscal="25300.00")))
    world.act(table_id, actions.SUBMIT, "head")
    return earlier, table_id


def test_last_year_tells_result_amount_and_opinions_to_the_bureau(app: Flask, world: World) -> None:
    earlier, table_id = this_year(world)
    page = signed_in_client(app, "reviewer").get(f"/tables/{table_id}/last-year").text
    assert f'href="/tables/{earlier}"' in page and "目标不够细化量化。" in page
    assert "今年 +2,300.00（+10.0%）" in page
    assert "上年没有送审过" in signed_in_client(app, "reviewer").get(f"/tables/{earlier}/last-year").text
    assert signed_in_client(app, "head").get(f"/tables/{table_id}/last-year").status_code == 403


def test_foot_says_what_stands_against_a_recommendation_and_by_when_a_return_is_due(app: Flask, world: World) -> None:
    table_id, client = world.submitted(), signed_in_client(app, "reviewer")
    page = client.get(f"/tables/{table_id}").text
    assert "没有什么妨碍建议批复" in page
    assert f"期限 {weekday(DUE)}，还有 5 个工作日" in page
    world.opinion(table_id)
    page = client.get(f"/tables/{table_id}").text
    assert "你还拟写了 1 条“必须修改”的意见" in page and "没有什么妨碍建议批复" not in page
