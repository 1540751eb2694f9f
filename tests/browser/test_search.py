"""查找 by keyboard: the key / leads to the box, results come without loading the page, a mistake is told."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.looking import examine
from tests.browser.server import Portal


def test_search_by_keyboard(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    page.goto(f"{portal.url}/handbook/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="查找")).to_be_focused()
    page.keyboard.type("工资")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("工资")
    examine(page, "search")

    box = page.get_by_role("searchbox", name="查找")
    box.fill("年度:二〇二〇")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("“二〇二〇”看不懂")
    expect(box).to_have_value("年度:二〇二〇")
