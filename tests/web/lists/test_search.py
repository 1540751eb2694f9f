"""查找: results with the words marked, what is wrong with a query, pages, and the list as Excel."""

from __future__ import annotations

from dataclasses import replace

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select

from portal.models import AuditEntry
from portal.services.files import search_exports
from portal.web.lists import search
from tests.formats.workbook_files import Clerk
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import World, sound_project, told

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def marked(html: str) -> list[str]:
    page = lxml.html.fromstring(html)
    return [" ".join(each.text_content().split()) for each in page.xpath("//p[@class='excerpt']")]


def test_result_shows_the_place_and_marks_the_words(app: Flask, world: World) -> None:
    table_id = world.submitted(replace(sound_project(), purpose="购置<b>电动</b>自行车3辆。"))

    page = signed_in_client(app, "reviewer").get("/search?q=自行 电动").text

    assert f'href="/tables/{table_id}"' in page
    assert marked(page) == ["资金用途 购置<b>电动</b>自行车3辆。"]
    assert "<mark>电动</mark>" in page and "<mark>自行</mark>" in page
    assert "<b>" not in page
    assert "第 1–1 张，共 1 张" in page


def test_bureau_reads_the_submitted_text_of_a_table_that_was_changed(app: Flask, world: World) -> None:
    table_id = world.returned()
    world.edit(table_id, "purpose", "预算外改成三轮车")

    assert marked(signed_in_client(app, "drafter").get("/search?q=预算外").text)[0] == "资金用途 预算外改成三轮车"
    assert marked(signed_in_client(app, "approver").get("/search?q=预算外").text) == [
        "资金用途 支付预算外人员3人全年工资。"
    ]
    client = signed_in_client(app, "approver")
    hidden, nothing = (client.get(f"/search?q={word}", headers=PARTIAL).text for word in ("三轮", "九轮"))
    assert hidden == nothing
    assert "没有找到" in hidden


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        *(("年度:二〇二〇", "“二〇二〇”看不懂"), ("《》", "没有可以查找的字"), ("古" * 1_000, "这里有 1,000 字")),
        ("&quot;<script>", "没有找到"),
    ],
)
def test_mistake_is_a_sentence_and_what_was_typed_stays(app: Flask, query: str, sentence: str) -> None:
    answer = signed_in_client(app, "drafter").get("/search", query_string={"q": query})

    assert answer.status_code == (200 if sentence == "没有找到" else 422)
    assert sentence in answer.text
    (box,) = lxml.html.fromstring(answer.text).xpath("//input[@name='q']")
    assert box.get("value") == query


def test_box_stands_on_every_page_of_those_who_see_tables(app: Flask, world: World) -> None:
    for username, has_box in (("drafter", True), ("approver", True), ("auditor", True), ("admin", False)):
        client = signed_in_client(app, username)
        assert ('action="/search"' in client.get("/handbook/").text) is has_box
        assert client.get("/search").status_code == (200 if has_box else 403)


def test_explanation_names_every_filter(app: Flask) -> None:
    page = signed_in_client(app, "drafter").get("/search").text

    assert all(each.example.replace(">", "&gt;") in page for each in search.FILTERS)


def test_pages_lead_on_and_back_within_the_limit(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    monkeypatch.setattr(search.queries.full_text, "MOST", 3)
    for n in range(1, 5):
        world.draft(sound_project(n, f"610-1301-JBN-{n:04d}", f"第{n}号经费"))
    client = signed_in_client(app, "drafter")

    first = client.get("/search?q=号经").text
    second = client.get("/search?q=号经&page=2").text

    assert "第4号经费" in first and "第3号经费" in first and "第2号经费" not in first
    assert "符合条件的超过 3 张" in first
    assert "page=2" in first and "page=1" in second and "page=3" not in second
    assert "第2号经费" in second and "第1号经费" not in second
    assert client.get("/search?q=号经&page=99999999999999999999").status_code == 200


def test_results_as_excel_are_entered_without_the_words(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_exports, "MOST", 2)
    for n in range(1, 4):
        world.draft(sound_project(n, f"610-1301-JBN-{n:04d}", f"=第{n}号经费"))
    client = signed_in_client(app, "drafter")

    answer = client.get("/search/export/xlsx?q=预算外 号经")

    (rows,) = Clerk.opens(answer.data).sheets.values()
    assert rows[1][0] == "查找：预算外 号经"
    assert "只列最近建立的 2 张" in rows[3][0]
    assert [row[4] for row in rows[5:]] == ["=第3号经费", "=第2号经费"]
    assert rows[5][6] == "23,000.00"
    assert rows[5][7] == "草拟"
    assert "资金用途：支付预算外人员3人全年工资。" in rows[5][8]
    entry = world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert (entry.act, entry.object_name, told(entry)) == ("export", "查找结果", {"tables": 2, "format": "xlsx"})
    assert client.get("/search/export/xlsx?q=南极企鹅").status_code == 404
    assert client.get("/search/export/xlsx?q=《》").status_code == 422


def test_statements_do_not_depend_on_the_results(app: Flask, world: World) -> None:
    client = signed_in_client(app, "reviewer")
    counts = []
    for n in range(2):
        world.submitted(sound_project(n + 1, f"610-1301-JBN-{n:04d}", f"第{n}号经费"))
        client.get("/search?q=经费")
        with counted_queries() as statements:
            client.get("/search?q=经费")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
