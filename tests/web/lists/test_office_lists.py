"""An office's lists: what the bureau did, who has to move, the sum, sorting by column, the same as a workbook."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain import actions
from portal.domain.documents import Budget
from portal.formats import rosters
from portal.models import AuditEntry
from portal.services.drafting import hand_ups
from portal.services.files import list_exports
from portal.services.review import claims
from tests.web.signing import signed_in_client
from tests.world import DUE, YEAR, World, sound_project, told

SECOND = replace(sound_project(2, "610-1301-JBN-0002", "保洁补助"), budget=Budget("5000.00", "5000.00", ""))


def rows(page: str) -> list[str]:
    """One for each table."""
    found = re.findall(r"<tbody.*?</tbody>", page[page.index('id="list"') :], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_one_page_tells_the_office_what_the_bureau_did_with_each_table(app: Flask, world: World) -> None:
    returned = world.returned()
    world.edit(returned, "goals", "1、每月10日前发放3人工资。", by="drafter2")
    world.submitted(SECOND)

    page = signed_in_client(app, "head").get(f"/tables?year={YEAR}").text

    first, second = rows(page)
    assert "退回 陈审核" in first and "意见 1 条" in first and "周经办" in first and str(DUE) in first
    assert "还有 5 个工作日" in first and "退回以来改了 1 处" in first
    assert re.search(r"起草 王经办 .*送审 李主任 .*退回 陈审核 \S+ 今天到单位$", first)
    assert "未开始审核" in second and "再次送审" not in second
    assert re.search(r"合计.*28,000.00", page, re.DOTALL)


def test_office_reads_who_reviews_only_if_the_year_shows_it(app: Flask, world: World) -> None:
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    head, paths = signed_in_client(app, "head"), ("/?tab=submitted", f"/tables/{table_id}")
    assert all("审核中（自" in head.get(path).text for path in paths)
    assert all("陈审核" not in head.get(path).text for path in paths)

    claims.release(world.session, world.actor("reviewer"), table_id)
    assert all("未开始审核" in head.get(path).text for path in paths)


def test_recommendation_is_no_step_before_the_decision(app: Flask, world: World) -> None:
    table_id = world.submitted()
    world.act(table_id, actions.APPROVE, "approver")
    page = signed_in_client(app, "drafter").get(f"/tables/{table_id}").text
    journey = page[page.index('<ol class="journey"') : page.index("</ol>", page.index('<ol class="journey"'))]
    assert re.findall(r"<strong>(.*?)</strong>", journey) == ["起草", "送审", "批复"]


def test_head_reads_who_handed_up_and_what_can_be_submitted(app: Flask, world: World) -> None:
    table_id = world.draft()
    hand_ups.hand_up(world.session, world.actor("drafter"), table_id, "请看第二条目标。")
    (row,) = rows(signed_in_client(app, "head").get("/").text)
    assert "王经办" in row and "提请送审： 请看第二条目标。" in row and "可以送审" in row
    (row,) = rows(signed_in_client(app, "drafter").get("/").text)
    assert "已提请，等单位负责人送审" in row
    hand_ups.hand_back(world.session, world.actor("head"), table_id, "人数与编制数不符。")
    (row,) = rows(signed_in_client(app, "drafter").get("/").text)
    assert "退给经办人： 人数与编制数不符。" in row and "可以提请送审" in row


@pytest.mark.parametrize("path", ["/", "/tables"])
def test_office_sorts_its_list_by_column_and_back(app: Flask, world: World, path: str) -> None:
    world.draft()
    world.draft(SECOND)
    client = signed_in_client(app, "drafter")

    def names(sort: str) -> list[str]:
        found = rows(client.get(f"{path}?year={YEAR}&sort={sort}").text)
        return ["保洁" if "保洁补助" in row else "工作" for row in found]

    assert names("-amount") == ["工作", "保洁"]
    assert names("amount") == ["保洁", "工作"]
    for sort in ("number", "-name", "state", "-moved", "-changed", "due", "-opinions", "-errors", "nonsense"):
        assert sorted(names(sort)) == ["保洁", "工作"]
    page = client.get(f"{path}?year={YEAR}&sort=-amount").text
    assert f"{path}?year={YEAR}&amp;sort=amount" in page and 'aria-sort="descending"' in page


def test_bureau_keeps_its_list_without_the_columns_of_an_office(app: Flask, world: World) -> None:
    world.submitted()
    page = signed_in_client(app, "reviewer").get(f"/tables?year={YEAR}").text
    assert "最后修改" not in page and "list.xlsx" not in page
    assert signed_in_client(app, "reviewer").get(f"/tables/list.xlsx?year={YEAR}").status_code == 404


def test_list_becomes_a_workbook_with_amounts_and_dates_and_an_entry(app: Flask, world: World) -> None:
    world.returned()
    world.draft(SECOND)
    answer = signed_in_client(app, "head").get(f"/tables/list.xlsx?year={YEAR}&sort=-amount")
    assert answer.status_code == 200 and "export.xlsx" in answer.headers["Content-Disposition"]

    (sheet,) = rosters.read("list.xlsx", answer.data)
    head, first, second = ([*row.cells] for row in sheet.rows[2:5])
    named = dict(zip(head, first, strict=True))
    assert (named["项目名称"], named["状态"], named["未答复意见"]) == ("办事处工作经费", "已退回", "1")
    assert (named["到期"], named["最近一步"], named["附言"]) == (str(DUE), "退回", "意见 1 条")
    assert dict(zip(head, second, strict=True))["项目名称"] == "保洁补助"
    parts = zipfile.ZipFile(BytesIO(answer.data))
    assert "$A$1:$N$5" in parts.read("xl/workbook.xml").decode(), "what goes on paper ends with 提醒"
    xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r'<c r="G4" s="\d+"><v>23000</v>', xml)
    entry = world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry and (entry.act, told(entry)) == ("export", {"tables": 2, "format": "list-xlsx"})
    assert entry.object_name.endswith("绩效目标表清单")


def test_workbook_of_a_long_list_says_where_it_ends(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_exports, "MOST", 1)
    world.draft()
    world.draft(SECOND)
    answer = signed_in_client(app, "drafter").get("/list.xlsx?tab=drafted")
    texts = [cell for row in rosters.read("list.xlsx", answer.data)[0].rows for cell in row.cells if cell]
    assert "办事处工作经费" in texts and "保洁补助" not in texts
    assert any("只列出前 1 张" in each for each in texts)
    assert signed_in_client(app, "drafter").get("/list.xlsx?tab=approved").status_code == 404
