"""Answers, explanations, opinions and other forms: what is typed and not submitted survives whatever comes between."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from portal.demo.accounts import PASSWORD
from tests.browser.conftest import BROWSER_OPTIONS, CHROMIUM, NewPage
from tests.browser.drafting import field, own_table, status
from tests.browser.looking import examine, ready_to_draft, sign_in
from tests.browser.server import Portal

RETURNED = 3
"""Position of the demo's returned table, with six opinions."""
NO_DISK = "Object.defineProperty(window, 'indexedDB', {get() { throw new DOMException('', 'SecurityError'); }});"
FULL_DISK = """
  IDBObjectStore.prototype.put = function () {
    this.transaction.abort();
    throw new DOMException("", "QuotaExceededError");
  };
"""


def opinion(page: Page, words: str) -> Locator:
    return page.get_by_role("group").filter(has_text=words)


def begin_answer(page: Page, words: str, text: str) -> Locator:
    """Write an answer and do not submit it; return its text field."""
    mine = opinion(page, words)
    mine.get_by_text("答复", exact=True).first.click()
    mine.get_by_label("保留原文").check()
    mine.get_by_label("答复的说明").fill(text)
    expect(page.locator("form[data-keep][data-unsaved]")).not_to_have_count(0)
    return mine.get_by_label("答复的说明")


def open_edit(page: Page, portal: Portal) -> None:
    page.goto(f"/tables/{portal.table(RETURNED)}/edit")
    ready_to_draft(page)


def reload(page: Page) -> None:
    page.reload()
    ready_to_draft(page)


def leave_and_come_back(page: Page) -> None:
    page.get_by_role("link", name="返回", exact=True).click()
    page.get_by_role("link", name="编辑", exact=True).click()
    ready_to_draft(page)


def upload(page: Page) -> None:
    page.get_by_label("添加附件").set_input_files(
        {"name": "说明.txt", "mimeType": "text/plain", "buffer": "依据".encode()}
    )
    page.get_by_role("button", name="上传").click()
    expect(page.locator("#messages")).to_contain_text("附件")
    ready_to_draft(page)


