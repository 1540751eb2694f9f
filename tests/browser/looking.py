"""What is asked of every page that a test comes to: no serious barrier, nothing cut off, and a picture on request."""

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
"""Chromium says so of every page with such a status; that the page is the right one is the test's to say."""
_CUT_OFF = ("Failed to load resource: net::", "htmx: htmx:error: Failed to fetch")


class Watch:
    """Whatever a page does that it should not: errors of scripts, refusals of the policy, requests elsewhere."""

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
    """From wherever the sign-in form stands."""
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def ready_to_draft(page: Page) -> None:
    """The edit page's scripts are at work: until then a key of Enter saves the whole form and loads the page anew."""
    expect(page.locator("form[data-ready]")).to_be_visible()


def hear(page: Page) -> None:
    """The page asks at once what the others did, as it does when one comes back to it; else within ten seconds."""
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def picture(page: Page, name: str) -> None:
    """With SCREENSHOTS=folder: the whole page as a file there."""
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        window = page.viewport_size
        assert window
        # As high as the page: what sticks to the window's edge would else stand across the picture.
        page.set_viewport_size({"width": window["width"], "height": max(window["height"], _height(page))})
        page.screenshot(path=Path(folder) / f"{name}.png")
        page.set_viewport_size(window)


def _height(page: Page) -> int:
    box = page.locator("html").bounding_box()
    return int(box["height"]) + 1 if box else 0


def examine(page: Page, name: str) -> None:
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
