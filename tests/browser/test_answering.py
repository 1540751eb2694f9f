"""Answering where an opinion stands, and submitting several: in a browser, with what is typed elsewhere left alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from portal.demo.accounts import PASSWORD
from tests.browser.conftest import NewPage
from tests.browser.looking import examine, ready_to_draft
from tests.browser.server import Portal

RETURNED = 3
"""Position of the demo's returned table, with six opinions."""


def answered(portal: Portal, table_id: int) -> int:
    return len(portal.rows("SELECT id FROM opinions WHERE table_id = ? AND state = 'answered'", table_id))


def opinion(page: Page, words: str):  # type: ignore[no-untyped-def]
    return page.get_by_role("group").filter(has_text=words)


def test_answer_leaves_unsaved_text_focus_and_place_alone(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(RETURNED)
    page = new_page("drafter")
    page.goto(f"/tables/{table_id}/edit")
    ready_to_draft(page)
    page.get_by_label("绩效目标", exact=True).fill("还没有保存的目标")
    page.get_by_role("link", name="到下一条未答复的意见").click()
    whole = opinion(page, "与项目相关性不够")
    expect(whole.get_by_label("答复的说明")).to_be_focused()
    examine(page, "answering-open")
    whole.get_by_label("保留原文").check()
    whole.get_by_role("button", name="答复", exact=True).click()
    expect(whole.get_by_role("alert")).to_have_text("保留原文要写明理由。")
    expect(whole.get_by_label("答复的说明")).to_be_focused()
    whole.get_by_label("答复的说明").fill("补贴对象和标准已写在资金用途里。")
    whole.get_by_role("button", name="答复", exact=True).click()
    expect(whole).to_contain_text("已答复")
    expect(whole.get_by_text("修改答复")).to_be_focused()
    expect(page.get_by_text("还有 5 条未答复。")).to_be_visible()
    expect(page.get_by_label("绩效目标", exact=True)).to_have_value("还没有保存的目标")
    assert answered(portal, table_id) == 1
    by_keyboard = opinion(page, "缺少数量指标")
    by_keyboard.get_by_text("答复", exact=True).first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("已增加。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(by_keyboard).to_contain_text("已修改。已增加。")
    expect(page.get_by_label("绩效目标", exact=True)).to_have_value("还没有保存的目标")
    examine(page, "answering-answered")
    # Each form holds the answer that was given.
    page.reload()
    expect(whole.get_by_label("保留原文")).to_be_checked()
    expect(by_keyboard.get_by_label("已修改")).to_be_checked()
    assert answered(portal, table_id) == 2


def test_form_in_a_narrow_cell_is_whole_and_within_the_window(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    page.goto(f"/tables/{portal.table(RETURNED)}/edit")
    ready_to_draft(page)
    for words in ("及时足额", "满意度定为100%"):
        mine = opinion(page, words)
        mine.get_by_text("答复", exact=True).first.click()
        fields = mine.locator(".answer-fields").bounding_box()
        assert fields and fields["x"] >= 0 and fields["x"] + fields["width"] <= 1366
    examine(page, "answering-narrow")


def test_opinion_that_was_followed_is_answered_by_one_press(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(RETURNED)
    before = answered(portal, table_id)
    page = new_page("drafter")
    page.goto(f"/tables/{table_id}/edit")
    ready_to_draft(page)
    mine = opinion(page, "满意度定为100%")
    mine.get_by_role("button", name="已按意见修改").click()
    expect(mine).to_contain_text("已答复")
    expect(mine.get_by_role("button", name="已按意见修改")).to_have_count(0)
    assert answered(portal, table_id) == before + 1


def test_session_that_ended_before_an_answer_keeps_every_text(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(RETURNED)
    before = answered(portal, table_id)
    page = new_page("drafter")
    page.goto(f"/tables/{table_id}/edit")
    ready_to_draft(page)
    page.get_by_label("绩效目标", exact=True).fill("还没有保存的目标")
    mine = opinion(page, "不够细化量化")
    mine.get_by_text("答复", exact=True).first.click()
    mine.get_by_label("已修改").check()
    mine.get_by_label("答复的说明").fill("已补充标准。")
    page.context.clear_cookies()
    mine.get_by_role("button", name="答复", exact=True).click()
    dialog = page.get_by_role("dialog", name="登录已过期")
    expect(dialog.get_by_label("用户名")).to_have_value("drafter")
    expect(dialog.get_by_label("密码")).to_be_focused()
    expect(page.get_by_label("密码")).to_have_count(1)
    examine(page, "answering-expired")
    assert answered(portal, table_id) == before
    dialog.get_by_label("密码").fill(PASSWORD)
    dialog.get_by_role("button", name="登录").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#answer-trouble")).to_be_empty()
    expect(mine.get_by_label("答复的说明")).to_have_value("已补充标准。")
    expect(page.get_by_label("绩效目标", exact=True)).to_have_value("还没有保存的目标")
    mine.get_by_role("button", name="答复", exact=True).click()
    expect(mine).to_contain_text("已答复")
    assert answered(portal, table_id) == before + 1


def test_without_scripts_an_answer_comes_back_to_its_place(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(RETURNED)
    before = answered(portal, table_id)
    page = new_page("drafter", java_script_enabled=False)
    page.goto(f"/tables/{table_id}/edit")
    mine = opinion(page, "建议写明测算过程")
    mine.get_by_text("答复", exact=True).first.click()
    mine.get_by_label("已修改").check()
    mine.get_by_role("button", name="答复", exact=True).click()
    expect(page).to_have_url(re.compile("/edit#opinion-"))
    expect(mine).to_contain_text("已答复")
    assert answered(portal, table_id) == before + 1


@pytest.mark.parametrize("scripts", [True, False])
def test_head_chooses_tables_confirms_and_sees_a_result_for_each(
    new_page: NewPage, portal: Portal, scripts: bool
) -> None:
    name = "综合服务中心专项补助" if scripts else "综合事务经费"
    page = new_page("head", java_script_enabled=scripts)
    page.get_by_role("link", name="待送审").click()
    if scripts:
        page.get_by_role("link", name="全部送审").click()
        expect(page.get_by_text(re.compile(r"可以送审 \d 张"))).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text(name)
        page.go_back()
        examine(page, "batch-choosing")
    page.get_by_label(f"选择 {name}").check()
    page.get_by_role("button", name="送审所选").click()
    expect(page.get_by_text("可以送审 1 张")).to_be_visible()
    if scripts:
        examine(page, "batch-confirming")
    page.get_by_role("button", name="送审", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已送审 1 张。")).to_be_visible()
    if scripts:
        examine(page, "batch-results")


def test_verdict_follows_the_text_without_a_reload(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    page.goto(f"/tables/{portal.table(RETURNED)}/edit")
    ready_to_draft(page)
    mine = opinion(page, "及时足额")
    mine.get_by_role("button", name="已按意见修改").click()
    expect(mine).to_contain_text("答“已修改”但未改")
    mine.locator("xpath=ancestor::td[1]").locator("textarea.cell").fill("每月10日前发放到位")
    page.keyboard.press("Tab")
    expect(mine.get_by_text("改了", exact=True)).to_be_visible()
    expect(mine).not_to_contain_text("未改")
