"""全区情况: each number leads to a list of as many rows, for everybody; paper, Word, Excel; who may not see it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from io import BytesIO

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.database import clock_at
from portal.domain import actions
from portal.domain.register import EntryRow
from portal.formats import rosters
from portal.models import RegisterEntry
from portal.services.drafting import voiding
from portal.services.register import exemptions, imports
from portal.services.review import claims
from tests.databases import on_both
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import DUE, OFFICE, YEAR, World, sound_project

OVERVIEW = f"/overview/{YEAR}"
OTHER = "620001"
FIGURE = re.compile(r'<a class="figure[^"]*" href="([^"]+)">([\d,]+)</a>')
ENTRIES = 59


def code(n: int) -> str:
    return f"610-1301-JBN-Q{n:03}"


def live(world: World) -> None:
    """Entries in every standing, more than a page of them, and a table outside the register."""
    session, approver = world.session, world.actor("approver")
    rows = [EntryRow(OFFICE, code(n), f"第{n}个项目", 2_300_000) for n in range(1, ENTRIES + 1)]
    rows += [EntryRow(OTHER, "620-1", "南关的项目", 1), EntryRow(OTHER, "620-2", "南关的另一项", 1)]
    imports.import_rows(session, approver, YEAR, rows)
    world.draft(sound_project(1, code(1), "第1个项目"))
    claimed, _, given_back, approved, reopened, voided = (
        world.submitted(sound_project(n, code(n), f"第{n}个项目")) for n in range(2, 8)
    )
    claims.claim(session, world.actor("reviewer"), claimed)
    world.opinion(given_back)
    world.act(given_back, actions.RETURN, "reviewer", due=DUE)
    for table_id in (approved, reopened):
        world.act(table_id, actions.APPROVE, "approver")
    world.act(reopened, actions.REOPEN, "approver", due=DUE, reason="调整")
    world.act(voided, actions.WITHDRAW, "head")
    voiding.void(session, world.actor("head"), voided, "取消")
    exempt = session.scalars(select(RegisterEntry.id).where(RegisterEntry.code == code(9))).one()
    exemptions.exempt(session, approver, exempt, "合并填报")
    world.submitted(sound_project(99, "610-1301-JBN-NEU1", "没有登记的"))


def row_count(client: FlaskClient, address: str) -> int:
    """Rows of the list at the address, over all its pages."""
    count = 0
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, address
        body = answer.text.partition('<div id="list">')[2].partition("<tbody>")[2].partition("</tbody>")[0]
        count += body.count("<tr")
        following = re.search(r'href="([^"]*after=[^"]*)"', answer.text)
        address = unescape(following[1]) if following else ""
    return count


def test_every_number_leads_to_a_list_of_as_many_rows_for_everybody(app: Flask, world: World) -> None:
    live(world)

    for name in ("approver", "auditor", "reviewer", "other_reviewer", "above_head", "drafter", "outsider"):
        client = signed_in_client(app, name)
        page = client.get(OVERVIEW, follow_redirects=True).text
        figures = {unescape(address): int(count.replace(",", "")) for address, count in FIGURE.findall(page)}
        assert len(figures) > 5 or name in ("other_reviewer", "outsider"), name
        for address, count in figures.items():
            assert row_count(client, address) == count, (name, address)


def test_page_says_who_is_missing_whom_to_call_and_in_whose_hands_tables_are(app: Flask, world: World) -> None:
    live(world)

    page = signed_in_client(app, "approver").get(OVERVIEW).text
    text = re.sub(r"\s+", "", re.sub("<[^>]+>", "", page))

    assert "应报59张，已送审5张（8%）；54张还没送，涉及2个单位，其中53张未开始。" in text
    assert "现行有效2张46,000元（含调整中1张23,000元）。在财政局2张，最久今天；在单位改2张；逾期0张。" in text
    assert "另有免报1张。不在清单里、没有计入的表1张。" in text
    assert "陈审核在审1张" in text and "没有人认领1张" in text and "2个单位56张" in text
    assert "李主任无电话" in text and "不够细化量化" not in text
    assert '<polyline class="submitted"' in page


def test_offices_sort_by_any_head_and_show_only_those_with_something(app: Flask, world: World) -> None:
    live(world)
    client = signed_in_client(app, "approver")

    def codes(query: str) -> list[str]:
        return re.findall(r'name="office" value="(\d+)"', client.get(f"{OVERVIEW}?{query}").text)

    assert codes("") == [OFFICE, OTHER] == codes("sort=office")
    assert codes("sort=-office") == [OTHER, OFFICE] == codes("sort=owed")
    assert codes("only=at_bureau") == [OFFICE]
    assert codes("only=overdue") == []
    assert codes("sort=nonsense&only=nonsense&page=99") == [OFFICE, OTHER]


def test_overdue_counts_what_is_past_its_date_and_still_with_the_office(app: Flask, world: World) -> None:
    live(world)
    client = signed_in_client(app, "approver")

    with clock_at(datetime(2099, 12, 31, 4, tzinfo=UTC)):
        on_the_day = client.get(f"/register/{YEAR}?tab=overdue").text
    with clock_at(datetime(2100, 1, 1, 4, tzinfo=UTC)):
        client = signed_in_client(app, "approver")
        page = client.get(OVERVIEW).text
        figures = {unescape(address): int(count) for address, count in FIGURE.findall(page)}
        address = f"/register/{YEAR}?tab=overdue"
        assert figures[address] == row_count(client, address) == 56

    assert on_the_day.count("<tr") == 0 or "第4个项目" in on_the_day, "a date is inclusive"


def test_numbers_are_for_those_who_may_see_them(app: Flask, world: World) -> None:
    live(world)

    assert signed_in_client(app, "admin").get(OVERVIEW).status_code == 403
    outsider, drafter = signed_in_client(app, "outsider"), signed_in_client(app, "drafter")
    assert outsider.get(OVERVIEW).location.endswith(f"{OVERVIEW}/{OTHER}")
    assert outsider.get(f"{OVERVIEW}/{OFFICE}").status_code == 404
    assert outsider.get(f"{OVERVIEW}/nowhere").status_code == 404
    assert outsider.get("/overview/1999").status_code == 404
    own = drafter.get(f"{OVERVIEW}/{OFFICE}").text
    assert "第2个项目" in own and "陈审核" not in own, "the year does not show who reviews"
    assert "陈审核" in signed_in_client(app, "reviewer").get(f"{OVERVIEW}/{OFFICE}").text
    assert "在谁手里" not in drafter.get(OVERVIEW).text
    assert row_count(drafter, f"/register/{YEAR}?tab=under_review&claimant=0") == 2, "the restriction is not theirs"


def test_report_is_the_same_on_screen_and_in_word(app: Flask, world: World) -> None:
    live(world)
    client = signed_in_client(app, "reviewer")

    page = client.get(f"{OVERVIEW}/report").text
    paragraphs = [each.text for each in docx.Document(BytesIO(client.get(f"{OVERVIEW}/report.docx").data)).paragraphs]

    assert paragraphs[0] == "2020年度绩效目标申报审核情况说明（分管的1家单位）"
    assert "分管的1家单位2020年度应报绩效目标表57张，已送审5张" in paragraphs[1]
    assert all(paragraph in page for paragraph in paragraphs if paragraph)


def test_workbook_and_paper_hold_the_numbers_of_the_page(app: Flask, world: World) -> None:
    live(world)
    client = signed_in_client(app, "approver")

    sheet = rosters.read("全区情况.xlsx", client.get(f"{OVERVIEW}/excel").data)[0]
    title, _, heads, *rows = ([*row.cells] for row in sheet.rows)
    telephones = client.get(f"{OVERVIEW}/telephones", query_string={"office": OTHER}).text

    assert heads[:4] == ["单位编码", "单位名称", "应报", "逾期"] and "全区情况" in title[0]
    assert [(row[0], row[2]) for row in rows] == [(OFFICE, "57"), (OTHER, "2")]
    assert rows[0][heads.index("现行有效（元）")] == "46,000.00"
    assert "赵外人（负责人）" in telephones and "未开始 2 张" in telephones and "王经办" not in telephones
    assert "王经办" in client.get(f"{OVERVIEW}/telephones").text, "without ticks all that miss something"
    assert "合计" in client.get(f"{OVERVIEW}/print").text


@on_both
def test_looking_again_costs_few_statements(app: Flask, world: World) -> None:
    live(world)
    client = signed_in_client(app, "approver")
    client.get(OVERVIEW)

    with counted_queries() as statements:
        client.get(OVERVIEW)

    assert len(statements) <= 12, "\n".join(statements)


@pytest.mark.parametrize("query", ["rule=W18' OR 1=1", "claimant=-1", "claimant=99999999999", "kind=%00", "tab=;"])
def test_nonsense_in_links_restricts_nothing(app: Flask, world: World, query: str) -> None:
    rows = [EntryRow(OFFICE, code(1), "第1个项目", 1)]
    imports.import_rows(world.session, world.actor("approver"), YEAR, rows)

    assert row_count(signed_in_client(app, "approver"), f"/register/{YEAR}?{query}") == 1
