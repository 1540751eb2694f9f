"""The auditor reads the log, proves it and takes it away; another office sees nothing of this one's tables."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.looking import examine
from tests.browser.server import Portal


def test_log_is_filtered_in_place(new_page: NewPage) -> None:
    page = new_page("auditor")
    page.get_by_role("link", name="审计记录").click()
    expect(page.get_by_role("heading", level=1, name="审计记录")).to_be_visible()
    page.evaluate("document.querySelector('h1').dataset.same = 'yes'")
    page.get_by_label("操作", exact=True).select_option(label="批复")
    expect(page).to_have_url(re.compile("act=approve"))
    expect(page.locator("#list tbody tr")).to_have_count(2)
    expect(page.locator("h1[data-same=yes]")).to_be_visible()
    page.get_by_label("对象名称").fill("办事处工作经费")
    page.keyboard.press("Enter")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list tbody tr")).to_contain_text("刘芳")
    page.locator("#list summary").click()
    examine(page, "auditor-filtered")
    page.go_back()
    expect(page.locator("#list tbody tr")).to_have_count(2)


def test_history_opens_what_an_act_changed_in_place(new_page: NewPage) -> None:
    page = new_page("auditor")
    page.get_by_role("link", name="办理经过").click()
    again = page.get_by_role("listitem").filter(has_text="第 2 次送审")
    again.get_by_text("改了什么").click()
    expect(again.locator("ins").first).to_be_visible()
    examine(page, "history-opened")
    page.get_by_label("操作", exact=True).select_option(label="批复")
    expect(page).to_have_url(re.compile("act=approve"))
    page.get_by_role("listitem").filter(has_text="批复").first.get_by_role("link").click()
    page.locator("#at-goals").hover()
    page.get_by_role("link", name="绩效目标：谁改的").click()
    expect(page.get_by_role("heading", name="编辑过程")).to_be_visible()
    examine(page, "editing-of-a-cell")


def test_log_is_verified_against_a_kept_hash_and_exported(new_page: NewPage, portal: Portal, tmp_path: Path) -> None:
    page = new_page("auditor")
    page.get_by_role("link", name="审计记录").click()
    kept = page.locator("code.anchor").first.inner_text()
    page.get_by_text("验证、导出").click()
    page.get_by_label(re.compile("留存的校验值")).fill("乱写")
    page.get_by_role("button", name="验证记录").click()
    expect(page.get_by_role("alert")).to_contain_text("不是校验值")
    expect(page.get_by_label(re.compile("留存的校验值"))).to_have_value("乱写")
    examine(page, "auditor-anchor-refused")
    page.get_by_label(re.compile("留存的校验值")).fill(kept)
    page.get_by_role("button", name="验证记录").click()
    expect(page.get_by_role("status").filter(has_text="记录完整")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text=kept.partition(":")[0]).last).to_be_visible()
    examine(page, "auditor-verified")
    page.get_by_role("link", name="回到审计记录").click()
    page.get_by_text("验证、导出").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="导出记录").click()
    export = tmp_path / coming.value.suggested_filename
    coming.value.save_as(export)
    assert re.fullmatch(r"audit-\d+-[0-9a-f]{16}\.jsonl", export.name)
    assert "完好" in portal.flask("audit", "verify", "--file", str(export), "--expect", kept)
    assert json.loads(export.read_text(encoding="utf-8").splitlines()[-1])["act"] == "export_log"


def test_auditor_reads_tables_and_changes_nothing(new_page: NewPage, portal: Portal) -> None:
    page = new_page("auditor")
    page.get_by_role("link", name="绩效目标表", exact=True).click()
    page.get_by_role("link", name="社区工作经费").click()
    expect(page.get_by_role("region", name="当前情况").get_by_role("link")).to_have_count(0)
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
    page.get_by_role("link", name="经过", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("第 2 次送审")


def test_another_office_sees_nothing_of_this_ones(new_page: NewPage, portal: Portal) -> None:
    page = new_page("outsider")
    page.get_by_role("link", name="绩效目标表", exact=True).click()
    expect(page.locator("#list tbody")).to_have_count(2)  # one of them 作废
    expect(page.locator("#list")).to_contain_text("老旧小区楼道清理经费")
    expect(page.get_by_role("main")).not_to_contain_text("古城街道")
    page.goto("/tables?office=610002")
    expect(page.get_by_role("main")).to_contain_text("没有符合条件的绩效目标表")
    for table_id in (portal.table(1), portal.table(8)):
        for rest in ("", "/history", "/compare", "/print", "/edit", "/submit", "/export/json"):
            answer = page.goto(f"/tables/{table_id}{rest}")
            assert answer is not None
            assert answer.status == 404, rest
            expect(page.get_by_role("heading", level=1)).to_have_text("没有找到")
            expect(page.get_by_role("main")).not_to_contain_text("经费")
    answer = page.goto("/offices/610002/2020/print")
    assert answer is not None
    assert answer.status == 404
    examine(page, "outsider-not-found")
