"""The page of the bureau's queue: rows, filters and orders in the address, what it costs."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from portal.domain import actions, documents
from portal.domain.conclusions import Dimension
from portal.domain.offices import shared_beginning
from portal.models import BudgetYear
from portal.services.drafting import explanations
from portal.services.transaction import write
from tests.databases import on_both
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import DUE, World, sound_project

QUEUE_MOST = 9


def rows(page: str) -> list[str]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>") if "<td" in row]


def submitted(world: World, n: int) -> int:
    return world.submitted(sound_project(n, f"610-1301-JBN-Q{n:03}", f"第{n}个项目"))


def test_row_says_office_project_amount_round_and_reviewer(app: Flask, world: World) -> None:
    table_id = submitted(world, 3)
    client = signed_in_client(app, "reviewer")
    client.post(f"/tables/{table_id}/claim")
    page = client.get("/").text
    (row,) = rows(page)
    assert "1、 第3个项目 23,000.00 第 1 轮" in row and row.endswith("今天 陈审核")
    assert 'title="秦皇岛市山海关区古城街道办事处"' in page
    assert "共 <strong>1 张 23,000.00 元</strong>" in page


def test_filters_and_order_stand_in_the_links_and_can_be_taken_back(app: Flask, world: World) -> None:
    submitted(world, 1)
    client = signed_in_client(app, "reviewer")
    page = client.get("/?tab=submitted&mark=large&sort=-amount").text
    assert rows(page) == [] and "没有符合条件的表" in page
    assert 'href="/?tab=submitted&amp;sort=-amount"' in page  # the chosen mark takes itself back
    assert "mark=large&amp;mark=errors" in page
    page = client.get("/?sort=-amount").text
    assert 'aria-sort="descending"' in page and 'href="/?sort=amount"' in page


@pytest.mark.parametrize(
    "query",
    [
        "tab=nonsense&mark=nonsense&sort=nonsense&page=0",
        "page=-3&least=-1&waited=-9",
        f"page={10**30}&least={10**30}&waited={10**30}",
        "q=" + "%25_['" * 200,
        "office=' OR 1=1&year=1",
        "tab=recent&sort=-waiting&mark=waiting",
    ],
)
@on_both
def test_any_address_gives_a_page(app: Flask, world: World, query: str) -> None:
    submitted(world, 1)
    assert signed_in_client(app, "reviewer").get(f"/?{query}").status_code == 200


@on_both
def test_queue_costs_the_same_statements_however_many_rows(app: Flask, world: World) -> None:
    client, counts = signed_in_client(app, "reviewer"), []
    for n in (1, 2, 3):
        submitted(world, n)
        with counted_queries() as statements:
            client.get("/?least=1")
        counts.append(len(statements))
    assert len(set(counts)) == 1 and counts[0] <= QUEUE_MOST


def test_approver_opens_what_was_recommended(app: Flask, world: World) -> None:
    table_id = submitted(world, 1)
    sent = {"digest": world.table(table_id).digest, "dimensions": ["complete", "relevant", "fitting", "feasible"]}
    signed_in_client(app, "reviewer").post(f"/tables/{table_id}/recommend", data=sent)
    page = signed_in_client(app, "approver").get("/").text
    assert re.search(r'aria-current="page">待批复', page)
    assert len(rows(page)) == 1
    assert "已建议批复" in signed_in_client(app, "reviewer").get("/").text


def test_returned_tables_show_their_due_date(app: Flask, world: World) -> None:
    table_id = submitted(world, 1)
    world.opinion(table_id)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    (row,) = rows(signed_in_client(app, "reviewer").get("/?tab=returned").text)
    assert "第 1 轮" in row and row.endswith(f"限 {DUE}") and "已退回" not in row
    recent = signed_in_client(app, "reviewer").get("/?tab=recent").text
    assert "已退回" in rows(recent)[0] and "默认次序：最近办理的在前" in recent


@pytest.mark.parametrize(
    ("first", "last", "shared"),
    [
        ("秦皇岛市山海关区东街街道办事处", "秦皇岛市山海关区西街街道办事处", "秦皇岛市山海关区"),
        ("古城街道办事处", "南关街道办事处", ""),
        ("山海关区", "山海关区卫生院", ""),
        ("山海关区卫生院", "山海关区卫生院", "山海关区"),
        ("", "", ""),
    ],
)
def test_what_all_names_share_ends_with_a_division(first: str, last: str, shared: str) -> None:
    assert shared_beginning(first, last) == shared


def test_queue_names_the_keys_of_what_one_may_do(app: Flask) -> None:
    shown = {who: signed_in_client(app, who).get("/").text for who in ("reviewer", "auditor")}
    assert ["<kbd>C</kbd>" in shown[who] for who in shown] == [True, False]
    assert ["<kbd>X</kbd>" in shown[who] for who in shown] == [True, False]


def test_approver_reads_conclusion_explanations_and_why_a_table_cannot_be_ticked(app: Flask, world: World) -> None:
    faulty = replace(sound_project(), purpose="支付预算外人员全年工资。")
    table_id = world.draft(documents.with_value(faulty, "indicators/bbbb/target_value", "视情况确定"))
    explanations.explain(world.session, world.actor("drafter"), table_id, rule="W18", path="purpose", text="按文件核定")
    world.act(table_id, actions.SUBMIT, "head")
    page = signed_in_client(app, "reviewer").get(f"/tables/{table_id}").text
    enclosed = re.search(r'name="enclosed" value="(\w+)"', page)
    ticks = {
        "digest": world.table(table_id).digest,
        "enclosed": enclosed and enclosed[1],
        "dimensions": list(Dimension),
    }
    assert signed_in_client(app, "reviewer").post(f"/tables/{table_id}/recommend", data=ticks).status_code == 303
    approver = signed_in_client(app, "approver")
    page = approver.get("/?tab=recommended").text
    assert 'name="table"' in page and "不能勾选" not in page
    (row,) = rows(page)
    assert "保留提醒 1，有说明 用途不具体： 按文件核定" in row
    assert re.search(r"陈审核 建议批复 \d{4}-\d\d-\d\d \d\d:\d\d", row)
    with write(world.session):
        world.session.execute(update(BudgetYear).values(only_warn=""))
    page = approver.get("/?tab=recommended").text
    assert "不能勾选：有错误，要写明理由，请单独办理。" in page and 'name="table"' not in page
    assert "不能勾选" not in signed_in_client(app, "reviewer").get("/?tab=recommended").text
