"""Pages of the register: lists and counts, import with preview, one entry, what an office owes, voiding."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain import actions
from portal.domain.register import EntryRow
from portal.models import RegisterEntry
from portal.services.administration import budget_years
from portal.services.register import exemptions, imports
from tests.databases import on_sqlite
from tests.services.next_year import open_next
from tests.web.signing import signed_in_client
from tests.world import OFFICE, YEAR, World

LIST = f"/register/{YEAR}"
CODE = "610-1301-JBN-OTTA"
HEAD = "单位编码\t项目编码\t项目名称\t金额"


def keep(world: World, *rows: EntryRow) -> list[RegisterEntry]:
    wanted = rows or (
        EntryRow(OFFICE, CODE, "工作经费", 2_400_000, is_key=True),
        EntryRow(OFFICE, "610-2", "未开始的", 5),
    )
    imports.import_rows(world.session, world.actor("approver"), YEAR, wanted)
    return world.session.query(RegisterEntry).order_by(RegisterEntry.code).all()


def previewed(client: FlaskClient, text: str) -> str:
    answer = client.post(f"{LIST}/import", data={"pasted": text})
    assert answer.status_code == 303, answer.text
    return answer.location


def seen(client: FlaskClient, address: str) -> str:
    found = re.search('name="seen" value="([^"]*)"', client.get(address).text)
    assert found
    return found[1]


def test_list_shows_standings_amounts_of_both_sides_and_counts(app: Flask, world: World) -> None:
    keep(world)
    world.submitted()

    page = signed_in_client(app, "reviewer").get(LIST).text

    assert "待审核" in page and "未开始" in page and "重点" in page
    assert "24,000.00" in page and "与应报金额不同：</span>23,000.00" in page
    assert "应报 2 项，现行有效 0 项" in page


def test_list_filters_by_standing_and_words(app: Flask, world: World) -> None:
    keep(world)
    client = signed_in_client(app, "approver")

    assert "工作经费" not in client.get(f"{LIST}?q=未开始").text
    world.draft()
    begun = client.get(f"{LIST}?tab=not_begun").text
    assert "未开始的" in begun and "工作经费" not in begun


def test_list_of_more_than_a_page_is_walked_forwards_and_back(app: Flask, world: World) -> None:
    keep(world, *(EntryRow(OFFICE, f"610-{n:03d}", f"第{n:03d}项", 1) for n in range(120)))
    client, address, walked = signed_in_client(app, "approver"), LIST, []
    while address:
        page = client.get(address).text
        walked += re.findall(r"第(\d{3})项</a>", page)
        following = re.search(r'href="([^"]*after=[^"]*)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    back = re.search(r'href="([^"]*before=[^"]*)"', page)

    assert walked == [f"{n:03d}" for n in range(120)]
    assert back and "第050项" in client.get(back[1].replace("&amp;", "&")).text


def test_administrator_and_stranger_offices_see_nothing_of_the_register(app: Flask, world: World) -> None:
    entry = keep(world)[0]
    assert signed_in_client(app, "admin").get(LIST).status_code == 403
    outsider = signed_in_client(app, "outsider")
    assert "工作经费" not in outsider.get(LIST).text
    assert outsider.get(f"/register/entries/{entry.id}").status_code == 404
    assert outsider.get("/register/1999").status_code == 404


def test_import_previews_three_blocks_at_an_address_and_then_writes(app: Flask, world: World) -> None:
    keep(world)
    client = signed_in_client(app, "approver")
    address = previewed(client, f"{HEAD}\n{OFFICE}\t{CODE}\t工作经费\t2.5万元\n{OFFICE}\t610-3\t新项目\t1,000")

    page = client.get(address).text
    assert "24,000.00 → <strong>25,000.00" in page
    assert "新增 1 项，有变化 1 项" in page and "清单里没有的 1 项" in page
    assert "第 2 行的金额不是纯数字" in page
    assert world.session.query(RegisterEntry).count() == 2

    done = client.post(address, data={"seen": seen(client, address), "remove_gone": "1"}, follow_redirects=True)
    assert "新增 1 项，修改 1 项，移出 1 项" in done.text
    world.session.rollback()
    assert {entry.code for entry in world.session.query(RegisterEntry)} == {CODE, "610-3"}


def test_import_of_a_workbook_by_file(app: Flask, world: World) -> None:
    client = signed_in_client(app, "reviewer")
    file = (BytesIO(f"单位编码,项目编码,项目名称,金额\n{OFFICE},610-9,甲,1\n".encode("gb18030")), "清单.csv")

    address = client.post(f"{LIST}/import", data={"file": file, "pasted": ""}).location

    assert "清单.csv" in client.get(address).text


def test_list_with_errors_is_shown_by_row_with_what_was_pasted_and_writes_nothing(app: Flask, world: World) -> None:
    pasted = f"{HEAD}\n{OFFICE}\t610-1\t甲\t1\n999\t610-2\t乙\tx"

    answer = signed_in_client(app, "approver").post(f"{LIST}/import", data={"pasted": pasted})

    assert answer.status_code == 422
    assert "第 3 行：没有编码为“999”的单位。" in answer.text and "第 3 行：金额“x”" in answer.text
    assert "610-1\t甲" in answer.text
    assert world.session.query(RegisterEntry).count() == 0


def test_import_after_the_register_changed_shows_the_new_preview(app: Flask, world: World) -> None:
    client = signed_in_client(app, "approver")
    address = previewed(client, f"{HEAD}\n{OFFICE}\t610-3\t新项目\t1")
    shown = seen(client, address)
    keep(world, EntryRow(OFFICE, "610-3", "新项目", 200))

    answer = client.post(address, data={"seen": shown})

    assert answer.status_code == 409
    assert "2.00 → <strong>1.00" in answer.text


@pytest.mark.parametrize("who", ["drafter", "head", "auditor", "admin"])
def test_import_page_is_for_those_who_keep_a_register(app: Flask, world: World, who: str) -> None:
    assert signed_in_client(app, who).get(f"{LIST}/import").status_code == 403


def test_preview_of_another_person_is_not_shown(app: Flask, world: World) -> None:
    address = previewed(signed_in_client(app, "approver"), f"{HEAD}\n{OFFICE}\t610-3\t新项目\t1")
    assert signed_in_client(app, "approver2").get(address).status_code == 422


def test_office_sees_what_it_owes_on_its_home_page_and_begins_a_table(app: Flask, world: World) -> None:
    entry = keep(world)[0]
    client = signed_in_client(app, "drafter")
    home = client.get("/").text
    assert "应报、还没有开始" in home and "24,000.00 元" in home

    answer = client.post(f"/register/entries/{entry.id}/start")

    assert answer.status_code == 303 and answer.location.endswith("/edit")
    assert CODE in client.get(answer.location).text
    assert "工作经费" not in re.findall(r'class="panel owed".*?</section>', client.get("/").text, re.DOTALL)[0]
    assert client.post(f"/register/entries/{entry.id}/start").status_code == 409


def test_bureau_sees_of_a_draft_when_it_was_saved_but_no_link_and_no_text(app: Flask, world: World) -> None:
    keep(world)
    table_id = world.draft()
    page = signed_in_client(app, "approver").get(LIST).text
    assert "最近保存" in page
    assert f"/tables/{table_id}" not in page and "办事处工作经费" not in page
    assert f"/tables/{table_id}" in signed_in_client(app, "drafter").get(LIST).text


def test_exempt_entry_says_why_and_by_whom_to_the_office(app: Flask, world: World) -> None:
    entry = keep(world)[0]
    client = signed_in_client(app, "reviewer")
    refused = client.post(f"/register/entries/{entry.id}/exempt", data={"reason": " "})
    assert refused.status_code == 422 and "请写明免报的理由。" in refused.text

    client.post(f"/register/entries/{entry.id}/exempt", data={"reason": "并入其他项目。"})

    page = signed_in_client(app, "head").get(f"/register/entries/{entry.id}").text
    assert "免报" in page and "并入其他项目。（陈审核" in page and "起草" not in page


def test_stale_act_on_an_entry_keeps_the_reason_that_was_typed(app: Flask, world: World) -> None:
    entry = keep(world)[0]
    exemptions.exempt(world.session, world.actor("approver"), entry.id, "先办的理由")

    answer = signed_in_client(app, "reviewer").post(
        f"/register/entries/{entry.id}/exempt", data={"reason": "后办的理由"}
    )

    assert answer.status_code == 409
    assert "刘批复已经批准免报：先办的理由" in answer.text


def test_tables_that_nobody_announced_stand_apart_and_are_registered(app: Flask, world: World) -> None:
    table_id = world.submitted()
    client = signed_in_client(app, "approver")
    assert "办事处工作经费" in client.get(f"{LIST}?tab=unannounced").text

    client.post(f"/register/tables/{table_id}/register")

    assert "送审过的表都在应报清单里" in client.get(f"{LIST}?tab=unannounced").text
    assert "补登记" not in signed_in_client(app, "head").get(f"{LIST}?tab=unannounced").text


def test_merge_without_a_choice_asks_for_one(app: Flask, world: World) -> None:
    keep(world, EntryRow(OFFICE, "610-2", "另一个编码", 5))
    table_id = world.submitted()
    answer = signed_in_client(app, "approver").post(f"/register/tables/{table_id}/merge")
    assert answer.status_code == 422 and "请选择并入哪一项。" in answer.text


def test_office_confirms_that_it_has_no_project(app: Flask, world: World) -> None:
    head = signed_in_client(app, "head")
    assert "确认 2020 年度没有项目" in head.get(f"{LIST}/none").text
    head.post(f"{LIST}/none")
    assert "李主任" in signed_in_client(app, "approver").get(f"{LIST}?tab=no_projects").text
    assert signed_in_client(app, "drafter").get(f"{LIST}/none").status_code == 403


def test_voided_table_says_so_on_its_page_and_in_the_lists(app: Flask, world: World) -> None:
    table_id = world.submitted()
    world.act(table_id, actions.WITHDRAW, "head")
    head = signed_in_client(app, "head")
    assert f"/tables/{table_id}/void" in head.get(f"/tables/{table_id}").text
    refused = head.post(f"/tables/{table_id}/void", data={"reason": ""})
    assert refused.status_code == 422 and "请写明作废的理由。" in refused.text

    page = head.post(f"/tables/{table_id}/void", data={"reason": "项目取消。"}, follow_redirects=True).text

    assert "作废" in page and "李主任：项目取消。" in page and "/submit" not in page
    assert "作废" in head.get(f"/tables?year={YEAR}").text
    assert "办事处工作经费" not in head.get("/?tab=drafted").text
    assert signed_in_client(app, "reviewer").get(f"/tables/{table_id}").status_code == 200
    assert signed_in_client(app, "drafter").get(f"/tables/{table_id}/void").status_code in (403, 409)


@on_sqlite
def test_names_in_the_register_are_escaped(app: Flask, world: World) -> None:
    keep(world, EntryRow(OFFICE, "<b>1", "<script>名</script>", 1))
    page = signed_in_client(app, "approver").get(LIST).text
    assert "<script>名" not in page and "&lt;script&gt;名" in page


def test_home_of_an_office_offers_nothing_of_a_closed_year(app: Flask, world: World) -> None:
    keep(world)
    budget_years.close_year(world.session, None, YEAR)
    assert "应报、还没有开始" not in signed_in_client(app, "drafter").get("/").text


def test_auditor_reads_acts_on_the_register_in_words_and_a_large_import_in_part(app: Flask, world: World) -> None:
    keep(world, *(EntryRow(OFFICE, f"610-{n:03d}", f"第{n:03d}项", 2_400_000) for n in range(70)))
    approver = signed_in_client(app, "approver")
    fields = {"office": OFFICE, "code": "610-X", "name": "登记的项目", "amount": "200"}
    approver.post(f"{LIST}/new", data=fields)

    page = signed_in_client(app, "auditor").get("/audit").text

    assert "导入应报清单" in page and "登记应报项目" in page and "2020 年度应报清单" in page
    assert "新增项数" in page and "200.00 元" in page
    assert page.count("应报项目（2020/") == 51 and "20 条" in page


@pytest.mark.parametrize("tab", ["", "not_begun", "unannounced", "no_projects"])
def test_filter_bar_gets_the_chosen_tab_alone(app: Flask, world: World, tab: str) -> None:
    keep(world)
    client = signed_in_client(app, "approver")

    part = client.get(f"{LIST}?tab={tab}&office={OFFICE}", headers={"HX-Request-Type": "partial"}).text

    assert "<html" not in part and 'class="filters"' not in part
    assert 'aria-current="page"' in part


def test_preview_says_where_the_entries_stand_that_the_list_leaves_out(app: Flask, world: World) -> None:
    keep(world)
    world.submitted()
    client = signed_in_client(app, "approver")

    page = client.get(previewed(client, f"{HEAD}\n{OFFICE}\t610-3\t新项目\t1")).text

    assert "现在的情况" in page and "待审核" in page and "未开始" in page


def test_register_opens_with_the_latest_open_year_and_links_the_others(app: Flask, world: World) -> None:
    open_next(world)
    client = signed_in_client(app, "approver")

    assert client.get("/register").location == f"/register/{YEAR + 1}"
    assert f'href="/register/{YEAR}"' in client.get(f"/register/{YEAR + 1}").text
