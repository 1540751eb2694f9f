"""Checks of any page: no serious axe violation, nothing wider than the window, no error in the console; screenshots."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from portal.demo.accounts import PASSWORD

GRAVE = ("serious", "critical")
_REFUSED_PAGE = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")
"""Chromium logs this for every page with status 4xx; the test itself checks the status that it expects."""
_CUT_OFF = ("Failed to load resource: net::", "htmx: htmx:error: Failed to fetch")


class Watch:
    """Collects faults of a page: script errors, CSP violations, requests to other servers.

    allow_failures: ignore requests that fail, since the test cuts the network.
    """

    def __init__(self, page: Page, url: str, allow_failures: bool = False) -> None:
        self._url = url
        self._allow_failures = allow_failures
        self.seen: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if self._allow_failures and message.text.startswith(_CUT_OFF):
            return
        of_static = "/static/" in message.location.get("url", "")
        if message.type in ("error", "warning") and (of_static or not _REFUSED_PAGE.match(message.text)):
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self._url):
            self.seen.append(f"request elsewhere: {request.url}")


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in form of the present page."""
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def ready_to_draft(page: Page) -> None:
    """Wait for the scripts of the edit page; before that, Enter submits the whole form and reloads the page."""
    expect(page.locator("form[data-ready]")).to_be_visible()


def hear(page: Page) -> None:
    """Make the page ask for remote changes at once, as on return to its tab; otherwise it asks every ten seconds."""
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def picture(page: Page, name: str) -> None:
    """Save a screenshot of the whole page in the folder that the variable SCREENSHOTS names, if it is set."""
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        window = page.viewport_size
        assert window
        # Window as high as the page: elements that stick to its edge would otherwise cover the content.
        page.set_viewport_size({"width": window["width"], "height": max(window["height"], _height(page))})
        page.screenshot(path=Path(folder) / f"{name}.png")
        page.set_viewport_size(window)


def _height(page: Page) -> int:
    box = page.locator("html").bounding_box()
    return int(box["height"]) + 1 if box else 0


def examine(page: Page, name: str) -> None:
    """Take a screenshot; assert that axe finds nothing serious and that the page is not wider than the window."""
    picture(page, name)
    found = Axe().run(page)
    grave = [
        f"{violation['id']}: {violation['help']} {[node['target'] for node in violation['nodes']]}"
        for violation in found.response["violations"]
        if violation["impact"] in GRAVE
    ]
    assert grave == [], f"{name} {page.url}: {json.dumps(grave, ensure_ascii=False, indent=1)}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} {page.url} is {wide} pixels wider than the window"
