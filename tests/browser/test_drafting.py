"""Drafting with scripts: saved by field, with others in the same table, without network, session or server.

Each test works on a table of its own, copied from one of the demo.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.conftest import NewPage
from tests.browser.drafting import (
    field,
    forget,
    goals,
    leave_idle,
    names,
    open_edit,
    own_table,
    saved,
    status,
    table_id,
    write_at_end,
)
from tests.browser.looking import examine, hear, ready_to_draft
from tests.browser.server import Portal

CLIPBOARD = Path(__file__).parents[1] / "data" / "clipboard"
SPOKEN = 15_000
"""Milliseconds within which pages know of each other."""
PASTE = """([html, text]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", text);
  const options = {clipboardData: data, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
}"""
CARET = "document.activeElement.selectionStart"
PLACE = "document.activeElement.getBoundingClientRect().top"
"""In the window, in pixels."""


def operations(portal: Portal, address: str) -> list[dict[str, Any]]:
    rows = portal.rows("SELECT operation FROM changes WHERE table_id = ? ORDER BY id", table_id(address))
    return [json.loads(operation) for (operation,) in rows]


# --- one person ----------------------------------------------------------------------------------


def test_what_is_typed_is_saved_a_moment_later_without_a_button(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    write_at_end(field(page, "绩效目标"), "3、每季度开展1次便民服务。")
    saved(page)
    assert goals(portal, table_id(address)).endswith("3、每季度开展1次便民服务。")
    examine(page, "drafting")
    page.reload()
    expect(field(page, "绩效目标")).to_have_value(re.compile("便民服务。$"))


def test_grid_by_keyboard(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    first, second, third = names(page)
    page.get_by_label("第1行 三级指标").focus()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("第2行 一级指标")).to_be_focused()
    page.get_by_label("第2行 三级指标").fill("新的指标")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_label("第3行 三级指标")).to_be_focused()
    assert names(page) == [first, second, "新的指标", third]
    page.keyboard.press("Alt+d")
    expect(page.get_by_label("第4行 三级指标")).to_be_focused()
    assert names(page) == [first, second, "新的指标", "新的指标", third]
    page.keyboard.press("Alt+Delete")
    page.keyboard.press("Control+ArrowUp")
    expect(page.get_by_label("第3行 三级指标")).to_be_focused()
    page.get_by_label("第3行 指标值确定依据").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("第4行 一级指标")).to_be_focused()
    saved(page)
    page.reload()
    assert names(page) == [first, second, "新的指标", third]
    page.get_by_label("第1行 三级指标").focus()
    page.keyboard.press("Control+Alt+z")
    expect(status(page)).to_have_text("已撤销")
    assert {each["op"] for each in operations(portal, address)} == {"set", "insert", "move", "delete"}


def test_deleted_row_is_told_and_can_be_brought_back(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    own_table(page)
    before = names(page)
    page.get_by_role("button", name="第2行 删除").click()
    expect(page.locator("[data-done]")).to_have_text("已删除第2行 · 撤销")
    page.get_by_role("button", name="撤销删除第2行").click()
    expect(page.get_by_label("第2行 一级指标")).to_be_focused()
    assert names(page) == before
    expect(page.locator("[data-done]")).to_be_empty()
    page.get_by_role("button", name="第1行 下移").click()
    page.get_by_role("button", name="第1行 下移").click()  # back, so that the levels are in order
    page.get_by_role("button", name="按分类排序").click()
    expect(status(page)).to_have_text(re.compile("分类排"))


def test_row_with_the_focus_is_calm_about_what_is_missing(new_page: NewPage) -> None:
    page = new_page("drafter")
    own_table(page)
    page.get_by_label("第1行 三级指标").focus()
    page.keyboard.press("Control+Enter")
    page.get_by_label("第2行 三级指标").fill("发放工资人数")
    missing = page.locator("tr[data-row]").nth(1).locator("td:has([name$='/description']) .mark-missing")
    expect(missing).to_have_text(re.compile("待填"), use_inner_text=True)
    field(page, "绩效目标").focus()
    expect(missing).to_have_text(re.compile("没有填写"), use_inner_text=True)
    page.get_by_label("第2行 绩效指标描述").focus()
    page.keyboard.press("Alt+j")
    assert page.evaluate("document.activeElement.textContent") == "绩效指标第2行·绩效指标描述"
    page.keyboard.press("Enter")
    expect(page.get_by_label("第2行 绩效指标描述")).to_be_focused()


def test_findings_stay_in_sight_on_a_narrow_screen_and_cover_no_cell(new_page: NewPage) -> None:
    page = new_page("drafter")
    own_table(page)
    page.set_viewport_size({"width": 911, "height": 512})
    mark = page.locator("tr[data-row] .mark").first
    mark.scroll_into_view_if_needed()
    expect(page.get_by_role("heading", name="检查结果")).to_be_in_viewport()
    finding = page.locator(str(mark.get_attribute("href")))
    expect(finding).to_be_hidden()
    mark.click()
    expect(finding).to_be_in_viewport()
    finding.get_by_role("link").first.click()
    expect(finding).to_be_hidden()
    expect(page.locator(":focus")).to_be_in_viewport()


def test_level_2_follows_level_1(new_page: NewPage) -> None:
    page = new_page("drafter")
    own_table(page)
    page.get_by_label("第1行 一级指标").select_option("满意度指标")
    expect(page.get_by_label("第1行 二级指标")).to_have_value("服务对象满意度指标")
    page.get_by_label("第1行 一级指标").select_option("效果指标")
    expect(page.get_by_label("第1行 二级指标")).to_have_value("")
    page.get_by_label("第1行 一级指标").select_option("产出指标")  # as who comes back to it with the arrow keys
    expect(page.get_by_label("第1行 二级指标")).to_have_value("质量指标")
    page.get_by_label("第2行 二级指标").select_option("数量指标")
    expect(page.get_by_label("第2行 一级指标")).to_have_value("产出指标")
    saved(page)


def test_undo_redo_and_return_to_a_moment(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    before = goals(portal, table_id(address))
    field(page, "绩效目标").fill("1、第一步。")
    saved(page)
    page.get_by_role("button", name="第1行 删除").click()
    expect(page.locator("tr[data-row]")).to_have_count(2)
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.locator("tr[data-row]")).to_have_count(3)
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(field(page, "绩效目标")).to_have_value(before)
    page.get_by_role("button", name="重做", exact=True).click()
    expect(field(page, "绩效目标")).to_have_value("1、第一步。")
    page.get_by_role("link", name="改动记录").click()
    examine(page, "steps")
    page.get_by_role("button", name="恢复到第1步之后").click()
    expect(field(page, "绩效目标")).to_have_value(before)


@pytest.mark.parametrize("source", ["excel", "word", "wps"])
def test_block_from_the_clipboard_is_shown_and_applied_as_one_step(new_page: NewPage, source: str) -> None:
    page = new_page("drafter")
    own_table(page)
    before = names(page)
    page.get_by_label("第2行 三级指标").focus()
    html = (CLIPBOARD / f"{source}.html").read_text(encoding="utf-8")
    page.evaluate(PASTE, [html, ""])
    dialog = page.get_by_role("dialog", name="粘贴的内容将这样填入")
    expect(dialog).to_be_visible()
    examine(page, f"paste-{source}")
    dialog.get_by_role("button", name="填入").click()
    saved(page)
    after = names(page)
    assert after != before
    page.reload()
    assert names(page) == after
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(status(page)).to_have_text("已撤销")
    assert names(page) == before


def test_suggestion_fills_the_row_with_one_key(new_page: NewPage) -> None:
    page = new_page("drafter")
    own_table(page)
    page.get_by_role("button", name="增加一行指标").click()
    name = page.get_by_label("第4行 三级指标")
    name.press_sequentially("满意度")
    suggestions = page.get_by_role("list", name="指标建议")
    expect(suggestions).to_be_visible()
    examine(page, "suggestions")
    chosen = suggestions.locator("strong").first.inner_text()
    page.keyboard.press("Alt+1")
    expect(name).to_have_value(chosen)
    expect(page.get_by_label("第4行 二级指标")).to_have_value("服务对象满意度指标")
    expect(page.get_by_label("第4行 指标值", exact=True)).not_to_have_value("")
    saved(page)


def test_a_hundred_rows_are_written_as_few(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    block = "\n".join(f"产出指标\t数量指标\t社区活动场次{n}\t全年活动场次\t≥{n}场\t年度工作计划" for n in range(4, 101))
    page.get_by_role("button", name="增加一行指标").click()
    page.get_by_label("第4行 一级指标").focus()
    page.evaluate(PASTE, ["", block])
    page.get_by_role("button", name="填入").click()
    expect(page.locator("tr[data-row]")).to_have_count(100)
    saved(page)
    page.get_by_label("第100行 绩效指标描述").fill("写在最后一行。")
    saved(page)
    assert operations(portal, address)[-1]["new"] == "写在最后一行。"


# --- two people ------------------------------------------------------------------------------------


def test_two_people_see_each_other_and_what_the_other_wrote(new_page: NewPage) -> None:
    drafter, head = new_page("drafter"), new_page("head")
    address = own_table(drafter)
    open_edit(head, address)
    expect(drafter.locator("[data-company]")).to_contain_text("李秀英", timeout=SPOKEN)
    write_at_end(field(drafter, "绩效目标"), "正在写")
    caret = drafter.evaluate(CARET)
    field(head, "资金用途").fill("负责人写的用途，补助 12 人。")
    head.get_by_role("button", name="第1行 下移").click()
    saved(head)
    hear(drafter)
    expect(field(drafter, "资金用途")).to_have_value("负责人写的用途，补助 12 人。")
    expect(field(drafter, "绩效目标")).to_be_focused()
    assert drafter.evaluate(CARET) == caret
    expect(drafter.get_by_label("第2行 三级指标")).to_have_value(names(head)[1])
    head.get_by_role("link", name="返回").click()
    expect(head.locator("form[data-draft]")).to_have_count(0)
    hear(drafter)
    expect(drafter.locator("[data-company]")).to_be_empty(timeout=SPOKEN)


def test_page_stays_where_it_is_while_a_colleague_writes_above(new_page: NewPage) -> None:
    drafter, head = new_page("drafter"), new_page("head")
    address = own_table(drafter)
    open_edit(head, address)
    where = drafter.get_by_label("第3行 绩效指标描述")
    write_at_end(where, "写到一半")
    where.press("ArrowLeft")
    saved(drafter)
    row = drafter.evaluate("document.activeElement.name")
    before = drafter.evaluate(f"[{CARET}, {PLACE}]")
    field(head, "资金用途").fill("按规定发放补助。\n" * 8)
    head.get_by_label("第1行 三级指标").focus()
    head.keyboard.press("Control+Enter")
    head.get_by_label("第2行 三级指标").fill("同事加的指标")
    saved(head)
    hear(drafter)
    expect(drafter.get_by_label("第2行 三级指标")).to_have_value("同事加的指标")
    expect(field(drafter, "资金用途")).to_have_value(re.compile("补助"))
    assert drafter.evaluate("document.activeElement.name") == row
    caret, place = drafter.evaluate(f"[{CARET}, {PLACE}]")
    assert caret == before[0]
    assert abs(place - before[1]) <= 1
    drafter.keyboard.insert_text("，")
    expect(drafter.get_by_label("第4行 绩效指标描述")).to_have_value(re.compile("写到一，半$"))


@pytest.mark.parametrize(("choice", "kept"), [("用我的", "1、经办人写的。"), ("用对方的", "1、负责人写的。")])
def test_same_field_by_two_shows_both_texts(new_page: NewPage, portal: Portal, choice: str, kept: str) -> None:
    drafter, head = new_page("drafter", allow_failures=True), new_page("head")
    address = own_table(drafter)
    open_edit(head, address)
    # Pages speak every ten seconds: this one must not hear of the other before it writes.
    drafter.route("**/presence", lambda route: route.abort())
    field(head, "绩效目标").fill("1、负责人写的。")
    saved(head)
    field(drafter, "绩效目标").fill("1、经办人写的。")
    clash = drafter.locator(".conflict")
    expect(clash).to_contain_text("李秀英")
    expect(clash).to_contain_text("1、负责人写的。")
    expect(field(drafter, "绩效目标")).to_have_value("1、经办人写的。")
    expect(field(drafter, "绩效目标")).to_be_focused()
    examine(drafter, "clash")
    assert goals(portal, table_id(address)) == "1、负责人写的。"
    clash.get_by_role("button", name=choice).click()
    expect(clash).to_have_count(0)
    expect(field(drafter, "绩效目标")).to_have_value(kept)
    expect(status(drafter)).to_contain_text("保存")
    expect(drafter.locator("form[data-unsaved]")).to_have_count(0)
    assert goals(portal, table_id(address)) == kept


@pytest.mark.parametrize(("choice", "count"), [("恢复这一行", 3), ("不要这一行", 2)])
def test_row_deleted_by_one_while_the_other_writes_in_it(new_page: NewPage, choice: str, count: int) -> None:
    drafter, head = new_page("drafter", allow_failures=True), new_page("head")
    address = own_table(drafter)
    open_edit(head, address)
    drafter.route("**/presence", lambda route: route.abort())
    head.get_by_role("button", name="第2行 删除").click()
    saved(head)
    drafter.get_by_label("第2行 绩效指标描述").fill("写了一半的描述")
    clash = drafter.locator(".conflict")
    expect(clash).to_contain_text("删除了这一行")
    clash.get_by_role("button", name=choice).click()
    expect(drafter.locator("tr[data-row]")).to_have_count(count)
    expect(drafter.locator("form[data-unsaved]")).to_have_count(0)
    open_edit(drafter, address)
    expect(drafter.locator("tr[data-row]")).to_have_count(count)
    written = drafter.get_by_label("第2行 绩效指标描述").input_value() == "写了一半的描述"
    assert written == (choice == "恢复这一行")


def test_table_submitted_while_somebody_types(new_page: NewPage, portal: Portal) -> None:
    drafter, head = new_page("drafter", allow_failures=True), new_page("head")
    number = portal.table(8)
    drafter.goto(f"/tables/{number}/edit")
    ready_to_draft(drafter)
    drafter.route("**/presence", lambda route: route.abort())
    head.goto(f"/tables/{number}/submit")
    head.get_by_role("button", name="送审").click()
    expect(head.locator("#messages")).to_contain_text("已送审")
    drafter.on("dialog", lambda dialog: dialog.accept())
    field(drafter, "绩效目标").fill("1、送审以后才写完的目标。")
    expect(drafter.get_by_role("alert")).to_contain_text("李秀英")
    expect(field(drafter, "绩效目标")).to_have_value("1、送审以后才写完的目标。")
    examine(drafter, "submitted-meanwhile")
    assert "送审以后" not in goals(portal, number)


# --- cut off ---------------------------------------------------------------------------------------


def test_network_cut_in_mid_word_and_back(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", allow_failures=True)
    address = own_table(page)
    where = field(page, "绩效目标")
    write_at_end(where, "断网")
    page.context.set_offline(True)
    where.press_sequentially("时写的，")
    field(page, "资金用途").fill("断网时写的用途，补助 12 人。")
    page.get_by_role("button", name="第3行 删除").click()
    expect(status(page)).to_contain_text("先存在这台电脑上")
    examine(page, "cut-off")
    page.context.set_offline(False)
    where.press_sequentially("接着写。")
    saved(page)
    assert goals(portal, table_id(address)).endswith("断网时写的，接着写。")
    page.reload()
    expect(page.locator("tr[data-row]")).to_have_count(2)
    expect(field(page, "资金用途")).to_have_value("断网时写的用途，补助 12 人。")


@pytest.mark.parametrize(("choice", "kept"), [("恢复并保存", True), ("不要了", False)])
def test_what_was_not_saved_before_a_crash_is_offered_again(
    new_page: NewPage, portal: Portal, choice: str, kept: bool
) -> None:
    page = new_page("drafter", allow_failures=True)
    address = own_table(page)
    context = page.context
    context.set_offline(True)
    write_at_end(field(page, "绩效目标"), "崩溃之前写的。")
    expect(status(page)).to_contain_text("先存在这台电脑上")
    page.evaluate("() => { window.fetch = () => Promise.reject(new Error()); }")  # a crash sends no last words
    page.close()
    context.set_offline(False)
    page = context.new_page()
    open_edit(page, address)
    offer = page.get_by_role("alert")
    expect(offer).to_contain_text("没有来得及保存")
    examine(page, "offer")
    offer.get_by_role("button", name=choice).click()
    expect(page.locator("form[data-unsaved]")).to_have_count(0)
    if kept:
        saved(page)
    assert goals(portal, table_id(address)).endswith("崩溃之前写的。") == kept
    page.reload()
    ready_to_draft(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_leaving_with_something_unsaved_asks(new_page: NewPage) -> None:
    page = new_page("drafter", allow_failures=True)
    address = own_table(page)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.route("**/changes", lambda route: route.abort())
    write_at_end(field(page, "绩效目标"), "还没有保存。")
    expect(status(page)).to_contain_text("先存在这台电脑上")
    page.get_by_role("link", name="我的工作").first.click(no_wait_after=True)
    expect(field(page, "绩效目标")).to_have_value(re.compile("还没有保存。$"))
    assert asked == ["beforeunload"]
    page.unroute("**/changes")
    write_at_end(field(page, "绩效目标"), "好了。")
    saved(page)
    page.get_by_role("link", name="我的工作").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的工作")
    assert (asked, page.url.startswith(address)) == (["beforeunload"], False)


@pytest.mark.parametrize("end_session", [forget, leave_idle])
def test_session_that_ended_in_mid_word_goes_on_at_once(new_page: NewPage, portal: Portal, end_session: Any) -> None:
    page = new_page("drafter")
    address = own_table(page)
    where = field(page, "绩效目标")
    write_at_end(where, "登录过期")
    saved(page)
    end_session(page, portal)
    write_at_end(where, "以后写的。")
    dialog = page.get_by_role("dialog", name="登录已过期")
    expect(dialog).to_be_visible()
    dialog.get_by_label("密码").fill("not the password")
    dialog.get_by_role("button", name="登录").click()
    expect(dialog.get_by_role("alert")).to_contain_text("不对")
    examine(page, "sign-in-dialog")
    dialog.get_by_label("密码").fill("gucheng-2020")
    dialog.get_by_role("button", name="登录").click()
    expect(dialog).to_be_hidden()
    saved(page)
    assert goals(portal, table_id(address)).endswith("登录过期以后写的。")


def test_another_person_at_the_dialogue_gets_nothing_of_the_text(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    forget(page, portal)
    write_at_end(field(page, "绩效目标"), "只有经办人知道。")
    dialog = page.get_by_role("dialog", name="登录已过期")
    dialog.get_by_label("用户名").fill("head")
    dialog.get_by_label("密码").fill("gucheng-2020")
    dialog.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的工作")
    open_edit(page, address)
    expect(page.locator("body")).not_to_contain_text("只有经办人知道")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert "只有经办人知道" not in goals(portal, table_id(address))
    page.get_by_role("button", name="退出").click()
    page.get_by_label("用户名").fill("drafter")
    page.get_by_label("密码").fill("gucheng-2020")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)
    open_edit(page, address)
    page.get_by_role("alert").get_by_role("button", name="恢复并保存").click()
    saved(page)
    assert goals(portal, table_id(address)).endswith("只有经办人知道。")


def test_server_restarted_while_typing(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", allow_failures=True)
    address = own_table(page)
    where = field(page, "绩效目标")
    write_at_end(where, "重新启动")
    portal.stop()
    where.press_sequentially("之前和")
    expect(status(page)).to_contain_text("先存在这台电脑上")
    portal.start()
    where.press_sequentially("之后写的。")
    saved(page)
    assert goals(portal, table_id(address)).endswith("重新启动之前和之后写的。")


def test_what_was_typed_before_the_scripts_were_there_is_saved(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    waiting: list[Any] = []
    page.route("**/drafting/page.js*", lambda route: waiting.append(route))
    page.goto(f"{address}/edit", wait_until="commit")
    field(page, "资金用途").fill("脚本到来之前写的，补助 12 人。")
    page.get_by_label("第1行 二级指标").select_option("数量指标")
    expect(page.locator("form[data-ready]")).to_have_count(0)
    waiting.pop().continue_()
    saved(page)
    page.unroute("**/drafting/page.js*")
    page.reload()
    expect(field(page, "资金用途")).to_have_value("脚本到来之前写的，补助 12 人。")
    expect(page.get_by_label("第1行 二级指标")).to_have_value("数量指标")


def test_opening_a_page_saves_nothing_where_a_field_of_one_line_holds_a_line_break(
    new_page: NewPage, portal: Portal
) -> None:
    """As files and versions before 0.3 brought them in."""
    page = new_page("drafter")
    address = own_table(page)
    content = "json_set(content, '$.project_name', '社区\n专项', '$.budget.total', '5\n5000.00')"
    with closing(sqlite3.connect(portal.folder / "portal.db")) as database, database:
        database.execute(f"UPDATE target_tables SET content = {content} WHERE id = ?", [table_id(address)])
    before = len(operations(portal, address))

    open_edit(page, address)
    with page.expect_response(re.compile("/changes$")):
        write_at_end(field(page, "绩效目标"), "完成。")
    saved(page)

    assert [operation["path"] for operation in operations(portal, address)[before:]] == ["goals"]
