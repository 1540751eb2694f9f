"""An office as a unit: who sees it, tables in order with marks, findings across them, pages, what can be ticked."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.domain import actions
from portal.domain.documents import Document, with_value
from portal.domain.register import EntryRow
from portal.services.register import imports
from portal.web.review import office_tables
from tests.databases import on_both
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import DUE, OFFICE, YEAR, World, sound_project

PAGE = f"/offices/{OFFICE}/{YEAR}"
MOST_STATEMENTS = 8


def project(n: int) -> Document:
    return sound_project(n, f"610-1301-JBN-U{n:03}", f"第{n}个项目")


def submit(world: World, n: int) -> int:
    """With texts and a plan of its own."""
    document = with_value(project(n), "purpose", f"支付第{n}条道路的维修费用。")
    document = with_value(document, "goals", f"1、完成第{n}条道路的维修养护。")
    return world.submitted(with_value(document, "spending_plan/march", f"{n + 10}.00"))


def numbers(text: str) -> list[int]:
    """Ids of the sheets on the page."""
    return [int(found) for found in re.findall(r'<section id="table-(\d+)"', text)]


def test_sheets_stand_one_after_the_other_with_their_marks(app: Flask, world: World) -> None:
    first, second = submit(world, 1), submit(world, 2)
    world.draft(sound_project(3, "610-1301-JBN-U003", "还没送审的项目"))
    world.opinion(second)
    world.act(second, actions.RETURN, "reviewer", due=DUE)
    page = signed_in_client(app, "reviewer").get(PAGE).text
    assert numbers(page) == [first, second]
    assert f'href="#table-{first}"' in page and f'href="/tables/{first}"' in page
    assert "还没送审的项目" not in page
    assert page.count('name="table"') == 1  # the returned one cannot be decided now
    assert 'formaction="/decide/return"' in page and 'formaction="/decide/approve"' not in page
    assert "各表之间" not in page


def test_what_is_ticked_is_returned_together(app: Flask, world: World) -> None:
    ids = [submit(world, n) for n in (1, 2)]
    page = signed_in_client(app, "reviewer").get("/decide/return?" + "&".join(f"table={n}" for n in ids))
    assert page.status_code == 200
    assert PAGE in signed_in_client(app, "reviewer").get("/").text
    assert PAGE in signed_in_client(app, "reviewer").get(f"/tables/{ids[0]}").text
    assert PAGE + '"' not in signed_in_client(app, "head").get(f"/tables/{ids[0]}").text


def test_findings_across_tables_stand_on_top(app: Flask, world: World) -> None:
    ids = [world.submitted(project(n)) for n in (1, 2, 3)]  # all alike but for their names
    entries = [EntryRow(OFFICE, f"610-1301-JBN-U{n:03}", f"第{n}个项目", 2_300_000) for n in (1, 2, 3, 4)]
    imports.import_rows(world.session, world.actor("approver"), YEAR, entries)
    page = signed_in_client(app, "approver").get(PAGE).text
    assert "3 张表的资金支出计划都一样（25%、60%、90%、100%）。" in page
    assert "同一句话“1、按月足额发放预算外人员工资”写在 3 张表里。" in page
    wanted = "送审 3 张，合计 69,000.00 元；应报 4 项，合计 92,000.00 元：少 23,000.00 元，1 项还没有送审。"
    assert wanted in page
    assert page.count(f'href="#table-{ids[0]}"') == 1 + 4  # the list, the plan, two goals and the purpose


def test_register_of_other_offices_and_exempt_entries_count_for_nothing(app: Flask, world: World) -> None:
    submit(world, 1)
    entries = [
        EntryRow(OFFICE, "610-1301-JBN-U001", "第1个项目", 2_300_000),
        EntryRow("620001", "620-1301-JBN-U009", "别的单位的", 1),
    ]
    imports.import_rows(world.session, world.actor("approver"), YEAR, entries)
    assert "各表之间" not in signed_in_client(app, "approver").get(PAGE).text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *(("reviewer", 200), ("approver", 200), ("auditor", 200)),
        *(
            ("head", 403),
            ("drafter", 403),
            ("above_head", 403),
            ("other_reviewer", 404),
            ("outsider", 404),
            ("admin", 404),
        ),
    ],
)
def test_bureau_and_auditor_alone_see_the_page(app: Flask, world: World, who: str, status: int) -> None:
    submit(world, 1)
    assert signed_in_client(app, who).get(PAGE).status_code == status


def test_auditor_ticks_nothing(app: Flask, world: World) -> None:
    submit(world, 1)
    page = signed_in_client(app, "auditor").get(PAGE).text
    assert 'name="table"' not in page and "formaction" not in page


@pytest.mark.parametrize("address", ["/offices/999999/2020", f"/offices/{OFFICE}/2031", f"/offices/{'9' * 40}/2020"])
def test_office_or_year_without_submitted_tables_is_not_found(app: Flask, world: World, address: str) -> None:
    submit(world, 1)
    assert signed_in_client(app, "approver").get(address).status_code == 404


def test_long_office_has_pages_and_the_list_leads_to_them(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_tables, "PAGE", 2)
    ids = [submit(world, n) for n in (1, 2, 3)]
    client = signed_in_client(app, "reviewer")
    first = client.get(PAGE).text
    assert numbers(first) == ids[:2]
    assert f'href="{PAGE}?page=2#table-{ids[2]}"' in first and "第 1–2 张，共 3 张" in first
    for number in ("2", "99"):
        assert numbers(client.get(f"{PAGE}?page={number}").text) == ids[2:]
    assert numbers(client.get(f"{PAGE}?page=-1").text) == ids[:2]


@on_both
def test_page_costs_the_same_statements_however_many_tables(app: Flask, world: World) -> None:
    client, counts = signed_in_client(app, "reviewer"), []
    for n in (1, 2, 3):
        submit(world, n)
        with counted_queries() as statements:
            client.get(PAGE)
        counts.append(len(statements))
    assert len(set(counts)) == 1 and counts[0] <= MOST_STATEMENTS
