"""A portal of their own for the tests of a module, and browsers in which nothing goes wrong unseen."""

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
    # The network is cut: only the server under test has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE = 15_000
"""Milliseconds that Playwright waits for what a test expects; other tests share the machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo_folder() -> Iterator[Path]:
    """Database and secret of the demo as it is first loaded."""
    with TemporaryDirectory(prefix="portal-browser-", dir=in_memory(2 * 2**30)) as folder:
        environment = {name: text for name, text in os.environ.items() if name not in ("DATABASE_URL", "SECRET_KEY")}
        flask(environment | {"INSTANCE": folder}, "demo", "load", "--if-new")
        yield Path(folder)


@pytest.fixture(scope="module")
def portal(demo_folder: Path) -> Iterator[Portal]:
    """Shared by the tests of a module: each works on tables or accounts of its own."""
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
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    browser = playwright.chromium.launch(executable_path=path, args=BROWSER_OPTIONS)
    yield browser
    browser.close()


class NewPage(Protocol):
    """allow_failures: requests may come to nothing; the test cuts them off itself."""

    def __call__(self, username: str = "", *, allow_failures: bool = False, **options: Any) -> Page: ...


@pytest.fixture
def new_page(browser: Browser, portal: Portal) -> Iterator[NewPage]:
    """A page in a browser of its own, at the home page of whoever is named, or at the sign-in form."""
    contexts, watches = [], []

    def open_page(username: str = "", *, allow_failures: bool = False, **options: Any) -> Page:
        context = browser.new_context(
            base_url=portal.url,
            viewport={"width": 1366, "height": 768},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",  # nothing scrolls away under a click
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
    """One browser, at the sign-in form."""
    return new_page()
