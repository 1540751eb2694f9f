"""The reviewer's lists, and the approver whose screen is no longer what the database holds."""

from __future__ import annotations

import re
from dataclasses import replace

from playwright.sync_api import Page, expect

import config
from portal import create_app
from portal.domain import actions
from portal.domain.documents import PerformanceText
from portal.extensions import db
from portal.services.files import imports
from tests.browser.conftest import NewPage
from tests.browser.looking import examine, ready_to_draft
from tests.browser.server import Portal
from tests.world import World, sound_project

OTHER_OFFICE = "610003"
MANY = 60


def names(page: Page) -> list[str]:
    return page.locator("#list tbody th").all_inner_texts()


def submit_many(portal: Portal) -> None:
    """More tables of the other office than a page of the list holds."""
    blank = replace(sound_project(), office_code=OTHER_OFFICE, office_name="秦皇岛市山海关区南关街道办事处")
    tables = tuple(
        replace(
            blank,
            ordinal=n,
            project_code=f"610-1301-JBN-X{n:03}",
            project_name=f"网格服务经费{n}",
            goals=f"1、完成第{n}网格的全年服务。",
        )
        for n in range(101, 101 + MANY)
    )
    app = create_app(config.load({"INSTANCE": str(portal.folder)}))
    with app.app_context():
        world = World(db.session())
        imports.import_text(db.session(), world.actor("outsider"), PerformanceText(tables=tables), OTHER_OFFICE, 2020)
        for (table_id,) in portal.rows("SELECT id FROM target_tables WHERE project_name LIKE '网格服务经费%'"):
            world.act(table_id, actions.SUBMIT, "outsider")
        db.session.remove()
        db.engine.dispose()


def test_reviewer_finds_the_tables_that_wait(new_page: NewPage, portal: Portal) -> None:
    page = new_page("reviewer")
    expect(page.get_by_role("link", name=re.compile("待审核"))).to_have_attribute("aria-current", "page")
    counted = portal.rows("SELECT count(*) FROM target_tables WHERE state = 'submitted' AND NOT is_recommended")[0][0]
    expect(page.get_by_role("link", name=re.compile("待审核"))).to_have_text(re.compile(rf"待审核\s*{counted}$"))
    page.get_by_role("link", name=re.compile("被退回")).click()
    expect(page).to_have_url(re.compile("tab=returned"))
    expect(page.locator("#list")).to_contain_text("居委会主任退休补贴")
    expect(page.locator("#list")).not_to_contain_text("车辆保险费")


def test_reviewer_filters_without_leaving_the_page_and_goes_back(new_page: NewPage) -> None:
    page = new_page("reviewer")
    page.get_by_role("link", name="绩效目标表", exact=True).click()
    expect(page).to_have_url(re.compile("/tables$"))
    everything = page.locator("#list").inner_text()
    page.evaluate("document.querySelector('h1').dataset.same = 'yes'")
    page.get_by_label("状态").select_option(label="已退回")
    expect(page).to_have_url(re.compile("state=returned"))
    expect(page.locator("#list")).not_to_contain_text("车辆保险费")
    expect(page.locator("#list")).to_contain_text("居委会主任退休补贴")
    expect(page.locator("h1[data-same=yes]")).to_be_visible()  # only the list was swapped
    page.get_by_label("项目名称或编码").fill("退休补贴")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("state=returned.*q=|q=.*state=returned"))
    expect(page.locator("#list tbody tr")).to_have_count(1)
    examine(page, "reviewer-filtered")
    page.reload()  # the address is the whole of it
    expect(page.get_by_label("项目名称或编码")).to_have_value("退休补贴")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.go_back()
    expect(page.locator("#list")).to_contain_text("居委会主任退休补贴")
    expect(page.get_by_label("项目名称或编码")).to_have_value("")
    expect(page.get_by_label("状态")).to_have_value("returned")
    page.go_back()
    expect(page).to_have_url(re.compile("/tables$"))
    expect(page.get_by_label("状态")).to_have_value("")
    expect(page.locator("#list")).to_have_text(everything, use_inner_text=True)


