"""Findings and readings that follow what is typed, and a warning that is explained, in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.drafting import own_table, status, table_id, write_at_end
from tests.browser.looking import examine, ready_to_draft
from tests.browser.server import Portal

DRAFT = 7


def test_findings_follow_the_typing_and_a_warning_is_explained(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    page.goto(f"/tables/{portal.table(DRAFT)}/edit")
    ready_to_draft(page)
    value = page.get_by_label("第1行 指标值", exact=True)
    cell = page.locator("td").filter(has=value)
    value.fill("≥90%；≥90%为优，≥80%且＜90%为良，＜80%为差")
    expect(cell).to_contain_text("读作：≥ 90 %；另附三档评分标准")
    goals = page.get_by_label("绩效目标", exact=True)
    goals.fill("")
    expect(page.locator("td").filter(has=goals)).to_contain_text("没有填写绩效目标")
    expect(page.locator("td").filter(has=goals)).to_contain_text("待填")
    total = page.get_by_label("预算数", exact=True)
    before = total.input_value()
    total.fill("约五十万")
    expect(total).to_have_attribute("aria-invalid", "true")
    total.fill(before)
    expect(total).not_to_have_attribute("aria-invalid", "true")
    goals.fill("1、每月15日前发放综合服务中心人员工资。")
    expect(page.locator("td").filter(has=goals)).not_to_contain_text("没有填写绩效目标")
    warning = page.locator("#checks li").filter(has_text=re.compile(r"\bW1\b"))
    warning.locator("summary").first.click()
    warning.get_by_text("说明为什么保留").click()
    words = warning.get_by_label("为什么保留")
    words.fill("长" * 501)
    warning.get_by_role("button", name="保存说明").click()
    expect(warning).to_contain_text("说明最多 500 个字")
    words.fill("人数由上级核定，暂未下达。")
    examine(page, "explaining")
    warning.get_by_role("button", name="保存说明").click()
    expect(page.locator("#checks h2")).to_contain_text("已说明 1")
    expect(warning.get_by_text("已说明", exact=True)).to_be_visible()
    rows = portal.rows("SELECT text FROM explanations WHERE table_id = ?", portal.table(DRAFT))
    assert [row[0] for row in rows] == ["人数由上级核定，暂未下达。"]
    examine(page, "explained")


def test_corrections_by_one_click_keep_the_caret_and_are_undone_one_by_one(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    own_table(page)
    value, goals = page.get_by_label("第1行 指标值", exact=True), page.get_by_label("绩效目标", exact=True)
    value.fill("95百分比")
    goals.fill("1、完成１２次走访。")
    offered = page.locator("#finding-W16-goals .correction")
    expect(offered).to_contain_text("１２")
    page.locator("#rule-W16 summary").click()
    goals.click()
    write_at_end(goals, "2、尚未保存")
    offered.get_by_role("link").click()
    expect(goals).to_have_value("1、完成12次走访。2、尚未保存")
    expect(goals).to_be_focused()
    expect(status(page)).to_have_text("已改正 1 处，可以撤销")
    expect(offered).to_have_count(0)

    page.get_by_role("link", name="改正全部可以确定的").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("第1行·指标值")
    examine(page, "correcting")
    dialog.get_by_role("button", name="改正").click()
    expect(value).to_have_value("≥95%")
    page.get_by_role("button", name="撤销").click()
    expect(value).to_have_value("95百分比")
    expect(goals).to_have_value("1、完成12次走访。2、尚未保存")


def test_explanation_without_network_is_told_stays_and_goes_out_later(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", allow_failures=True)
    address = own_table(page)
    group = page.locator("#checks details").filter(has_text=re.compile(r"\bW18\b")).first
    group.locator("summary").click()
    group.get_by_text("说明为什么保留").click()
    words = group.get_by_label("为什么保留")
    words.fill("标准由上级核定。")
    page.context.set_offline(True)
    group.get_by_role("button", name="保存说明").click()
    expect(status(page)).to_have_text("连不上服务器，没有送出")
    expect(words).to_have_value("标准由上级核定。")
    page.context.set_offline(False)
    group.get_by_role("button", name="保存说明").click()
    expect(page.locator("#checks h2")).to_contain_text("已说明 1")
    rows = portal.rows("SELECT text FROM explanations WHERE table_id = ?", table_id(address))
    assert [row[0] for row in rows] == ["标准由上级核定。"]
