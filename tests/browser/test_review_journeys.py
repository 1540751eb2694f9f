"""Reviewing from one end to the other: rounds, proposed changes, two reviewers, many at once, the keyboard alone."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.drafting import open_edit, saved
from tests.browser.looking import examine, hear, ready_to_draft
from tests.browser.reviewing import cell, composer, draft, open_composer, raise_opinion, send_back, submit_tables
from tests.browser.server import Portal


def row_ids(portal: Portal, table_id: int) -> list[str]:
    ((content,),) = portal.rows("SELECT content FROM target_tables WHERE id = ?", table_id)
    return [row["id"] for row in json.loads(content)["indicators"]]


def answer(page: Page, words: str) -> None:
    mine = page.locator(".answer").filter(has_text=words)
    mine.get_by_text("答复", exact=True).first.click()
    mine.get_by_label("已修改").check()
    mine.get_by_role("button", name="答复", exact=True).click()
    expect(page.locator(".answer").filter(has_text=words)).to_contain_text("已答复")


def submit(page: Page, table_id: int) -> None:
    page.goto(f"/tables/{table_id}/submit")
    page.get_by_role("button", name="送审", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("已送审")


def test_three_rounds_with_rows_that_were_moved_deleted_and_written_again(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(6)
    first, second, third, _ = row_ids(portal, table_id)
    reviewer, drafter, head = new_page("reviewer"), new_page("drafter"), new_page("head")

    reviewer.goto(f"/tables/{table_id}")
    raise_opinion(reviewer, f"indicators/{first}/description", "1", "写明发放的人数。")
    raise_opinion(reviewer, f"indicators/{second}/level3", "4", "名称与指标值不符。")
    raise_opinion(reviewer, f"indicators/{third}/target_value", "2", "写明缴纳的标准。")
    send_back(reviewer)

    open_edit(drafter, f"/tables/{table_id}")
    drafter.get_by_label("第2行 三级指标").fill("社区干部工资发放人次")
    drafter.get_by_role("button", name="第3行 删除").click()
    saved(drafter)
    drafter.get_by_role("button", name="第2行 下移").click()
    saved(drafter)
    drafter.reload()
    ready_to_draft(drafter)
    for words in ("写明发放的人数", "名称与指标值不符", "写明缴纳的标准", "一级指标类型错误"):
        answer(drafter, words)
    head.goto(f"/tables/{table_id}/submit")
    expect(head.locator(".verdicts").first).to_contain_text("答“已修改”但未改")
    expect(head.locator(".verdicts").first).to_contain_text("（原第3行，该行已删除）")
    submit(head, table_id)

    reviewer.goto(f"/tables/{table_id}")
    cards = reviewer.locator("#opinions article")
    expect(cards.nth(0)).to_contain_text("答“已修改”但未改")
    expect(cards.filter(has_text="名称与指标值不符")).to_contain_text("（原第2行，现第3行）")
    expect(cell(reviewer, f"indicators/{second}/level3").locator("a.opinion-mark.tag-good")).to_have_count(2)
    examine(reviewer, "desk-second-round")
    reviewer.keyboard.press("j")
    reviewer.keyboard.press("r")
    reviewer.keyboard.type("仍然没有写人数。")
    with reviewer.expect_navigation():
        reviewer.keyboard.press("Tab")
        reviewer.keyboard.press("Enter")
    accepted = cards.filter(has_text="名称与指标值不符")
    accepted.get_by_role("button", name="采纳答复").click()
    expect(accepted).to_contain_text("已采纳")
    send_back(reviewer)

    open_edit(drafter, f"/tables/{table_id}")
    drafter.get_by_label("第1行 绩效指标描述").fill("按月发放15名社区干部的工资")
    drafter.get_by_label("第3行 三级指标").fill("社区干部工资发放次数")
    saved(drafter)
    answer(drafter, "仍然没有写人数")
    head.goto(f"/tables/{table_id}/submit")
    expect(head.locator(".verdict").first).to_contain_text("采纳后又改")
    submit(head, table_id)

    for page in (reviewer, head):
        page.goto(f"/tables/{table_id}")
        again = page.locator("#opinions article").nth(0)
        expect(again).to_contain_text("采纳后又改")
        expect(again).to_contain_text("已采纳")
        expect(again.locator("ins").first).to_have_text(re.compile("次数|数"))
        expect(page.locator("#opinions article").filter(has_text="仍然没有写人数")).to_contain_text("改了")
        expect(page.locator(".unasked")).to_contain_text("没要求、改了 0 处")


def test_proposed_changes_taken_as_a_whole_are_approved_without_another_reading(
    new_page: NewPage, portal: Portal
) -> None:
    whole, edited = submit_tables(portal, "小区绿化养护经费", "小区停车管理经费")
    reviewer, office, approver = new_page("reviewer"), new_page("outsider"), new_page("approver")
    for table_id in (whole, edited):
        propose(reviewer, table_id)

    office.goto(f"/tables/{whole}")
    office.get_by_role("link", name="全部接受并送审…").click()
    office.get_by_role("button", name="全部接受并送审").click()
    expect(office.locator("#messages")).to_contain_text("已全部接受并送审")

    open_edit(office, f"/tables/{edited}")
    for _ in range(2):
        office.get_by_role("button", name="采用代拟改法").first.click()
    expect(office.get_by_role("button", name="采用代拟改法")).to_have_count(0)
    office.get_by_label("资金用途", exact=True).press("End")
    office.keyboard.type("。")
    saved(office)
    submit(office, edited)

    approver.goto(f"/tables/{edited}/approve")
    expect(approver.get_by_role("main")).to_contain_text("还没有审核人建议批复")
    approver.goto(f"/tables/{whole}")
    expect(approver.get_by_role("main")).to_contain_text("只按代拟改法改")
    approver.keyboard.press("v")
    approver.get_by_role("main").get_by_role("button", name="批复", exact=True).click()
    expect(approver.locator("#messages")).to_contain_text("已批复")
    assert (portal.state(whole), portal.state(edited)) == ("approved", "submitted")


def propose(page: Page, table_id: int) -> None:
    """Another text in its cell, and a new row below the list; both as opinions that are returned."""
    page.goto(f"/tables/{table_id}")
    open_composer(page, "goals").get_by_label("意见", exact=True).fill("写明范围。")
    composer(page).locator("details.proposing summary").click()
    goals = cell(page, "goals").get_by_role("textbox")
    expect(goals).to_be_focused()
    goals.press("End")
    page.keyboard.type("范围为全街道。")
    expect(cell(page, "goals").locator(".live ins")).to_have_text("范围为全街道。")
    draft(page, "goals")
    open_composer(page, "indicators").get_by_label("意见", exact=True).fill("增加满意度指标。")
    composer(page).locator("details.proposing summary").click()
    row = page.locator(".proposed-row")
    texts = {
        "一级指标": "产出指标",
        "二级指标": "质量指标",
        "三级指标": "巡查问题整改率",
        "绩效指标描述": "整改的问题占比",
    }
    for label, text in (texts | {"指标值": "≥95%", "指标值确定依据": "冀财资〔2017〕674号"}).items():
        row.get_by_label(label, exact=True).fill(text)
    examine(page, "desk-proposing")
    draft(page, "indicators")
    send_back(page)


def test_two_reviewers_on_one_table_each_publish_their_own(new_page: NewPage, portal: Portal) -> None:
    (table_id,) = submit_tables(portal, "老旧管网巡查经费")
    reviewer, approver = new_page("reviewer"), new_page("approver")
    for page in (reviewer, approver):
        page.goto(f"/tables/{table_id}")
    raise_opinion(reviewer, "goals", "2", "审核人的意见。")
    open_composer(approver, "purpose").get_by_label("意见", exact=True).fill("审批人写了一半")
    hear(approver)
    expect(approver.locator("#messages")).to_contain_text("拟写意见")
    approver.keyboard.press("Control+Enter")
    expect(approver.locator("#opinions article")).to_have_count(2)
    send_back(reviewer)
    states = dict(portal.rows("SELECT text, state FROM opinions WHERE table_id = ?", table_id))
    assert states == {"审核人的意见。": "raised", "审批人写了一半": "draft"}
    cell(approver, "goals").click()
    composer(approver).get_by_label("意见", exact=True).fill("退回以后才写的")
    approver.keyboard.press("Control+Enter")
    expect(approver.get_by_role("alert").first).to_contain_text("退回")
    expect(approver.locator(".typed")).to_contain_text("退回以后才写的")


def test_many_are_approved_and_a_stale_one_is_told_beside_them(new_page: NewPage, portal: Portal) -> None:
    names = ("路灯维护一期", "路灯维护二期", "路灯维护三期")
    stale, *others = submit_tables(portal, *names)
    reviewer, office, approver = new_page("reviewer"), new_page("outsider"), new_page("approver")
    for table_id in (stale, *others):
        reviewer.goto(f"/tables/{table_id}")
        reviewer.keyboard.press("p")
        expect(reviewer.locator("#messages")).to_contain_text("已建议批复")

    approver.goto("/?tab=recommended&q=路灯维护")
    for name in names:
        approver.get_by_role("row").filter(has_text=name).get_by_role("checkbox").check()
    examine(approver, "queue-chosen")
    approver.locator("button[data-act=approve]").click()
    expect(approver.get_by_role("main")).to_contain_text("可以批复 3 张")
    examine(approver, "decisions-approve")
    reviewer.goto(f"/tables/{stale}")
    reviewer.get_by_role("button", name="撤回建议批复").click()
    expect(reviewer.get_by_role("button", name="撤回建议批复")).to_have_count(0)
    hear(approver)
    told = approver.locator(f"[data-told='{stale}']")
    expect(told).to_contain_text("撤回建议批复")
    approver.get_by_role("checkbox", name=re.compile(names[0])).check()
    approver.get_by_role("main").get_by_role("button", name="批复", exact=True).click()
    expect(approver.get_by_role("main")).to_contain_text("已批复 2 张")
    expect(approver.get_by_role("row").filter(has_text=names[0])).to_contain_text("还没有审核人建议批复")
    examine(approver, "decisions-results")
    assert [portal.state(table_id) for table_id in (stale, *others)] == ["submitted", "approved", "approved"]
    assert office.url


def test_reviewing_by_keyboard_alone(new_page: NewPage, portal: Portal) -> None:
    first, second = submit_tables(portal, "键盘审核1", "键盘审核2")
    page = new_page("reviewer")
    page.goto("/?tab=submitted&sort=name&q=键盘审核")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/tables/{first}\?"))
    page.keyboard.press("ArrowDown")
    for _ in range(9):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".form-sheet :focus")).to_have_count(1)
    page.keyboard.press("o")
    expect(composer(page).get_by_label("类别")).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.type("请量化。")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator(".form-sheet :focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#opinions article:focus")).to_contain_text("请量化。")
    send_back(page)
    expect(page).to_have_url(re.compile(rf"/tables/{second}\?"))
    page.keyboard.press("p")
    expect(page.locator("#messages")).to_contain_text("已建议批复")
    assert (portal.state(first), portal.state(second)) == ("returned", "submitted")
