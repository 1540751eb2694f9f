"""The administrator makes accounts, offices and years, and sees no document."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.looking import examine, sign_in
from tests.browser.server import Portal

OWN_PASSWORD = "shui-dao-qu-cheng-8"


def test_new_person_must_replace_the_one_time_password(new_page: NewPage, portal: Portal) -> None:
    admin = new_page("admin")
    admin.get_by_role("link", name="人员", exact=True).first.click()
    admin.get_by_role("link", name="新增人员").click()
    admin.get_by_label("用户名").fill("zhoumin")
    admin.get_by_label("姓名").fill("周敏")
    admin.get_by_role("button", name="新增人员").click()
    expect(admin.get_by_role("alert")).to_contain_text("角色")  # nothing typed is lost
    expect(admin.get_by_label("用户名")).to_have_value("zhoumin")
    examine(admin, "admin-person-refused")
    admin.get_by_role("checkbox", name=re.compile("^经办人")).check()
    admin.get_by_label("所在单位").select_option("610002")
    admin.get_by_role("button", name="新增人员").click()
    secret = admin.locator("#secret").inner_text()
    examine(admin, "admin-secret")

    newcomer = new_page()
    sign_in(newcomer, "zhoumin", secret)
    newcomer.get_by_role("link", name="绩效目标表", exact=True).click()
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("修改密码")  # nothing else before that
    newcomer.get_by_label("现在的密码").fill(secret)
    newcomer.get_by_label("新密码", exact=True).or_(newcomer.locator("#field-new_password")).first.fill("short")
    newcomer.get_by_label("再输一次新密码").fill("short")
    newcomer.get_by_role("button", name="修改密码").click()
    expect(newcomer.get_by_role("alert")).to_contain_text("10")
    examine(newcomer, "password-refused")
    newcomer.get_by_label("现在的密码").fill(secret)
    newcomer.locator("#field-new_password").fill(OWN_PASSWORD)
    newcomer.get_by_label("再输一次新密码").fill(OWN_PASSWORD)
    newcomer.get_by_role("button", name="修改密码").click()
    expect(newcomer.locator("#messages")).to_contain_text("密码已修改")
    sign_in(newcomer, "zhoumin", secret)
    expect(newcomer.get_by_role("alert")).to_be_visible()
    examine(newcomer, "sign-in-refused")
    sign_in(newcomer, "zhoumin", OWN_PASSWORD)
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("我的工作")
    expect(newcomer.get_by_role("banner")).to_contain_text("周敏")
    stored = portal.rows("SELECT must_change_password, office_code FROM users WHERE username = 'zhoumin'")
    assert stored == [(0, "610002")]


def test_home_page_too_waits_for_the_own_password(new_page: NewPage, portal: Portal) -> None:
    printed = portal.flask("users", "reset-password", "reviewer")
    found = re.search(r"[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}", printed)
    assert found
    page = new_page()
    sign_in(page, "reviewer", found[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("修改密码")


def test_disabled_person_is_out_at_once(new_page: NewPage, portal: Portal) -> None:
    admin, outsider = new_page("admin"), new_page("outsider")
    admin.goto("/people")
    admin.get_by_role("link", name=re.compile("修改 孙磊")).click()
    admin.get_by_role("link", name="停用账号…").click()
    admin.get_by_role("button", name="停用账号").click()
    expect(admin.locator("#messages")).to_contain_text("孙磊 的账号已停用")
    outsider.get_by_role("link", name="绩效目标表", exact=True).click()
    expect(outsider.get_by_role("heading", level=1)).to_have_text("登录")
    sign_in(outsider, "outsider")
    expect(outsider.get_by_role("alert")).to_be_visible()
    admin.get_by_role("button", name="启用账号").click()
    expect(admin.locator("#messages")).to_contain_text("孙磊 的账号已启用")
    assert portal.rows("SELECT active FROM users WHERE username = 'outsider'") == [(1,)]


def test_years_are_opened_and_closed(new_page: NewPage, portal: Portal) -> None:
    page = new_page("admin")
    page.get_by_role("link", name="预算年度").click()
    page.get_by_role("link", name="开放新年度").click()
    page.get_by_label("年度", exact=True).or_(page.locator("#field-year")).first.fill("2027")
    page.get_by_label("送审截止日期").fill("2026-11-30")
    page.get_by_role("button", name="开放年度").click()
    expect(page.locator("#messages")).to_contain_text("2027 年度已开放。")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="2027"))
    expect(row).to_contain_text("2026-11-30")
    row.get_by_role("button", name=re.compile("关闭")).click()
    expect(page.locator("#messages")).to_contain_text("2027 年度已关闭。")
    expect(row).to_contain_text("已关闭")
    assert portal.rows("SELECT is_open, deadline FROM budget_years WHERE year = 2027") == [(0, "2026-11-30")]


def test_offices_are_added_and_renamed(new_page: NewPage, portal: Portal) -> None:
    page = new_page("admin")
    page.get_by_role("link", name="新增单位").click()
    page.get_by_label("单位编码").fill("61x")
    page.get_by_label("单位名称").fill("路南街道办事处")
    page.get_by_role("button", name="新增单位").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("单位编码").fill("610004")
    page.get_by_role("button", name="新增单位").click()
    expect(page.locator("#messages")).to_contain_text("已新增单位 610004 路南街道办事处。")
    page.get_by_role("link", name=re.compile("修改 610004")).click()
    page.get_by_label("单位名称").fill("秦皇岛市山海关区路南街道办事处")
    page.get_by_role("button", name="保存").click()
    assert portal.rows("SELECT name FROM offices WHERE code = '610004'") == [("秦皇岛市山海关区路南街道办事处",)]


def test_administrator_sees_no_document(new_page: NewPage, portal: Portal) -> None:
    page = new_page("admin")
    expect(page.get_by_role("navigation", name="主导航")).not_to_contain_text("绩效目标表")
    table_id = portal.table(1)
    for address in ("/tables", f"/tables/{table_id}", f"/tables/{table_id}/compare", f"/tables/{table_id}/print"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("没有权限|没有找到"))
        expect(page.get_by_role("main")).not_to_contain_text("办事处工作经费")
    examine(page, "admin-not-found")
    page.get_by_role("link", name="审计记录").click()
    expect(page.locator("#list")).not_to_contain_text("办事处工作经费")
    expect(page.get_by_text("验证、导出")).to_have_count(0)
