"""Many tables at once: what is chosen, what is asked once, and the result item by item."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import queries
from portal.domain import actions
from portal.domain.batches import CHUNK, MOST_TABLES
from portal.models import Opinion
from portal.services.administration import budget_years
from portal.services.administration.budget_years import YearForm
from portal.services.record import verification
from tests.databases import on_both
from tests.web.signing import signed_in_client
from tests.world import DUE, PASSWORD, YEAR, World, sound_project

EVERY = ["complete", "relevant", "fitting", "feasible"]


def submitted(world: World, n: int) -> int:
    return world.submitted(sound_project(n, f"610-1301-JBN-B{n:03}", f"第{n}个项目"))


def demand(world: World, **settings: Any) -> None:
    year = queries.administration.years.year(world.session, YEAR)
    budget_years.change_year(world.session, None, YEAR, replace(YearForm.of(year), **settings))


def post(app: Flask, world: World, by: str, act: str, table_ids: list[int], **fields: Any) -> Any:
    digests = {f"digest-{n}": world.table(n).digest for n in table_ids}
    return signed_in_client(app, by).post(f"/decide/{act}", data={"table": table_ids, **digests, **fields})


def results(app: Flask, by: str, answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return signed_in_client(app, by).get(answer.location).text


@on_both
def test_tables_are_approved_each_on_its_own_and_a_stale_one_stops_no_other(app: Flask, world: World) -> None:
    first, stale, last = (submitted(world, n) for n in (1, 2, 3))
    world.act(stale, actions.WITHDRAW, "head")
    answer = post(app, world, "approver", "approve", [first, stale, last])
    page = results(app, "approver", answer)
    assert [world.table(n).state for n in (first, stale, last)] == ["approved", "drafted", "approved"]
    assert "已批复 2 张，46,000.00 元；没有办成 1 张" in page
    assert page.count("没有办成</span>") == 1
    assert verification.verify(world.session).problems == []


def test_page_lists_name_office_digest_and_the_total_of_what_can_be_done(app: Flask, world: World) -> None:
    ready, claimed = submitted(world, 1), submitted(world, 2)
    signed_in_client(app, "approver").post(f"/tables/{claimed}/claim")
    page = signed_in_client(app, "reviewer").get(f"/decide/claim?table={ready}&table={claimed}&table=999").text
    assert "可以认领 1 张，共 23,000.00 元" in page and "同事正在审核" in page
    assert world.table(ready).digest[:12] in page and "古城街道办事处" in page
    assert "另有 1 张看不到" in page


def test_recommending_many_asks_for_the_four_dimensions_once(app: Flask, world: World) -> None:
    ids = [submitted(world, n) for n in (1, 2)]
    refused = post(app, world, "reviewer", "recommend", ids, dimensions=EVERY[:3])
    assert (refused.status_code, "四维都确认了才能建议批复" in refused.text) == (422, True)
    assert refused.text.count(" checked>") >= 3
    page = results(app, "reviewer", post(app, world, "reviewer", "recommend", ids, dimensions=EVERY))
    assert "已建议批复 2 张" in page
    assert all(world.table(n).is_recommended for n in ids)


def test_returning_many_needs_an_opinion_on_each_and_one_due_date(app: Flask, world: World) -> None:
    with_opinion, without = submitted(world, 1), submitted(world, 2)
    draft = world.opinion(with_opinion)
    ids, ticked = [with_opinion, without], {f"drafts-{with_opinion}": draft}
    for due, words in (("2020-01-01", "不能早于今天"), ("", "请填写再次送审的期限"), ("x", "请填写再次送审的期限")):
        refused = post(app, world, "reviewer", "return", ids, due=due, reason="请一并修改。")
        assert (refused.status_code, words in refused.text, "请一并修改。" in refused.text) == (422, True, True)
    page = results(
        app, "reviewer", post(app, world, "reviewer", "return", ids, due=str(DUE), reason="请一并修改。", **ticked)
    )
    assert "已退回 1 张" in page and "要附至少一条意见" in page
    assert [world.table(n).state for n in ids] == ["returned", "submitted"]


def test_many_tables_raise_what_is_ticked_on_each(app: Flask, world: World) -> None:
    table_id = submitted(world, 1)
    own, left = world.opinion(table_id, binding=False), world.opinion(table_id, "approver")
    page = signed_in_client(app, "reviewer").get(f"/decide/return?table={table_id}").text
    assert f'name="drafts-{table_id}" id="draft-{own}"' in page and "刘批复拟写" in page
    assert f'value="{own}" checked' in page and f'value="{left}" checked' not in page
    forged = submitted(world, 2)
    answer = post(app, world, "reviewer", "return", [forged], due=str(DUE), **{f"drafts-{forged}": own})
    assert "请核对后重新勾选" in results(app, "reviewer", answer)
    answer = post(app, world, "reviewer", "return", [table_id], due=str(DUE), **{f"drafts-{table_id}": own})
    assert "已退回 1 张" in results(app, "reviewer", answer)
    world.session.rollback()
    states = {opinion.id: opinion.state for opinion in world.session.scalars(select(Opinion))}
    assert states == {own: "raised", left: "draft"}


def test_long_list_goes_on_chunk_by_chunk_and_can_be_left(app: Flask, world: World) -> None:
    ids = [submitted(world, n) for n in range(1, CHUNK + 3)]
    answer = post(app, world, "reviewer", "claim", ids)
    page = results(app, "reviewer", answer)
    assert f"已认领 {CHUNK} 张" in page and "还有 2 张正在办理" in page
    client = signed_in_client(app, "reviewer")
    assert client.post(answer.location).status_code == 303
    page = client.get(answer.location).text
    assert f"已认领 {CHUNK + 2} 张" in page and "正在办理" not in page
    client.post(answer.location)
    assert f"已认领 {CHUNK + 2} 张" in client.get(answer.location).text


def test_password_is_asked_once_and_not_kept(app: Flask, world: World) -> None:
    ids = [submitted(world, n) for n in (1, 2)]
    demand(world, password_at_approval=True)
    page = signed_in_client(app, "approver").get(f"/decide/approve?table={ids[0]}").text
    assert 'type="password"' in page
    refused = post(app, world, "approver", "approve", ids, password="wrong-password")
    assert (refused.status_code, "密码不对" in refused.text, "wrong-password" in refused.text) == (422, True, False)
    page = results(app, "approver", post(app, world, "approver", "approve", ids, password=PASSWORD))
    assert "已批复 2 张" in page
    with world.session.connection().engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT outcome FROM form_posts WHERE outcome IS NOT NULL").scalars().all()
    assert kept and not any(PASSWORD in text for text in kept)


def test_result_is_only_for_the_person_who_acted(app: Flask, world: World) -> None:
    answer = post(app, world, "reviewer", "claim", [submitted(world, 1)])
    assert signed_in_client(app, "approver").get(answer.location).status_code == 404
    assert signed_in_client(app, "approver").post(answer.location).status_code == 303
    assert signed_in_client(app, "reviewer").get("/decide/results/nonsense").status_code == 404


@pytest.mark.parametrize(
    ("by", "act"), [("head", "approve"), ("drafter", "claim"), ("reviewer", "approve"), ("auditor", "claim")]
)
def test_nobody_decides_many_without_the_right_to_decide_one(app: Flask, world: World, by: str, act: str) -> None:
    table_id = submitted(world, 1)
    assert signed_in_client(app, by).get(f"/decide/{act}?table={table_id}").status_code == 403
    assert post(app, world, by, act, [table_id]).status_code == 403
    assert world.table(table_id).state == "submitted"


def test_too_many_or_none_are_told_in_a_sentence(app: Flask, world: World) -> None:
    client = signed_in_client(app, "reviewer")
    many = "&".join(f"table={n}" for n in range(1, MOST_TABLES + 2))
    page = client.get(f"/decide/claim?{many}")
    assert (page.status_code, f"一次最多认领 {MOST_TABLES} 张表" in page.text) == (422, True)
    assert "没有选中任何表" in client.get("/decide/claim").text
    assert client.post("/decide/claim").status_code == 422


def test_queue_offers_what_each_row_allows(app: Flask, world: World) -> None:
    submitted(world, 1)
    page = signed_in_client(app, "reviewer").get("/").text
    assert 'data-acts="claim recommend return"' in page
    assert re.search(r'formaction="/decide/return"', page) and "/decide/approve" not in page
    assert 'data-acts="claim recommend return approve"' in signed_in_client(app, "approver").get("/?tab=submitted").text
    assert "data-acts" not in signed_in_client(app, "auditor").get("/?tab=submitted").text


def test_page_hears_what_others_decided_of_the_listed_tables(app: Flask, world: World) -> None:
    ids = [submitted(world, n) for n in (1, 2)]
    client = signed_in_client(app, "approver")
    page = client.get(f"/decide/approve?table={ids[0]}&table={ids[1]}").text
    address, seen = re.findall(r'data-news="([^"]+)" data-seen="(\d+)"', page)[0]
    address = f"{address.replace('&amp;', '&')}&since={seen}"
    assert client.get(address).status_code == 204
    world.act(ids[0], actions.WITHDRAW, "head")
    signed_in_client(app, "reviewer").post(f"/tables/{ids[1]}/claim")
    told = client.get(address).get_json()["told"]
    assert "取消送审，现在的状态是“草拟”" in told[str(ids[0])] and "认领审核" in told[str(ids[1])]
    assert signed_in_client(app, "head").get(address).status_code == 403


def test_refused_tables_are_tried_again_with_what_was_typed(app: Flask, world: World) -> None:
    table_id = submitted(world, 1)
    world.opinion(table_id, binding=False)
    answer = post(
        app, world, "reviewer", "return", [table_id], due=str(DUE), reason="请尽快。", **{f"digest-{table_id}": "0"}
    )
    page = results(app, "reviewer", answer)
    (again,) = re.findall(r'href="([^"]*after=[^"]*)"', page)
    page = signed_in_client(app, "reviewer").get(again.replace("&amp;", "&")).text
    assert "请尽快。" in page and f'value="{DUE}"' in page
