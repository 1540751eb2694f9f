"""Without scripts, where the whole form is saved at once: what comes between typing and saving loses nothing typed.

With scripts: `test_drafting`.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.drafting import forget, goals, leave_idle
from tests.browser.looking import picture, sign_in
from tests.browser.server import Portal


def edit(page: Page, table_id: int) -> None:
    page.goto(f"/tables/{table_id}/edit")
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_visible()


def write_goals(page: Page, words: str) -> None:
    page.get_by_label("绩效目标", exact=True).fill(words)


def save(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()


@pytest.mark.parametrize(("position", "end_session"), [(3, forget), (5, leave_idle)])
def test_session_that_ended_while_typing(new_page: NewPage, portal: Portal, position: int, end_session) -> None:  # type: ignore[no-untyped-def]
    table_id = portal.table(position)
    page = new_page("drafter", java_script_enabled=False)
    edit(page, table_id)
    before = goals(portal, table_id)
    write_goals(page, "1、登录过期时写的目标。")
    end_session(page, portal)
    save(page)
    expect(page.get_by_role("main")).to_contain_text("你刚才填写的内容没有丢失")
    assert goals(portal, table_id) == before
    sign_in(page, "drafter", "not the password")
    expect(page.get_by_role("alert")).to_be_visible()
    picture(page, "expired-sign-in")
    sign_in(page, "drafter")
    expect(page.get_by_role("heading", level=1)).to_have_text("继续提交")
    expect(page.get_by_role("main")).to_contain_text("1、登录过期时写的目标。")
    picture(page, "expired-resume")
    page.get_by_role("button", name="继续提交").click()
    expect(page.locator("#messages")).to_contain_text("已保存。")
    expect(page.get_by_label("绩效目标", exact=True)).to_have_value("1、登录过期时写的目标。")
    assert goals(portal, table_id) == "1、登录过期时写的目标。"


def test_somebody_else_signing_in_does_not_get_the_text(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", java_script_enabled=False)
    edit(page, portal.table(8))
    write_goals(page, "1、只有我知道的目标。")
    forget(page, portal)
    save(page)
    sign_in(page, "outsider")
    expect(page.locator("#messages")).to_contain_text("刚才填写的内容属于另一位用户")
    expect(page.locator("body")).not_to_contain_text("只有我知道")


def test_server_restarted_between_opening_and_saving(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", java_script_enabled=False)
    edit(page, portal.table(8))
    write_goals(page, "1、重新启动之前写的目标。")
    portal.restart()
    save(page)
    expect(page.locator("#messages")).to_contain_text("已保存。")
    assert goals(portal, portal.table(8)) == "1、重新启动之前写的目标。"


def test_two_people_in_the_same_field_see_both_texts(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(7)
    drafter, head = new_page("drafter", java_script_enabled=False), new_page("head", java_script_enabled=False)
    edit(drafter, table_id)
    edit(head, table_id)
    write_goals(head, "1、负责人写的目标。")
    save(head)
    expect(head.locator("#messages")).to_contain_text("已保存。")
    write_goals(drafter, "1、经办人写的目标。")
    drafter.get_by_label("项目名称").fill("综合服务中心专项补助（经办人）")
    save(drafter)
    expect(drafter.get_by_role("alert")).to_contain_text("没有保存")
    field = drafter.get_by_label("绩效目标", exact=True)
    expect(field).to_have_value("1、经办人写的目标。")
    expect(field).to_have_accessible_description(re.compile("李秀英.*1、负责人写的目标。", re.DOTALL))
    expect(drafter.get_by_text("1、负责人写的目标。")).to_be_visible()
    picture(drafter, "conflict")
    assert goals(portal, table_id) == "1、负责人写的目标。"
    save(drafter)
    expect(drafter.locator("#messages")).to_contain_text("已保存。")
    assert goals(portal, table_id) == "1、经办人写的目标。"


def test_two_people_in_different_fields_both_keep_theirs(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(7)
    drafter, head = new_page("drafter", java_script_enabled=False), new_page("head", java_script_enabled=False)
    edit(drafter, table_id)
    edit(head, table_id)
    head.get_by_label("资金用途", exact=True).fill("负责人写的用途，用于服务中心。")
    save(head)
    expect(head.locator("#messages")).to_contain_text("已保存。")
    write_goals(drafter, "1、同时写的目标。")
    save(drafter)
    expect(drafter.locator("#messages")).to_contain_text("已保存。")
    expect(drafter.get_by_label("资金用途", exact=True)).to_have_value("负责人写的用途，用于服务中心。")
    assert goals(portal, table_id) == "1、同时写的目标。"


def test_table_submitted_while_somebody_types(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(8)
    drafter, head = new_page("drafter", java_script_enabled=False), new_page("head", java_script_enabled=False)
    edit(drafter, table_id)
    write_goals(drafter, "1、送审以后才写完的目标。")
    head.goto(f"/tables/{table_id}/submit")
    head.get_by_role("button", name="送审").click()
    expect(head.locator("#messages")).to_contain_text("已送审")
    save(drafter)
    expect(drafter.get_by_role("alert")).to_contain_text("没有保存")
    expect(drafter.get_by_role("main")).to_contain_text("1、送审以后才写完的目标。")
    picture(drafter, "not-saved")
    assert "送审以后" not in goals(portal, table_id)
    head.get_by_role("link", name="取消送审").click()
    head.get_by_role("button", name="取消送审").click()
    expect(head.locator("#messages")).to_contain_text("已取消送审，可以继续修改。")
