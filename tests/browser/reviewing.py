"""Helpers for the review desk: tables to review, opinions from the keyboard, a return."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import Locator, Page, expect

import config
from portal import create_app
from portal.domain import actions
from portal.domain.documents import PerformanceText
from portal.extensions import db
from portal.services.files import imports
from tests.browser.server import Portal
from tests.world import World, sound_project

OFFICE, OFFICE_NAME = "610003", "秦皇岛市山海关区南关街道办事处"


def submit_tables(portal: Portal, *names: str) -> list[int]:
    """Sound tables of an office with one person, submitted by that person; their ids."""
    sound = replace(sound_project(), office_code=OFFICE, office_name=OFFICE_NAME)
    taken = portal.rows("SELECT count(*) FROM target_tables")[0][0]
    tables = tuple(
        replace(sound, ordinal=n, project_code=f"610-1301-JBN-R{n:03}", project_name=name, goals=f"1、完成{name}。")
        for n, name in enumerate(names, 500 + taken)
    )
    app = create_app(config.load({"INSTANCE": str(portal.folder)}))
    with app.app_context():
        world = World(db.session())
        imports.import_text(db.session(), world.actor("outsider"), PerformanceText(tables=tables), OFFICE, 2020)
        found = [portal.rows("SELECT id FROM target_tables WHERE project_name = ?", name)[0][0] for name in names]
        for table_id in found:
            world.act(table_id, actions.SUBMIT, "outsider")
        db.session.remove()
        db.engine.dispose()
    return found


def cell(page: Page, path: str) -> Locator:
    return page.locator(f"#at-{path.replace('/', '-')}")


def composer(page: Page) -> Locator:
    return page.locator("form[data-composer]")


def raise_opinion(page: Page, path: str, kind: str, words: str) -> None:
    """By a click on the place, the digit of a kind, the words and Ctrl+Enter; the focus is back on the place."""
    open_composer(page, path)
    page.keyboard.press(kind)
    page.keyboard.type(words)
    draft(page, path)


def open_composer(page: Page, path: str) -> Locator:
    """By a click on the place; the composer, with the focus on the kind."""
    cell(page, path).click(position={"x": 3, "y": 3})
    expect(composer(page).get_by_label("类别")).to_be_focused()
    return composer(page)


def draft(page: Page, path: str) -> None:
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(cell(page, path)).to_be_focused()


def send_back(page: Page) -> None:
    """T, Enter."""
    page.keyboard.press("t")
    expect(page.locator("#return button[type=submit]")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("已退回")
