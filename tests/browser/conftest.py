"""Fixtures of the browser tests: a portal per module, and pages whose faults fail the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.looking import Watch, sign_in
from tests.browser.server import Portal, flask
from tests.databases import in_memory

BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
    # No network: only the server under test resolves.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PATIENCE = 15_000
"""Playwright's timeout in milliseconds; other tests share the machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo_folder() -> Iterator[Path]:
    """Folder with database and secret of the newly loaded demo."""
    with TemporaryDirectory(prefix="portal-browser-", dir=in_memory(2 * 2**30)) as folder:
        environment = {name: text for name, text in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
        flask(environment | {"INSTANCE": folder}, "demo", "load", "--if-new")
        yield Path(folder)


@pytest.fixture(scope="module")
def portal(demo_folder: Path) -> Iterator[Portal]:
    """A portal shared by the tests of a module, each of which uses its own tables or accounts."""
    with TemporaryDirectory(prefix="portal-browser-", dir=in_memory(2 * 2**30)) as folder:
        shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
        running = Portal(Path(folder))
        try:
            yield running
        finally:
            running.stop()
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=BROWSER_OPTIONS)
    yield browser
    browser.close()


class NewPage(Protocol):
    """allow_failures: requests may fail, since the test cuts the network."""

    def __call__(self, username: str = "", *, allow_failures: bool = False, **options: Any) -> Page: ...


@pytest.fixture
def new_page(browser: Browser, portal: Portal) -> Iterator[NewPage]:
    """Open a page in a new browser context: the home page of `username`, or the sign-in form."""
    contexts, watches = [], []

    def open_page(username: str = "", *, allow_failures: bool = False, **options: Any) -> Page:
        context = browser.new_context(
            base_url=portal.url,
            viewport={"width": 1366, "height": 768},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",  # no smooth scrolling that moves the target of a click
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watches.append(Watch(page, portal.url, allow_failures))
        page.goto("/login")
        if username:
            sign_in(page, username)
            page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    seen = [line for watch in watches for line in watch.seen]
    assert seen == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page at the sign-in form."""
    return new_page()