def test_reviewer_pages_through_a_long_list(new_page: NewPage, portal: Portal) -> None:
    submit_many(portal)
    page = new_page("reviewer")
    page.get_by_role("link", name="绩效目标表", exact=True).click()
    page.get_by_label("预算单位").select_option(label="610003 秦皇岛市山海关区南关街道办事处")
    expect(page.get_by_role("link", name="打印本单位全部")).to_be_visible()
    expect(page.locator("#list tbody tr")).to_have_count(50)
    first = names(page)
    examine(page, "reviewer-long-list")
    page.get_by_role("link", name="下一页").click()
    expect(page.locator("#list tbody tr")).to_have_count(MANY + 2 - 50)  # two are in the demo, one of them voided
    second = names(page)
    assert not set(first) & set(second)
    assert sum(name.startswith("网格服务经费") for name in first + second) == MANY
    expect(page.get_by_role("link", name="下一页")).to_have_count(0)
    page.get_by_role("link", name="上一页").click()
    expect(page.locator("#list tbody tr")).to_have_count(50)
    assert names(page) == first
    page.go_back()
    expect(page.locator("#list tbody tr")).to_have_count(MANY + 2 - 50)  # two are in the demo, one of them voided
    page.go_forward()
    expect(page.locator("#list tbody tr")).to_have_count(50)


def confirm(page: Page, table_id: int, action: str) -> None:
    """To the page that asks, and no further."""
    page.goto(f"/tables/{table_id}")
    page.get_by_role("link", name=action, exact=True).click()
    expect(page.get_by_role("heading", level=2, name=action, exact=True)).to_be_visible()


def ask_for_no_recommendation(new_page: NewPage) -> None:
    """From now on the year of the demo lets approvers approve on their own."""
    admin = new_page("admin")
    admin.goto("/years/2020")
    admin.get_by_label("批复前的建议批复").select_option("never")
    admin.get_by_role("button", name="保存", exact=True).click()
    expect(admin.locator("#messages")).to_contain_text("已修改")


def press(page: Page, action: str) -> None:
    page.get_by_role("main").get_by_role("button", name=action, exact=True).click()


def test_approver_cannot_approve_what_is_no_longer_there(new_page: NewPage, portal: Portal) -> None:
    """While the approver looks, the office withdraws, changes the text and submits again."""
    ask_for_no_recommendation(new_page)
    table_id = portal.table(2)
    approver, head = new_page("approver"), new_page("head")
    confirm(approver, table_id, "批复")
    confirm(head, table_id, "取消送审")
    press(head, "取消送审")
    head.get_by_role("link", name="编辑", exact=True).click()
    ready_to_draft(head)
    head.get_by_label("绩效目标", exact=True).fill("1、为公务用车1辆购买全年保险。")
    head.get_by_role("button", name="保存", exact=True).click()
    expect(head.locator("[data-status]")).to_contain_text("已保存")
    confirm(head, table_id, "送审")
    press(head, "送审")
    expect(head.locator("#messages")).to_contain_text("已送审")
    press(approver, "批复")
    expect(approver.get_by_role("alert")).to_contain_text("没有批复")
    expect(approver.get_by_role("main")).to_contain_text("1、为公务用车1辆购买全年保险。")  # what is there now
    examine(approver, "approver-stale")
    assert portal.state(table_id) == "submitted"
    assert portal.rows("SELECT in_force_id FROM target_tables WHERE id = ?", table_id) == [(None,)]
    press(approver, "批复")  # now that it has been read
    expect(approver.locator("#messages")).to_contain_text("已批复。")
    assert portal.state(table_id) == "approved"


def test_approver_is_told_that_a_colleague_has_returned_the_table(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(6)
    approver, reviewer = new_page("approver"), new_page("reviewer")
    approver.goto(f"/tables/{table_id}")
    reviewer.goto(f"/tables/{table_id}")
    reviewer.get_by_role("link", name="退回…").click()
    press(reviewer, "退回")
    expect(reviewer.locator("#messages")).to_contain_text("已退回，单位可以看到提出的意见。")
    approver.get_by_role("link", name="批复", exact=True).click()
    expect(approver.get_by_role("main")).to_contain_text(re.compile("陈志强.*退回"))
    examine(approver, "approver-returned-meanwhile")
    assert portal.state(table_id) == "returned"


def test_approver_cannot_approve_over_an_open_binding_opinion(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(4)
    page = new_page("approver")
    confirm(page, table_id, "批复")
    expect(page.get_by_role("main")).to_contain_text("现在还不能批复")
    expect(page.get_by_role("main").get_by_role("button", name="批复", exact=True)).to_have_count(0)
    examine(page, "approver-obstacles")


def test_approver_reopens_with_a_reason(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(1)
    page = new_page("approver")
    confirm(page, table_id, "退回调整")
    page.get_by_label(re.compile("理由|原因")).fill("区里追加预算，请调整目标。")
    examine(page, "approver-reopen")
    press(page, "退回调整")
    expect(page.locator("#messages")).to_contain_text("原批复的版本在下次批复之前仍然有效")
    expect(page.get_by_role("main")).to_contain_text("现行有效")
    assert portal.state(table_id) == "returned"
    assert portal.rows("SELECT in_force_id IS NOT NULL FROM target_tables WHERE id = ?", table_id) == [(1,)]
