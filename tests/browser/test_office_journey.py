"""The whole life of a table through the four people who have a part in it; and what another office sees of it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from portal.database import local_today
from portal.domain.calendar import CALENDAR
from tests.browser.conftest import NewPage
from tests.browser.looking import examine, picture, ready_to_draft
from tests.browser.server import Portal

NAME = "综合事务经费"
OPINION = "指标值过宽：“90%为优”不是目标值，请写一个明确的数。"


def open_from_home(page: Page, tab: str, name: str) -> None:
    page.get_by_role("link", name="我的工作").first.click()
    page.get_by_role("navigation", name="分类").get_by_role("link", name=tab).click()
    page.get_by_role("row").filter(has_text=name).get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def situation(page: Page, *words: str) -> None:
    """What the one line of the table says now."""
    line = page.get_by_role("region", name="当前情况")
    for word in words:
        expect(line).to_contain_text(word)


def move(page: Page, action: str) -> None:
    """The link in the line of the situation, then the button of the page that asks."""
    page.get_by_role("region", name="当前情况").get_by_role("link", name=action, exact=True).click()
    examine(page, f"life-{action}")
    page.get_by_role("main").get_by_role("button", name=action, exact=True).click()


def drafting_by_keyboard(page: Page) -> None:
    page.get_by_role("link", name="编辑", exact=True).focus()
    page.keyboard.press("Enter")
    ready_to_draft(page)
    code = page.get_by_label("项目编码")
    code.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("项目名称")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("（机关）")
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_contain_text("已保存")
    expect(page.get_by_label("项目名称")).to_have_value(re.compile("（机关）$"))


def adding_and_moving_a_row(page: Page) -> int:
    """A new indicator, then moved up by one; its number in the end."""
    rows = page.get_by_label(re.compile(r"第\d+行 三级指标"))
    last = rows.count() + 1
    page.get_by_role("button", name="增加一行指标").press("Enter")
    expect(rows).to_have_count(last)
    page.get_by_label(f"第{last}行 一级指标").select_option("满意度指标")
    page.get_by_label(f"第{last}行 二级指标").select_option("服务对象满意度指标")
    for label, words in (
        ("三级指标", "来访群众满意度"),
        ("绩效指标描述", "年末问卷调查中满意的来访群众比例"),
        ("指标值", "≥90%为优；80%-90%为良"),
        ("指标值确定依据", "冀财资〔2017〕674号"),
    ):
        page.get_by_label(f"第{last}行 {label}", exact=True).fill(words)
    page.get_by_role("button", name=f"第{last}行 上移").press("Space")
    moved = page.get_by_label(f"第{last - 1}行 三级指标")
    expect(moved).to_have_value("来访群众满意度")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-status]")).to_contain_text("已保存")
    return last - 1


def reviewing(page: Page, row: int) -> None:
    open_from_home(page, "待审核", NAME)
    page.get_by_role("button", name="认领审核").click()
    situation(page, "你在审")
    page.get_by_label("针对").select_option(label=f"绩效指标第{row}行·指标值")
    page.get_by_role("radio", name="必须修改").check()
    page.get_by_label("意见", exact=True).fill(OPINION)
    page.get_by_role("button", name="拟写意见").click()
    opinion = page.get_by_role("article").filter(has_text=OPINION)
    expect(opinion).to_contain_text("草稿")
    page.get_by_role("link", name="退回…").click()
    page.get_by_label("再次送审的期限").fill(CALENDAR.add(local_today(), 4).isoformat())
    examine(page, "life-return")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.locator("#messages")).to_contain_text(f"《{NAME}（机关）绩效目标表》已退回")  # on the next table's page


def correcting(page: Page, row: int) -> None:
    """The drafter finds the opinion at its field, mends it and answers."""
    open_from_home(page, "被退回", NAME)
    expect(page.get_by_role("cell").filter(has_text="意见 1")).to_contain_text("≥90%为优")
    page.get_by_role("link", name="编辑", exact=True).click()
    ready_to_draft(page)
    field = page.get_by_label(f"第{row}行 指标值", exact=True)
    expect(field).to_have_accessible_description(re.compile(OPINION))
    field.fill("≥90%")
    picture(page, "life-correcting")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-status]")).to_contain_text("已保存")
    page.get_by_role("link", name="到下一条未答复的意见").click()
    opinion = page.get_by_role("group").filter(has_text=OPINION)
    opinion.get_by_role("radio", name="已修改").check()
    opinion.get_by_label("答复的说明").fill("已改为“≥90%”。")
    opinion.get_by_role("button", name="答复", exact=True).click()
    expect(opinion).to_contain_text("已答复")


def deciding(page: Page) -> None:
    open_from_home(page, "待审核", NAME)
    page.get_by_role("link", name="版本对照").click()
    changed = (
        page.get_by_role("row")
        .filter(has_text="来访群众满意度")
        .or_(page.get_by_role("row").filter(has=page.locator("del")))
    )
    expect(changed.first).to_contain_text("指标值")
    expect(page.locator("del")).to_contain_text(["为优"])
    examine(page, "life-compare")
    page.get_by_role("link", name="表", exact=True).click()
    page.get_by_role("button", name="采纳答复").click()
    expect(page.get_by_role("article").filter(has_text=OPINION)).to_contain_text("已采纳")
    page.keyboard.press("p")
    # The next table is open by now.
    expect(page.locator("#messages")).to_contain_text(f"《{NAME}（机关）绩效目标表》已建议批复。")


def approving(page: Page) -> None:
    open_from_home(page, "待批复", NAME)
    move(page, "批复")
    expect(page.locator("#messages")).to_contain_text("已批复。")


def printing(page: Page) -> None:
    page.get_by_role("link", name="打印").click()
    page.evaluate("window.print = () => { window.wasPrinted = true }")
    examine(page, "life-print")
    page.get_by_role("button", name="打印").click()
    assert page.evaluate("window.wasPrinted")
    page.emulate_media(media="print")
    expect(page.get_by_text(re.compile(r"审计记录 \d+:[0-9a-f]{16}"))).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()


def test_life_of_a_table_from_draft_to_print(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(8)
    drafter, head = new_page("drafter"), new_page("head")
    open_from_home(drafter, "待送审", NAME)
    drafting_by_keyboard(drafter)
    row = adding_and_moving_a_row(drafter)
    open_from_home(head, "待送审", NAME)
    move(head, "送审")
    expect(head.locator("#messages")).to_contain_text("已送审，等待财政局审核。")
    reviewer = new_page("reviewer")
    reviewing(reviewer, row)
    assert portal.state(table_id) == "returned"
    correcting(drafter, row)
    open_from_home(head, "被退回", NAME)
    move(head, "送审")
    situation(head, "已送审", "财政局")
    approver = new_page("approver")
    deciding(reviewer)
    approving(approver)
    printing(approver)
    ended = portal.rows(
        "SELECT state, submission_count, return_count, due_on FROM target_tables WHERE id = ?", table_id
    )
    assert ended == [("approved", 2, 1, None)]
    assert portal.rows("SELECT state FROM opinions WHERE table_id = ?", table_id) == [("accepted",)]
    acts = portal.rows("SELECT act FROM audit_entries WHERE object_id = ? ORDER BY number", str(table_id))
    told = [act for (act,) in acts]
    assert [act for act in told if act not in ("import", "edit")] == [
        "submit",
        "claim",
        "draft_opinion",
        "return",
        "answer_opinion",
        "submit",
        "accept_opinion",
        "recommend",
        "approve",
        "print",
    ]
    assert "审计记录完好" in portal.flask("audit", "verify")


def test_department_table_is_started_written_and_discarded(new_page: NewPage, portal: Portal) -> None:
    page = new_page("outsider")
    page.get_by_role("link", name="新建 / 沿用上年 / 导入文件").click()
    page.get_by_role("radio", name="部门整体绩效目标").check()
    page.get_by_role("button", name="新建空白表").click()
    page.get_by_label("总体目标").fill("全年**按期**完成街道各项工作。")
    for part in ("职责", "措施"):
        page.get_by_role("button", name=f"增加一行{part}").click()
        expect(page.get_by_label(f"{part}第1行 {part}")).to_be_visible()
    page.get_by_label("职责第1行 职责").fill("城市管理")
    page.get_by_label("职责第1行 绩效目标").fill("楼道全部清理")
    examine(page, "department-edit")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-status]")).to_contain_text("已保存")
    page.get_by_role("link", name="返回").click()
    expect(page.locator("strong", has_text="按期")).to_be_visible()
    examine(page, "department-draft")
    page.get_by_role("link", name="送审").click()
    expect(page.get_by_role("main")).to_contain_text("现在还不能送审")  # the safeguard was left empty
    examine(page, "department-obstacles")
    page.get_by_role("link", name="回到这张表").click()
    page.get_by_role("link", name="删除草稿").click()
    page.get_by_role("button", name="删除草稿").click()
    expect(page.locator("#messages")).to_contain_text("的草稿已删除")
    assert portal.rows("SELECT id FROM target_tables WHERE office_code = '610003' AND kind = 'department'") == []
