"""Two people in one table, and one person faster than the network: the screen shows what the draft holds.

What is typed and saved by one alone: `test_drafting`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.drafting import (
    field,
    goals,
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

RETURNED = 3


def alone(page: Page) -> None:
    """The page does not hear of the others by itself."""
    page.route("**/presence", lambda route: route.abort())


def together(new_page: NewPage) -> tuple[Page, Page, str]:
    """Two in a table of the first one's, who hears of the other only by saving; and its address."""
    drafter, head = new_page("drafter", allow_failures=True), new_page("head")
    address = own_table(drafter)
    open_edit(head, address)
    alone(drafter)
    return drafter, head, address


def held(page: Page, pattern: str) -> Callable[[], None]:
    """Requests to `pattern` wait until what is returned is called."""
    waiting: list[Route] = []
    page.route(pattern, lambda route: waiting.append(route))

    def release() -> None:
        for route in waiting:
            route.continue_()
        page.unroute(pattern)

    return release


def stored_names(portal: Portal, address: str) -> list[str]:
    ((content,),) = portal.rows("SELECT content FROM target_tables WHERE id = ?", table_id(address))
    return [row["level3"] for row in json.loads(content)["indicators"]]


def test_own_words_stay_when_a_colleague_wrote_there_and_took_it_back(new_page: NewPage, portal: Portal) -> None:
    drafter, head, address = together(new_page)
    write_at_end(field(head, "绩效目标"), "同事写的。")
    saved(head)
    head.get_by_role("button", name="撤销", exact=True).click()
    expect(status(head)).to_have_text("已撤销")
    write_at_end(field(drafter, "绩效目标"), "我写的。")
    saved(drafter)
    expect(field(drafter, "绩效目标")).to_have_value(re.compile("我写的。$"))
    assert goals(portal, table_id(address)).endswith("我写的。")


