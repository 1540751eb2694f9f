"""代办 and 待办 in a browser: the number that keeps itself up to date, both capacities, a page left open in another."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from portal.database import local_today
from tests.browser.conftest import NewPage
from tests.browser.looking import examine, hear, ready_to_draft
from tests.browser.server import Portal


def number(page: Page) -> int:
    return int(page.locator("[data-awaiting]").inner_text() or 0)


def test_number_and_list_of_an_open_page_follow_what_others_did(new_page: NewPage, portal: Portal) -> None:
    reviewer, head = new_page("reviewer"), new_page("head")
    before, own = number(reviewer), number(head)
    sound = "SELECT id FROM target_tables WHERE state = 'drafted' AND errors = 0 AND office_code = '610002' LIMIT 1"
    ((table_id,),) = portal.rows(sound)
    head.goto(f"{portal.url}/tables/{table_id}/submit")
    head.get_by_role("button", name="送审").click()
    expect(head.locator("[data-awaiting]")).to_have_text(str(own - 1))

    hear(reviewer)
    expect(reviewer.locator("[data-awaiting]")).to_have_text(str(before + 1))
    expect(reviewer.get_by_role("link", name=re.compile("待审核"))).to_have_text(re.compile(rf"{before + 1}$"))


def test_colleague_works_in_the_name_of_the_head_and_a_page_left_open_keeps_its_text(
    new_page: NewPage, portal: Portal
) -> None:
    head, drafter = new_page("head"), new_page("drafter")
    head.get_by_role("link", name="代办", exact=True).click()
    head.locator("[name=stand_in]").select_option(index=1)
    head.locator("[name=ends_on]").fill(str(local_today()))
    head.locator("[name=reason]").fill("外出培训")
    head.get_by_role("button", name="指定", exact=True).click()
    expect(head.get_by_role("table")).to_contain_text("代办中")
    examine(head, "stand-ins")

    drafter.reload()
    drafter.get_by_role("button", name=re.compile("以“代李秀英")).click()
    expect(drafter.get_by_role("region", name="代办", exact=True)).to_contain_text("代李秀英（至")
    examine(drafter, "home-for-another")

    drafter.locator("#list tbody a").first.click()
    drafter.get_by_role("link", name="编辑", exact=True).click()
    ready_to_draft(drafter)
    other = drafter.context.new_page()
    other.goto(portal.url)
    other.get_by_role("button", name="换回本人").click()
    drafter.locator("textarea[name=goals]").fill("1、在另一个身份的页面里写的目标。")
    drafter.locator("textarea[name=purpose]").focus()
    expect(drafter.locator("#messages")).to_contain_text("以“代李秀英”的身份打开的，现在的身份是“本人”")
    expect(drafter.locator("textarea[name=goals]")).to_have_value("1、在另一个身份的页面里写的目标。")
