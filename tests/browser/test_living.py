"""Pages that are open while others act: they say what happened and go on by themselves."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.drafting import field, goals, open_edit, own_table, saved, table_id, write_at_end
from tests.browser.looking import examine, hear
from tests.browser.server import Portal


def act(page: Page, address: str, action: str, button: str) -> None:
    page.goto(f"{address}/{action}")
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#messages")).to_contain_text("已")


def sound_table(page: Page) -> str:
    """The address of a table without errors, on its edit page."""
    address = own_table(page)
    page.get_by_label("项目编码", exact=True).fill(f"610-1301-JBN-{table_id(address):04d}")
    page.get_by_label("项目名称", exact=True).fill(f"社区工作专项{table_id(address)}")
    saved(page)
    return address


def test_edit_page_is_read_only_while_the_table_is_submitted_and_goes_on_after(
    new_page: NewPage, portal: Portal
) -> None:
    drafter, head = new_page("drafter"), new_page("head")
    address = sound_table(drafter)
    act(head, address, "submit", "送审")

    hear(drafter)
    expect(drafter.locator("#messages")).to_contain_text("送审，现在的状态是“已送审”")
    expect(drafter.locator(".standing")).to_contain_text("已送审")
    expect(field(drafter, "绩效目标")).not_to_be_editable()
    expect(drafter.get_by_role("button", name="第1行 删除")).to_be_disabled()
    examine(drafter, "paused")

    act(head, address, "withdraw", "取消送审")
    hear(drafter)
    expect(drafter.locator("#messages")).to_contain_text("取消送审，现在的状态是“草拟”，可以接着填写。")
    expect(drafter.locator("#messages")).not_to_contain_text("现在不能修改")
    expect(drafter.locator(".standing")).to_contain_text("草拟")
    write_at_end(field(drafter, "绩效目标"), "接着写的。")
    saved(drafter)
    assert goals(portal, table_id(address)).endswith("接着写的。")


def test_text_typed_after_the_submission_is_kept_and_saved_when_the_table_comes_back(
    new_page: NewPage, portal: Portal
) -> None:
    drafter, head = new_page("drafter", allow_failures=True), new_page("head")
    address = sound_table(drafter)
    drafter.route("**/standing?*", lambda route: route.abort())  # hears of it by saving only
    act(head, address, "submit", "送审")

    write_at_end(field(drafter, "绩效目标"), "送审以后写的。")
    expect(drafter.locator("#messages")).to_contain_text("没有保存：")
    expect(drafter.locator("#messages")).to_contain_text("那时自动保存")
    expect(field(drafter, "绩效目标")).not_to_be_editable()
    expect(field(drafter, "绩效目标")).to_have_value(re.compile("送审以后写的。$"))
    drafter.unroute("**/standing?*")

    act(head, address, "withdraw", "取消送审")
    hear(drafter)
    saved(drafter)
    assert goals(portal, table_id(address)).endswith("送审以后写的。")


def test_table_page_follows_by_itself(new_page: NewPage) -> None:
    drafter, head = new_page("drafter"), new_page("head")
    address = sound_table(drafter)
    drafter.goto(address)
    expect(drafter.locator(".standing")).to_contain_text("草拟")
    act(head, address, "submit", "送审")
    hear(drafter)
    expect(drafter.locator("#messages")).to_contain_text("送审，现在的状态是“已送审”。")
    expect(drafter.locator(".standing")).to_contain_text("已送审")
    expect(drafter.locator(".page-title")).to_contain_text("第 1 次送审")
    expect(drafter.get_by_role("link", name="编辑", exact=True)).to_have_count(0)


def test_typed_opinion_stays_when_a_colleague_claims_the_table(new_page: NewPage) -> None:
    drafter, head, reviewer, approver = (new_page(name) for name in ("drafter", "head", "reviewer", "approver"))
    address = sound_table(drafter)
    act(head, address, "submit", "送审")
    reviewer.goto(address)
    opinion = reviewer.get_by_label("意见", exact=True)
    opinion.fill("写了一半的意见")
    approver.goto(address)
    approver.get_by_role("button", name="认领审核").click()
    expect(approver.get_by_role("button", name="取消认领")).to_be_visible()

    hear(reviewer)
    expect(reviewer.locator("#messages")).to_contain_text("认领审核。页面上的内容不是最新的。 看最新情况")
    expect(opinion).to_have_value("写了一半的意见")
    expect(reviewer.locator(".desk-line")).to_contain_text("刘芳 在审")


def test_confirmation_says_that_the_text_changed_and_does_not_change_it(new_page: NewPage) -> None:
    drafter, head = new_page("drafter"), new_page("head")
    address = sound_table(drafter)
    head.goto(f"{address}/submit")
    digest = head.locator("input[name=digest]").input_value()
    field(drafter, "绩效目标").fill("送审之前改的。")
    saved(drafter)
    hear(head)
    expect(head.locator("#messages")).to_contain_text("编辑。页面上的内容不是最新的。")
    expect(head.locator("input[name=digest]")).to_have_value(digest)


def test_naming_the_project_names_the_page(new_page: NewPage) -> None:
    label = "新的名称"
    drafter, head = new_page("drafter"), new_page("head")
    address = own_table(drafter)
    open_edit(head, address)
    drafter.get_by_label("项目名称", exact=True).fill(label)
    saved(drafter)
    hear(head)
    for page in (drafter, head):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{label}绩效目标表")
        expect(page).to_have_title(re.compile(f"^编辑 {label}绩效目标表 · "))
        expect(page.locator("[data-sheet-title]")).to_contain_text(f"{label}绩效目标表")
