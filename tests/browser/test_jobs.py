"""The page of a file that takes long to read goes on by itself, with scripts and without."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.looking import examine
from tests.browser.server import Portal
from tests.databases import in_memory
from tests.jobs.converters import DOC, giving


class PortalWithConverter(Portal):
    """Its converter waits until `let_go` for each file."""

    def environment(self) -> dict[str, str]:
        return super().environment() | {"SOFFICE": str(self.folder / "soffice")}

    def let_go(self) -> None:
        """Wait until the converter waits, then let it."""
        (self.folder / "gate").open("wb").close()


@pytest.fixture(scope="module")
def portal(demo_folder: Path) -> Iterator[PortalWithConverter]:
    with TemporaryDirectory(prefix="portal-browser-", dir=in_memory(2 * 2**30)) as name:
        folder = Path(name)
        shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
        os.mkfifo(folder / "gate")
        giving(folder, f'cat "{folder}/gate"')
        running = PortalWithConverter(folder)
        try:
            yield running
        finally:
            running.stop()
        assert "Traceback" not in running.log, running.log


def upload(page: Page) -> None:
    page.goto("/tables/new")
    page.get_by_label("整个单位的绩效文本").set_input_files(
        {"name": "绩效.doc", "mimeType": "application/msword", "buffer": DOC}
    )
    page.get_by_role("button", name="读取并预览").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("读取文件：绩效.doc")


def test_open_page_shows_progress_and_goes_on_to_the_preview(new_page: NewPage, portal: PortalWithConverter) -> None:
    page = new_page("drafter")
    upload(page)
    expect(page.get_by_role("status").filter(has_text="第 1 步")).to_be_visible()
    examine(page, "job-running")

    portal.let_go()
    page.wait_for_url("**/tables/new/import/*")

    page.go_back()
    expect(page.get_by_role("heading", level=2)).to_have_text("已读完")
    examine(page, "job-done")
    page.get_by_role("link", name="查看读出的内容").click()
    page.wait_for_url("**/tables/new/import/*")


def test_cancel_button_ends_the_job_at_once(new_page: NewPage, portal: PortalWithConverter) -> None:
    page = new_page("drafter")
    upload(page)
    page.get_by_role("button", name="取消").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("已取消")
    page.get_by_role("link", name="返回，另选文件").click()
    expect(page.get_by_role("listitem").filter(has_text=re.compile("绩效.doc.*已取消"))).to_be_visible()


def test_page_without_scripts_reloads_itself(new_page: NewPage, portal: PortalWithConverter) -> None:
    page = new_page("head", java_script_enabled=False)
    upload(page)
    portal.let_go()
    expect(page.get_by_role("link", name="查看读出的内容")).to_be_visible()
    page.get_by_role("link", name="查看读出的内容").click()
    page.wait_for_url("**/tables/new/import/*")
