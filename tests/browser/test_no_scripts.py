"""Every page works with scripts off: htmx and the small behaviours only make it quicker."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.looking import picture
from tests.browser.server import Portal


def test_saving_and_submitting_without_scripts(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(7)
    drafter = new_page("drafter", java_script_enabled=False)
    drafter.goto(f"/tables/{table_id}")
    drafter.get_by_role("link", name="编辑", exact=True).click()
    rows = drafter.get_by_label(re.compile(r"第\d+行 三级指标"))
    before = rows.count()
    first = drafter.get_by_label("第1行 三级指标").input_value()
    drafter.get_by_label("绩效目标", exact=True).fill("1、不用脚本也能保存。")
    drafter.get_by_role("button", name="第1行 复制").click()
    expect(rows).to_have_count(before + 1)
    expect(drafter.get_by_label("第2行 三级指标")).to_have_value(first)
    picture(drafter, "no-scripts-edit")
    drafter.get_by_role("button", name="第2行 删除").click()
    expect(rows).to_have_count(before)
    drafter.get_by_label("项目名称").fill("综合服务中心专项补助（无脚本）")
    drafter.keyboard.press("Enter")
    expect(drafter.locator("#messages")).to_contain_text("已保存。")
    expect(drafter.get_by_label("绩效目标", exact=True)).to_have_value("1、不用脚本也能保存。")

    head = new_page("head", java_script_enabled=False)
    head.goto(f"/tables/{table_id}")
    head.get_by_role("link", name="送审").click()
    assert portal.state(table_id) == "drafted"  # asking is not acting
    head.get_by_role("button", name="送审").click()
    expect(head.locator("#messages")).to_contain_text("已送审，等待财政局审核。")
    head.get_by_role("link", name="打印").click()
    expect(head.get_by_role("button", name="打印")).to_be_hidden()
    head.get_by_role("link", name="返回").click()
    head.get_by_role("button", name="退出").click()
    expect(head.get_by_role("heading", level=1)).to_have_text("登录")
    assert portal.state(table_id) == "submitted"
    assert "审计记录完好" in portal.flask("audit", "verify")


def test_reviewing_without_scripts(new_page: NewPage, portal: Portal) -> None:
    page = new_page("reviewer", java_script_enabled=False)
    page.get_by_role("link", name="绩效目标表", exact=True).click()
    page.get_by_label("状态").select_option(label="已送审")
    page.get_by_label("项目名称或编码").fill("JBN-RPTP")
    page.get_by_role("button", name="筛选").click()
    expect(page).to_have_url(re.compile("state=submitted.*q=JBN-RPTP"))
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="社区工作经费").click()
    accepted = page.get_by_role("article", name=re.compile("^对绩效目标的意见"))
    accepted.get_by_role("button", name="采纳答复").click()
    expect(accepted).to_contain_text("已采纳")
    again = page.get_by_role("article", name=re.compile("第3行"))
    again.locator("summary", has_text="再次提出").click()
    again.get_by_label("还差什么").fill("请说明问卷的份数。")
    again.get_by_role("button", name="再次提出").click()
    expect(again).to_contain_text("请说明问卷的份数。")
    states = portal.rows("SELECT state FROM opinions WHERE table_id = ? ORDER BY id", portal.table(4))
    assert states == [("raised",), ("accepted",), ("answered",)]
