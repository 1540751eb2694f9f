"""Keys and presses on the edit page that must not do what the browser or the pointer would make of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.drafting import field, goals, names, open_edit, own_table, saved, status, table_id
from tests.browser.looking import examine, ready_to_draft
from tests.browser.server import Portal

PASTE = """([html, text]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", text);
  const options = {clipboardData: data, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
}"""
COMPOSED_KEY = """(options) => {
  const key = new KeyboardEvent("keydown", {...options, bubbles: true, cancelable: true});
  return document.activeElement.dispatchEvent(key);
}"""
"""Whether a key press is left to the browser."""


def paste(page: Page, text: str, html: str = "") -> None:
    page.evaluate(PASTE, [html, text])


def test_save_key_saves_and_opens_no_dialog(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    field(page, "绩效目标").fill("1、按保存键保存。")
    page.keyboard.press("Control+s")
    saved(page)
    assert goals(portal, table_id(address)) == "1、按保存键保存。"
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text("没有改动，都已保存")
    assert not page.evaluate(COMPOSED_KEY, {"key": "s", "ctrlKey": True})


def test_double_press_deletes_one_row(new_page: NewPage) -> None:
    page = new_page("drafter")
    own_table(page)
    first, _, third = names(page)
    page.get_by_role("button", name="第2行 删除").dblclick()
    saved(page)
    assert names(page) == [first, third]
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.locator("tr[data-row]")).to_have_count(3)


def test_key_held_down_deletes_one_row(new_page: NewPage) -> None:
    page = new_page("drafter")
    own_table(page)
    page.get_by_label("第1行 三级指标").focus()
    page.keyboard.down("Alt")
    page.keyboard.down("Delete")
    page.keyboard.down("Delete")
    page.keyboard.up("Alt")
    expect(page.locator("tr[data-row]")).to_have_count(2)


@pytest.mark.parametrize("composing", [{"isComposing": True}, {"keyCode": 229}])
def test_keys_of_an_input_method_are_left_to_it(new_page: NewPage, composing: dict[str, object]) -> None:
    page = new_page("drafter")
    own_table(page)
    page.get_by_label("第1行 三级指标").focus()
    for key in (
        {"key": "Enter", "ctrlKey": True},
        {"key": "ArrowDown", "ctrlKey": True},
        {"key": "ArrowDown", "altKey": True},
        {"key": "Delete", "altKey": True},
        {"key": "z", "ctrlKey": True, "altKey": True},
        {"key": "s", "ctrlKey": True},
    ):
        assert page.evaluate(COMPOSED_KEY, key | composing), key
        assert not page.evaluate(COMPOSED_KEY, key), key


def test_block_pasted_into_an_empty_table_fills_it(new_page: NewPage) -> None:
    page = new_page("drafter")
    page.goto("/tables/new?year=2020")
    page.get_by_role("button", name="新建空白表").click()
    ready_to_draft(page)
    expect(page.locator("tr[data-row]")).to_have_count(0)
    paste(page, "产出指标\t数量指标\t活动场次\t全年开展的活动\t≥3场\t年度工作计划")
    page.get_by_role("button", name="填入").click()
    saved(page)
    assert names(page) == ["活动场次"]


def test_amounts_pasted_in_a_row_are_spread_and_other_blocks_are_text(new_page: NewPage) -> None:
    page = new_page("drafter")
    own_table(page)
    field(page, "预算数").focus()
    paste(page, "30000\t20000\t10000")
    examine(page, "paste-amounts")
    page.get_by_role("button", name="填入").click()
    saved(page)
    expect(field(page, "其他资金")).to_have_value("10000")

    field(page, "绩效目标").fill("1、")
    paste(page, "甲\t乙")
    expect(field(page, "绩效目标")).to_have_value("1、甲\t乙")
    saved(page)


def test_pasted_rows_are_inserted_where_so_chosen(new_page: NewPage) -> None:
    page = new_page("drafter")
    own_table(page)
    before = names(page)
    page.get_by_label("第1行 一级指标").focus()
    paste(page, "产出指标\t数量指标\t活动场次\t全年开展的活动\t≥3场\t年度工作计划")
    page.get_by_role("button", name="改为插入新的行").click()
    expect(page.get_by_role("button", name="改为写在现有的行上")).to_be_visible()
    page.get_by_role("button", name="填入").click()
    saved(page)
    assert names(page) == [before[0], "活动场次", *before[1:]]


def test_paste_that_has_no_field_says_so(new_page: NewPage) -> None:
    page = new_page("drafter")
    own_table(page)
    paste(page, "一句话")
    expect(status(page)).to_have_text("没有粘贴：请先点要填写的那一栏")


def test_single_cell_is_pasted_without_the_quotes_of_the_spreadsheet(new_page: NewPage) -> None:
    cell = '"保障""三保""支出；\n按月发放"\r\n'
    page = new_page("drafter")
    own_table(page)
    for where in (field(page, "绩效目标"), page.get_by_label("第1行 绩效指标描述")):
        where.fill("")
        paste(page, cell)
        expect(where).to_have_value('保障"三保"支出；\n按月发放')
    saved(page)
    admin = new_page("admin")
    admin.goto("/people/new")
    admin.get_by_label("姓名").focus()
    paste(admin, '"李\n明"\r\n')
    expect(admin.get_by_label("姓名")).to_have_value("李 明")


def test_everything_on_the_edit_page_can_be_reached_clear_of_the_save_bar(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    open_edit(page, f"/tables/{portal.table(3)}")
    bar = page.locator(".save-bar")
    for mine in page.locator(".answer").all():
        mine.locator("summary").click()
        button = mine.get_by_role("button", name="答复", exact=True)
        mine.get_by_label("答复的说明").focus()
        page.keyboard.press("Tab")
        expect(button).to_be_focused()
        below = button.bounding_box()
        edge = bar.bounding_box()
        assert below and edge and below["y"] + below["height"] <= edge["y"]
        button.click(trial=True)
        mine.locator("summary").click()
