"""Supporting documents in a browser: chosen, dropped, taken away again; with scripts and without."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.looking import examine
from tests.browser.server import Portal
from tests.domain.files import PDF, docx, png


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def panel_lines(page: Page) -> list[str]:
    return page.get_by_role("region", name="附件").get_by_role("listitem").locator("a[download]").all_inner_texts()


def test_attachments_without_scripts(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter", java_script_enabled=False)
    page.goto(f"/tables/{portal.table(7)}/edit")
    panel = page.get_by_role("region", name="附件")
    panel.get_by_label("添加附件").set_input_files(
        [payload("合同.pdf", PDF), payload("页面.pdf", b"<html>"), payload("照片.png", png())]
    )
    panel.get_by_role("button", name="上传").click()
    expect(page.locator("#messages")).to_contain_text("已添加 2 个附件。")
    expect(page.locator("#messages")).to_contain_text("“页面.pdf”没有添加：后缀 .pdf 表示PDF 文件，内容却是纯文本。")
    expect(page.get_by_text("“页面.pdf”没有添加")).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0
    assert panel_lines(page) == ["合同.pdf", "照片.png"]
    panel.get_by_role("link", name="移除 照片.png").click()
    page.get_by_role("button", name="移除附件").click()
    expect(page.locator("#messages")).to_contain_text("已移除附件“照片.png”")
    assert page.url.endswith("/edit#attachments")
    with page.expect_download() as downloading:
        panel.get_by_role("link", name="合同.pdf", exact=True).click()
    assert downloading.value.suggested_filename == "合同.pdf"
    assert Path(downloading.value.path()).read_bytes() == PDF


def test_attachment_is_added_beside_the_form_and_stays_on_the_table(new_page: NewPage, portal: Portal) -> None:
    page = new_page("drafter")
    page.goto(f"/tables/{portal.table(8)}/edit")
    panel = page.get_by_role("region", name="附件")
    panel.get_by_label("添加附件").set_input_files([payload("说明.docx", docx())])
    panel.get_by_role("button", name="上传").click()
    expect(page.locator("#messages")).to_contain_text("已添加 1 个附件。")
    assert panel_lines(page) == ["说明.docx"]
    examine(page, "attachments-edit")
    page.goto(f"/tables/{portal.table(8)}")
    assert panel_lines(page) == ["说明.docx"]
    examine(page, "attachments-show")
