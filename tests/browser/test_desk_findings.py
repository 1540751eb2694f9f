"""On the desk, by keyboard where one can: phrases go into an opinion, a finding is dismissed and taken back."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.looking import examine
from tests.browser.server import Portal


def test_phrases_of_the_kind_go_below_what_is_typed(new_page: NewPage, portal: Portal) -> None:
    page = new_page("reviewer")
    page.goto(f"/tables/{portal.table(6)}")
    page.locator("#at-goals").click()
    expect(page.locator("#new-kind")).to_be_focused()
    page.keyboard.press("2")
    text = page.locator("#new-text")
    expect(text).to_be_focused()
    page.keyboard.type("目标写的是用途。")
    phrase = page.locator("[data-phrase]", has_text="不够细化量化").first
    words = phrase.inner_text()
    phrase.press("Enter")
    expect(text).to_have_value(f"目标写的是用途。\n{words}")
    expect(text).to_be_focused()
    phrase.click()
    expect(text).to_have_value(f"目标写的是用途。\n{words}")  # once
    examine(page, "desk-phrases")


def test_finding_is_dismissed_in_place_and_taken_back(new_page: NewPage, portal: Portal) -> None:
    page = new_page("reviewer")
    page.goto(f"/tables/{portal.table(6)}#checks")
    group = page.locator("#rule-W10")
    group.locator("summary").click()
    group.get_by_role("link", name="不提…").click()
    reason = group.get_by_role("textbox", name=re.compile("为什么不提"))
    expect(reason).to_be_focused()
    reason.fill("满意度按上级规定定为100%。")
    group.get_by_role("button", name="记为不提").press("Enter")
    group = page.locator("#rule-W10")
    expect(group).to_contain_text(re.compile("不提：满意度按上级规定定为100%。\\s*陈志强"))
    expect(group.get_by_role("link", name="转为意见")).to_have_count(0)
    examine(page, "desk-dismissed")
    group.get_by_role("button", name="撤回").click()
    expect(page.locator("#rule-W10").get_by_role("link", name="不提…")).to_have_count(1)
    page.get_by_role("tab", name="上年").click()
    expect(page.get_by_role("tabpanel", name="上年")).to_contain_text("上年没有送审过这个项目的表。")
