"""Every act of every role with scripts off: files, carrying over, decisions, undoing, administration, the record."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from portal.demo.accounts import LATER_YEAR, YEAR
from tests.browser.conftest import NewPage
from tests.browser.looking import examine
from tests.browser.server import Portal
from tests.databases import DATA

REAL = DATA / "gucheng-2020.txt"


def told(page: Page, words: str) -> None:
    expect(page.locator("#messages")).to_contain_text(words)


def test_file_is_imported_without_scripts(new_page: NewPage, portal: Portal, tmp_path: Path) -> None:
    page = new_page("drafter", java_script_enabled=False)
    file = tmp_path / "新项目.txt"
    text = REAL.read_text(encoding="utf-8").replace("610-1301-JBN-OTTA", "610-1301-JBN-NEW1")
    file.write_text(text, encoding="utf-8")

    page.goto(f"/tables/new?year={YEAR}")
    page.get_by_label("整个单位的绩效文本").set_input_files(file)
    page.get_by_role("button", name="读取并预览").click()
    expect(page).to_have_url(re.compile("/tables/new/import/[0-9a-f]+$"))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("新项目.txt")
    before = portal.rows("SELECT count(*) FROM target_tables")
    page.get_by_role("button", name="导入勾选的表").click()

    told(page, "已导入：新建 1 张")
    assert portal.rows("SELECT count(*) - 1 FROM target_tables") == before


def test_table_is_carried_over_without_scripts(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", java_script_enabled=False)
    page.goto(f"/tables/new?year={LATER_YEAR}&source_year={YEAR}")
    free = page.locator("input[name=source][type=checkbox]:not([disabled])")
    for box in free.all():
        box.set_checked(box == free.first)
    free.first.check()
    before = portal.rows("SELECT count(*) FROM origins")
    page.get_by_role("button", name="沿用勾选的表").click()
    expect(page).to_have_url(re.compile(r"/tables/\d+/edit$"))
    assert portal.rows("SELECT count(*) - 1 FROM origins") == before


def test_warning_is_explained_without_scripts(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(8)
    page = new_page("drafter", java_script_enabled=False)
    page.goto(f"/tables/{table_id}/edit")
    page.locator("details:has(a[href*='rule=W']) > summary").first.click()
    page.locator("a[href*='rule=W']").first.click()
    page.get_by_role("textbox").first.fill("上级文件原文如此。")
    page.get_by_role("button", name="保存说明").click()
    assert portal.rows("SELECT text FROM explanations WHERE table_id = ?", table_id) == [("上级文件原文如此。",)]


def test_step_is_undone_without_scripts(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(7)
    page = new_page("drafter", java_script_enabled=False)
    page.goto(f"/tables/{table_id}/edit")
    goals = page.get_by_label("绩效目标", exact=True)
    before = goals.input_value()
    goals.fill("1、写错的目标。")
    page.get_by_role("button", name="保存").first.click()
    told(page, "已保存。")

    page.goto(f"/tables/{table_id}/steps")
    page.get_by_role("button", name=re.compile("撤销")).first.click()

    page.goto(f"/tables/{table_id}/edit")
    expect(goals).to_have_value(before)


def test_table_is_returned_approved_and_reopened_without_scripts(new_page: NewPage, portal: Portal) -> None:
    returned, approved = portal.table(2), portal.table(0)
    reviewer = new_page("reviewer", java_script_enabled=False)
    reviewer.goto(f"/tables/{returned}")
    reviewer.get_by_label("针对").select_option(label="绩效目标")
    reviewer.get_by_label("意见", exact=True).fill("请写明保险的起止时间。")
    reviewer.get_by_role("button", name="拟写意见").click()
    reviewer.get_by_role("link", name="退回…").click()
    assert portal.state(returned) == "submitted"
    reviewer.get_by_role("button", name="退回", exact=True).click()
    assert portal.state(returned) == "returned"

    approver = new_page("approver", java_script_enabled=False)
    reviewer.goto(f"/tables/{approved}")
    for dimension in ("完整性", "相关性", "适当性", "可行性"):
        reviewer.get_by_label(dimension).check()
    reviewer.get_by_role("button", name="建议批复").click()
    approver.goto(f"/tables/{approved}")
    approver.get_by_role("link", name="批复", exact=True).click()
    assert portal.state(approved) == "submitted"
    approver.get_by_role("button", name="批复", exact=True).click()
    assert portal.state(approved) == "approved"
    approver.get_by_role("link", name="退回调整", exact=True).click()
    approver.get_by_label("理由").fill("上级调整了预算。")
    approver.get_by_role("button", name="退回调整", exact=True).click()
    assert portal.state(approved) == "returned"
    assert "审计记录完好" in portal.flask("audit", "verify")


def test_people_offices_and_years_are_kept_without_scripts(new_page: NewPage, portal: Portal) -> None:
    page = new_page("admin", java_script_enabled=False)
    page.goto("/offices/new")
    page.get_by_label("单位编码").fill("630009")
    page.get_by_label("单位名称").fill("新设街道办事处")
    page.get_by_role("button", name="新增单位").click()
    told(page, "新设街道办事处")

    page.goto("/people/new")
    page.get_by_label("用户名").fill("xinren")
    page.get_by_label("姓名").fill("新来的")
    page.locator("#field-roles-drafter").check()
    page.get_by_label("所在单位").select_option("630009")
    page.get_by_role("button", name="新增人员").click()
    secret = page.locator("#secret").inner_text()
    page.reload()
    expect(page.locator("#secret")).to_have_text(secret)

    page.goto("/portfolios")
    page.get_by_role("checkbox", name=re.compile("630009 新设街道办事处.* 陈志强")).check()
    page.get_by_role("button", name="保存").click()
    told(page, "陈志强的分管单位已改")

    page.goto(f"/years/{YEAR}")
    page.get_by_label("送审截止日期").fill("2027-03-01")
    page.get_by_role("button", name="保存").click()
    assert portal.rows("SELECT deadline FROM budget_years WHERE year = ?", YEAR) == [("2027-03-01",)]


def test_record_is_verified_and_exported_without_scripts(new_page: NewPage, portal: Portal, tmp_path: Path) -> None:
    page = new_page("auditor", java_script_enabled=False)
    page.goto("/audit")
    page.get_by_text("验证、导出").click()
    page.get_by_role("button", name="验证记录").click()
    expect(page.get_by_text("记录完整")).to_be_visible()
    page.go_back()
    page.get_by_text("验证、导出").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="导出记录").click()
    export = tmp_path / coming.value.suggested_filename
    coming.value.save_as(export)
    assert "完好" in portal.flask("audit", "verify", "--file", str(export))


# --- pages that links do not lead to -------------------------------------------------------------


def test_pages_that_follow_an_act_are_accessible(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    page.goto(f"/tables/new?year={YEAR}")
    page.get_by_label("整个单位的绩效文本").set_input_files(REAL)
    page.get_by_role("button", name="读取并预览").click()
    examine(page, "import-preview")
    page.goto(f"/offices/610002/{YEAR}/print")
    examine(page, "office-print")


def test_imported_people_get_slips_four_to_a_page(new_page: NewPage) -> None:
    page = new_page("admin")
    page.goto("/people/import")
    names = "".join(f"610002\t新人{n}\t经办人\n" for n in range(9))
    page.get_by_label("从表格软件复制的单元格，连同表头").fill(f"单位编码\t姓名\t角色\n{names}")
    page.get_by_role("button", name="读取并预览").click()
    examine(page, "people-preview")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator(".slip")).to_have_count(9)
    examine(page, "people-slips")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 3


def test_conflict_without_scripts_is_accessible(new_page: NewPage, portal: Portal) -> None:
    table_id = portal.table(8)
    pages = [new_page(name, allow_failures=True) for name in ("drafter", "head")]
    for page in pages:
        page.route("**/*.js", lambda route: route.abort())  # axe itself needs scripts
        page.goto(f"/tables/{table_id}/edit")
    for n, page in enumerate(pages):
        page.get_by_label("绩效目标", exact=True).fill(f"1、第{n}个人写的目标。")
        page.get_by_role("button", name="保存").first.click()
    expect(pages[1].get_by_text("第0个人写的目标").first).to_be_visible()
    examine(pages[1], "conflict-without-scripts")