def test_what_is_typed_while_an_undo_is_under_way_stays(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    field(page, "绩效目标").fill("第一稿。")
    saved(page)
    release = held(page, "**/undo")
    page.get_by_role("button", name="撤销", exact=True).click()
    write_at_end(field(page, "绩效目标"), "接着写的。")
    release()
    expect(page.locator("form[data-unsaved]")).to_have_count(0)
    expect(page.locator(".conflict")).to_have_count(0)
    expect(field(page, "绩效目标")).to_have_value("第一稿。接着写的。")
    page.reload()
    expect(field(page, "绩效目标")).to_have_value("第一稿。接着写的。")
    assert goals(portal, table_id(address)) == "第一稿。接着写的。"


def test_undo_pressed_several_times_at_once_is_as_many_steps(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    for words in ("一", "二", "三"):
        field(page, "绩效目标").fill(words)
        saved(page)
    page.get_by_role("button", name="撤销", exact=True).dblclick()
    expect(field(page, "绩效目标")).to_have_value("一")
    assert goals(portal, table_id(address)) == "一"


def test_deletion_of_a_row_that_a_colleague_changed_gives_it_back(new_page: NewPage, portal: Portal) -> None:
    drafter, head, address = together(new_page)
    head.get_by_label("第2行 绩效指标描述").fill("同事写的描述")
    saved(head)
    drafter.get_by_role("button", name="第2行 删除").click()
    note = drafter.locator(".conflict")
    expect(note).to_contain_text("没有删除：李秀英")
    expect(drafter.get_by_label("第2行 绩效指标描述")).to_have_value("同事写的描述")
    examine(drafter, "not-deleted")
    note.get_by_role("button", name="仍然删除").click()
    saved(drafter)
    expect(drafter.locator("tr[data-row]")).to_have_count(2)
    assert len(stored_names(portal, address)) == 2


def test_rows_that_a_colleague_moved_stand_in_their_order_once_all_is_saved(new_page: NewPage, portal: Portal) -> None:
    drafter, head, address = together(new_page)
    head.get_by_role("button", name="第1行 下移").click()
    saved(head)
    release = held(drafter, "**/changes")
    write_at_end(field(drafter, "绩效目标"), "先写的")
    drafter.wait_for_event("request", lambda request: request.url.endswith("/changes"))
    write_at_end(field(drafter, "资金用途"), "再写的")
    release()
    saved(drafter)
    expect(drafter.locator("form[data-unsaved]")).to_have_count(0)
    assert names(drafter) == names(head) == stored_names(portal, address)


def test_row_that_a_colleague_deleted_goes_once_it_is_left(new_page: NewPage) -> None:
    drafter, head = new_page("drafter"), new_page("head")
    address = own_table(drafter)
    open_edit(head, address)
    drafter.get_by_label("第2行 绩效指标描述").focus()
    head.get_by_role("button", name="第2行 删除").click()
    saved(head)
    hear(drafter)
    expect(drafter.locator("tr.going")).to_have_count(1)
    expect(drafter.locator("tr[data-row]")).to_have_count(3)
    field(drafter, "资金用途").focus()
    hear(drafter)
    expect(drafter.locator("tr[data-row]")).to_have_count(2)


def test_the_other_text_that_is_taken_is_the_newest(new_page: NewPage, portal: Portal) -> None:
    drafter, head, address = together(new_page)
    field(head, "绩效目标").fill("负责人一。")
    saved(head)
    field(drafter, "绩效目标").fill("经办人。")
    clash = drafter.locator(".conflict")
    expect(clash).to_contain_text("负责人一。")
    field(head, "绩效目标").fill("负责人二。")
    saved(head)
    drafter.unroute("**/presence")
    hear(drafter)
    expect(clash).to_contain_text("负责人二。")
    clash.get_by_role("button", name="用对方的").click()
    expect(field(drafter, "绩效目标")).to_have_value("负责人二。")
    assert goals(portal, table_id(address)) == "负责人二。"


def test_several_texts_of_a_row_that_is_gone_all_stay_at_hand(new_page: NewPage) -> None:
    drafter, head, _ = together(new_page)
    head.get_by_role("button", name="第2行 删除").click()
    saved(head)
    for label in ("绩效指标描述", "指标值", "指标值确定依据"):
        drafter.get_by_label(f"第2行 {label}", exact=True).fill(f"我写的{label}")
    expect(drafter.locator(".conflict")).to_contain_text("删除了这一行")
    drafter.unroute("**/presence")
    drafter.on("dialog", lambda dialog: dialog.accept())
    drafter.reload()
    drafter.get_by_role("button", name="恢复并保存").click()
    for label in ("绩效指标描述", "指标值", "指标值确定依据"):
        expect(drafter.locator("[data-banner]")).to_contain_text(f"我写的{label}")


def test_row_behind_an_unsent_one_that_is_deleted_keeps_its_place(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", allow_failures=True)
    address = own_table(page)
    page.context.set_offline(True)
    page.get_by_label("第1行 三级指标").focus()
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    page.get_by_label("第3行 三级指标").fill("留下的一行")
    page.get_by_label("第2行 三级指标").focus()
    page.keyboard.press("Alt+Delete")
    page.context.set_offline(False)
    saved(page)
    assert names(page) == stored_names(portal, address)
    assert names(page)[1] == "留下的一行"


def test_new_row_whose_answer_was_lost_can_be_deleted(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", allow_failures=True)
    address = own_table(page)
    alone(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/changes", lose)
    page.get_by_label("第1行 三级指标").focus()
    page.keyboard.press("Control+Enter")
    expect(status(page)).to_contain_text("连不上服务器")
    assert len(stored_names(portal, address)) == 4
    page.unroute("**/changes")
    page.keyboard.press("Alt+Delete")
    saved(page)
    assert len(stored_names(portal, address)) == 3


def test_text_saved_as_the_page_was_left_is_not_offered_again(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    field(page, "绩效目标").fill("刚写完就刷新。")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    ready_to_draft(page)
    expect(field(page, "绩效目标")).to_have_value(re.compile("刚写完就刷新。$"))
    expect(page.get_by_role("button", name="恢复并保存")).to_have_count(0)
    assert goals(portal, table_id(address)) == "刚写完就刷新。"


def test_pinyin_is_not_saved_before_it_is_a_text(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    write_at_end(field(page, "绩效目标"), "补助")
    saved(page)
    before = goals(portal, table_id(address))
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "jing'fei", "selectionStart": 8, "selectionEnd": 8})
    # Another field's save goes round it.
    page.evaluate("document.querySelector('form[data-draft]').dispatchEvent(new Event('focusout'))")
    assert goals(portal, table_id(address)) == before
    keyboard.send("Input.insertText", {"text": "经费"})
    saved(page)
    expect(page.locator("form[data-unsaved]")).to_have_count(0)
    expect(field(page, "绩效目标")).to_have_value(f"{before}经费")
    written = portal.rows("SELECT operation FROM changes WHERE table_id = ?", table_id(address))
    assert not [operation for (operation,) in written if "jing" in operation]


def test_row_that_one_takes_back_stays_once_it_is_left(new_page: NewPage, portal: Portal) -> None:
    drafter, head, address = together(new_page)
    head.get_by_role("button", name="第2行 删除").click()
    saved(head)
    drafter.get_by_label("第2行 绩效指标描述").fill("写了一半的描述")
    drafter.locator(".conflict").get_by_role("button", name="恢复这一行").click()
    saved(drafter)
    field(drafter, "资金用途").fill("离开这一行以后写的，12人。")
    expect(drafter.locator("form[data-unsaved]")).to_have_count(0)
    assert names(drafter) == stored_names(portal, address)
    expect(drafter.locator("tr[data-row]")).to_have_count(3)


def test_deletion_without_network_does_not_take_a_colleagues_words_along(new_page: NewPage, portal: Portal) -> None:
    drafter, head, address = together(new_page)
    drafter.context.set_offline(True)
    field(drafter, "资金用途").fill("断网时写的，12人。")
    expect(status(drafter)).to_contain_text("先存在这台电脑上")
    drafter.get_by_role("button", name="第2行 删除").click()
    head.get_by_label("第2行 绩效指标描述").fill("同事写的描述")
    saved(head)
    drafter.context.set_offline(False)
    expect(drafter.locator(".conflict")).to_contain_text("没有删除：李秀英")
    expect(drafter.get_by_label("第2行 绩效指标描述")).to_have_value("同事写的描述")
    assert len(stored_names(portal, address)) == 3


def test_undo_under_way_makes_nobody_elses_text_the_base_of_ones_own(new_page: NewPage, portal: Portal) -> None:
    drafter, head, address = together(new_page)
    field(drafter, "资金用途").fill("我的一步，12人。")
    saved(drafter)
    field(head, "绩效目标").fill("同事的目标。")
    saved(head)
    release = held(drafter, "**/undo")
    drafter.get_by_role("button", name="撤销", exact=True).click()
    write_at_end(field(drafter, "绩效目标"), "我的一句。")
    release()
    expect(drafter.locator(".conflict")).to_contain_text("同事的目标。")
    assert goals(portal, table_id(address)) == "同事的目标。"


def test_undo_waits_for_what_could_not_be_sent(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", allow_failures=True)
    address = own_table(page)
    field(page, "资金用途").fill("第一步，12人。")
    saved(page)
    page.route("**/changes", lambda route: route.abort())
    field(page, "绩效目标").fill("第二步。")
    expect(status(page)).to_contain_text("先存在这台电脑上")
    page.get_by_role("button", name="撤销", exact=True).click()
    page.unroute("**/changes")
    saved(page)
    expect(field(page, "资金用途")).to_have_value("第一步，12人。")
    assert goals(portal, table_id(address)) == "第二步。"


def test_undoing_a_new_row_takes_it_away_at_once(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    address = own_table(page)
    alone(page)
    page.get_by_label("第1行 三级指标").focus()
    page.keyboard.press("Control+Enter")
    saved(page)
    page.keyboard.press("Control+Alt+z")
    expect(page.locator("tr[data-row]")).to_have_count(3)
    assert len(stored_names(portal, address)) == 3


def test_suggestion_is_taken_with_the_arrow_keys(new_page: NewPage) -> None:
    page = new_page("drafter")
    own_table(page)
    page.get_by_role("button", name="增加一行指标").click()
    name = page.get_by_label("第4行 三级指标")
    name.press_sequentially("满意")
    suggestions = page.get_by_role("list", name="指标建议")
    expect(suggestions).to_be_visible()
    second = suggestions.locator("strong").nth(1).inner_text()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(name).to_have_value(second)
    expect(name).to_be_focused()
    expect(suggestions).to_have_count(0)
    name.press("Backspace")
    expect(suggestions).to_be_visible()
    page.keyboard.press("Escape")
    expect(suggestions).to_have_count(0)


@pytest.mark.parametrize("by_whom", ["drafter", "head"])
def test_row_that_comes_back_has_its_opinion(new_page: NewPage, portal: Portal, by_whom: str) -> None:
    drafter, head = new_page("drafter"), new_page("head")
    address = f"/tables/{portal.table(RETURNED)}"
    open_edit(drafter, address)
    open_edit(head, address)
    row = drafter.locator("tr[data-row]").filter(has=drafter.locator(".answer")).first
    opinion = row.locator(".answer").first.get_attribute("id")
    number = row.locator(".cell").first.get_attribute("aria-label")
    assert opinion and number
    acting = drafter if by_whom == "drafter" else head
    acting.get_by_role("button", name=f"{number.split()[0]} 删除").click()
    saved(acting)
    hear(drafter)
    expect(drafter.locator(f"#{opinion}")).to_have_count(0)
    acting.get_by_role("button", name="撤销", exact=True).click()
    expect(status(acting)).to_have_text("已撤销")
    hear(drafter)
    expect(drafter.locator(f"#{opinion}")).to_be_visible()


def test_half_written_answer_keeps_its_row(new_page: NewPage, portal: Portal) -> None:
    drafter, head = new_page("drafter"), new_page("head")
    address = f"/tables/{portal.table(RETURNED)}"
    open_edit(drafter, address)
    open_edit(head, address)
    row = drafter.locator("tr[data-row]").filter(has=drafter.locator(".answer")).first
    number = row.locator(".cell").first.get_attribute("aria-label")
    assert number
    row.get_by_text("答复", exact=True).first.click()
    row.get_by_label("答复的说明").first.fill("写了一半的答复")
    field(drafter, "资金用途").focus()
    head.get_by_role("button", name=f"{number.split()[0]} 删除").click()
    saved(head)
    hear(drafter)
    expect(drafter.locator("tr.going")).to_have_count(1)
    expect(drafter.locator("tr.going").get_by_label("答复的说明").first).to_have_value("写了一半的答复")
    head.get_by_role("button", name="撤销", exact=True).click()
    expect(status(head)).to_have_text("已撤销")
    hear(drafter)
    expect(drafter.locator("tr.going")).to_have_count(0)


def test_replaced_text_is_told_until_dismissed_and_can_be_restored(new_page: NewPage, portal: Portal) -> None:
    drafter, head = new_page("drafter"), new_page("head")
    address = own_table(drafter)
    open_edit(head, address)
    field(drafter, "绩效目标").fill("我写的目标。")
    saved(drafter)
    hear(head)
    expect(field(head, "绩效目标")).to_have_value("我写的目标。")
    field(head, "绩效目标").fill("同事的目标。")
    saved(head)

    hear(drafter)
    notice = drafter.locator(".replaced")
    expect(notice).to_contain_text(re.compile(r"李秀英 \d\d:\d\d 改了这里，原来是：我写的目标。"))
    expect(field(drafter, "绩效目标")).to_have_value("同事的目标。")
    examine(drafter, "replaced")
    notice.get_by_role("button", name="恢复").click()
    saved(drafter)
    expect(notice).to_have_count(0)
    assert goals(portal, table_id(address)) == "我写的目标。"


def test_conflict_marks_the_difference_and_takes_both_texts(new_page: NewPage, portal: Portal) -> None:
    drafter, head, address = together(new_page)
    field(head, "绩效目标").fill("一、发放工资。\n二、按月发放35人。\n")
    saved(head)
    field(drafter, "绩效目标").fill("一、发放工资。\n三、缴纳保险。\n")
    box = drafter.locator(".conflict")
    expect(box.locator("blockquote mark").first).to_be_visible()
    expect(box.locator(".quoted")).to_contain_text("三、缴纳保险。")
    examine(drafter, "conflict-marked")
    box.get_by_role("button", name="两段都要").click()
    saved(drafter)
    assert goals(portal, table_id(address)) == "一、发放工资。\n二、按月发放35人。\n三、缴纳保险。"


def test_own_second_page_is_called_so(new_page: NewPage) -> None:
    first = new_page("drafter")
    address = own_table(first)
    second = first.context.new_page()
    open_edit(second, address)
    alone(first)
    field(second, "绩效目标").fill("另一页写的。")
    saved(second)
    field(first, "绩效目标").fill("这一页写的。")
    expect(first.locator(".conflict")).to_contain_text("你在另一个页面上")