@pytest.mark.parametrize("leave", [reload, leave_and_come_back, upload])
def test_half_written_answer_is_filled_in_again(
    new_page: NewPage, portal: Portal, leave: Callable[[Page], None]
) -> None:
    page = new_page("drafter")
    open_edit(page, portal)
    field = begin_answer(page, "与项目相关性不够", f"写了一半的答复：{leave.__name__}")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(status(page)).to_contain_text("1 处答复或说明没有提交，先存在这台电脑上")
    leave(page)
    expect(field).to_have_value(f"写了一半的答复：{leave.__name__}")
    expect(field).to_be_visible()
    expect(opinion(page, "与项目相关性不够").get_by_label("保留原文")).to_be_checked()
    message = page.get_by_role("alert").filter(has_text="已经填回原处")
    expect(message).to_be_in_viewport()
    message.get_by_role("button", name="不要了").click()
    expect(field).to_have_value("")
    reload(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_submitted_answer_is_not_kept(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    open_edit(page, portal)
    begin_answer(page, "不够细化量化", "按标准补充。")
    reload(page)
    mine = opinion(page, "不够细化量化")
    examine(page, "kept-answer")
    mine.get_by_role("button", name="答复", exact=True).click()
    expect(mine).to_contain_text("已答复")
    expect(page.get_by_role("alert")).to_have_count(0)
    reload(page)
    expect(mine).to_contain_text("按标准补充。")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_answer_written_offline_is_there_after_a_crash(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", allow_failures=True)
    open_edit(page, portal)
    context = page.context
    context.set_offline(True)
    begin_answer(page, "缺少数量指标", "断网时写的答复。")
    opinion(page, "缺少数量指标").get_by_role("button", name="答复", exact=True).click()
    expect(status(page)).to_contain_text("没有送出")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    open_edit(page, portal)
    mine = opinion(page, "缺少数量指标")
    expect(mine.get_by_label("答复的说明")).to_have_value("断网时写的答复。")


def test_half_written_explanation_is_offered_with_a_way_to_go_on(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    open_edit(page, portal)
    page.locator("#checks details:not([open]) > summary").first.click()
    page.get_by_role("link", name="说明为什么保留").first.click()
    page.get_by_label(re.compile("为什么保留")).fill("文件就是这样写的")
    reload(page)
    offer = page.get_by_role("alert").filter(has_text="为什么保留")
    offer.get_by_role("button", name="接着写").click()
    expect(page.get_by_label(re.compile("为什么保留"))).to_have_value("文件就是这样写的")
    page.get_by_role("button", name="保存说明").click()
    expect(page.locator("#checks")).to_contain_text("单位说明：文件就是这样写的")
    reload(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_opinion_of_a_reviewer_is_kept_until_it_is_accepted(new_page: NewPage, portal: Portal) -> None:
    page = new_page("reviewer")
    address = f"/tables/{portal.table(2)}"
    page.goto(address)
    page.get_by_label("意见", exact=True).fill("请写明受益人数。")
    page.get_by_label("建议修改").check()
    page.goto("/")
    page.goto(address)
    expect(page.get_by_label("意见", exact=True)).to_have_value("请写明受益人数。")
    expect(page.get_by_label("建议修改")).to_be_checked()
    page.get_by_role("button", name="拟写意见").click()
    expect(page.get_by_role("article").filter(has_text="请写明受益人数。")).to_be_visible()
    expect(page.get_by_label("意见", exact=True)).to_have_value("")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_refused_form_is_shown_where_it_is_wrong_and_stays_kept(new_page: NewPage, portal: Portal) -> None:
    page = new_page("reviewer")
    page.goto(f"/tables/{portal.table(2)}")
    page.get_by_label("意见", exact=True).fill("  ")
    page.get_by_role("button", name="拟写意见").click()
    expect(page.get_by_role("alert")).to_be_in_viewport()


def test_form_of_somebody_else_is_not_filled_in(new_page: NewPage, portal: Portal) -> None:
    page = new_page("admin")
    page.goto("/people/new")
    page.get_by_label("姓名").fill("只有管理员知道")
    page.get_by_role("button", name="退出").click()
    page.get_by_label("用户名").fill("auditor")
    page.get_by_label("密码").fill("gucheng-2020")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto("/people/new")
    expect(page.get_by_role("main")).not_to_contain_text("只有管理员知道")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("fault", [NO_DISK, FULL_DISK])
def test_browser_that_keeps_nothing_says_so_and_asks_before_leaving(
    new_page: NewPage, portal: Portal, fault: str
) -> None:
    page = new_page("drafter", allow_failures=True)
    page.add_init_script(fault)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    open_edit(page, portal)
    begin_answer(page, "建议写明测算过程", "存不下的答复")
    expect(page.get_by_role("alert").filter(has_text="不能把写的内容存在这台电脑上")).to_be_in_viewport()
    page.get_by_role("link", name="我的工作").first.click(no_wait_after=True)
    expect(opinion(page, "建议写明测算过程").get_by_label("答复的说明")).to_have_value("存不下的答复")
    assert asked == ["beforeunload"]
    page.route("**/changes", lambda route: route.abort())
    page.get_by_label("绩效目标", exact=True).fill(f"存不下的目标 {len(fault)}")
    expect(status(page)).to_contain_text("1 处改动只在这个页面上")
    expect(status(page)).not_to_contain_text("先存在这台电脑上")


# --- on the disk -----------------------------------------------------------------------------------------


def browser_on(playwright: Playwright, portal: Portal, profile: Path) -> BrowserContext:
    """A browser of its own with this profile, signed in as drafter."""
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=BROWSER_OPTIONS, base_url=portal.url, locale="zh-CN"
    )
    page = context.new_page()
    page.goto("/login")
    if page.url.endswith("/login"):
        sign_in(page, "drafter")
        page.wait_for_url(lambda url: "/login" not in url)
    return context


def test_what_is_typed_offline_is_on_the_disk_at_once(playwright: Playwright, portal: Portal, tmp_path: Path) -> None:
    """A copy of the profile is what a power cut leaves."""
    context = browser_on(playwright, portal, tmp_path / "profile")
    page = context.pages[-1]
    address = own_table(page)
    context.set_offline(True)
    field(page, "绩效目标").fill("断电之前写的目标。")
    expect(status(page)).to_contain_text("先存在这台电脑上")
    shutil.copytree(tmp_path / "profile", tmp_path / "copy", ignore=shutil.ignore_patterns("Singleton*", "*Cache*"))
    page.evaluate("() => { window.fetch = () => Promise.reject(new Error()); }")
    context.close()
    context = browser_on(playwright, portal, tmp_path / "copy")
    page = context.pages[-1]
    page.goto(f"{address}/edit")
    offer = page.get_by_role("alert")
    expect(offer).to_contain_text("没有来得及保存")
    expect(offer).to_contain_text("断电之前写的目标。")
    context.close()


def test_what_an_earlier_version_kept_is_still_offered(new_page: NewPage, portal: Portal) -> None:
    number = portal.table(7)
    [(drafter,)] = portal.rows("SELECT id FROM users WHERE username = 'drafter'")
    change = {"op": "set", "path": "goals", "base": "", "new": "升级之前写的目标。"}
    kept = {"at": 0, "version": 1, "operations": [change]}
    entry = {"name": f"draft/{drafter}/tables/{number}/0.5", "value": json.dumps(kept)}
    page = new_page("drafter", storage_state={"origins": [{"origin": portal.url, "localStorage": [entry]}]})
    page.goto(f"/tables/{number}/edit")
    expect(page.get_by_role("alert")).to_contain_text("升级之前写的目标。")


def test_somebody_else_at_the_dialog_destroys_no_text_that_is_only_here(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", allow_failures=True)
    page.add_init_script(NO_DISK)
    own_table(page)
    page.context.clear_cookies()
    field(page, "绩效目标").fill("只在这个页面上。")
    dialog = page.get_by_role("dialog", name="登录已过期")
    dialog.get_by_label("用户名").fill("head")
    dialog.get_by_label("密码").fill(PASSWORD)
    dialog.get_by_role("button", name="登录").click()
    expect(dialog.get_by_role("alert")).to_contain_text("请写这些文字的人登录")
    dialog.get_by_label("用户名").fill("drafter")
    dialog.get_by_label("密码").fill(PASSWORD)
    dialog.get_by_role("button", name="登录").click()
    expect(dialog).to_be_hidden()
    expect(status(page)).to_contain_text("已保存")
    expect(field(page, "绩效目标")).to_have_value("只在这个页面上。")
