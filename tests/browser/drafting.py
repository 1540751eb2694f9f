"""Helpers for the edit page: open it, type, read what it shows and what is stored, end its session."""

from __future__ import annotations

import re

from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Locator, Page, expect

import config
from portal import create_app
from tests.browser.looking import ready_to_draft
from tests.browser.server import Portal


def own_table(page: Page) -> str:
    """Create a table from the demo's fifth, open its edit page, and return the table's address."""
    page.goto("/tables/new?year=2020")
    page.get_by_label("从哪一张复制").select_option(label="5、社区工作专项补助绩效目标表")
    page.get_by_role("button", name="复制").click()
    ready_to_draft(page)
    return page.url.removesuffix("/edit")


def table_id(address: str) -> int:
    return int(address.rsplit("/", 1)[1])


def open_edit(page: Page, address: str) -> None:
    page.goto(f"{address}/edit")
    ready_to_draft(page)


def status(page: Page) -> Locator:
    return page.locator("[data-status]")


def saved(page: Page) -> None:
    expect(status(page)).to_have_text(re.compile(r"^已保存 \d\d:\d\d$"))


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label, exact=True)


def write_at_end(where: Locator, words: str) -> None:
    where.click()
    where.press("Control+End")
    where.press_sequentially(words)


def names(page: Page) -> list[str]:
    return [field.input_value() for field in page.get_by_label(re.compile(r"第\d+行 三级指标")).all()]


def goals(portal: Portal, table_id: int) -> str:
    return str(portal.rows("SELECT json_extract(content, '$.goals') FROM target_tables WHERE id = ?", table_id)[0][0])


def forget(page: Page, _: Portal) -> None:
    """Clear the cookies, as a restart of the browser does."""
    page.context.clear_cookies()


def leave_idle(page: Page, portal: Portal) -> None:
    """Age the session as if there was no request for hours."""
    app = create_app(config.load({"INSTANCE": str(portal.folder)}))
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == "session")
    aged = signer.dumps(signer.loads(cookie["value"]) | {"seen": 0})
    page.context.add_cookies([{"name": "session", "value": str(aged), "url": portal.url}])
