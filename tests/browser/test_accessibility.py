"""Every kind of page that a role can reach by links, for people who cannot see it or use no mouse."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.looking import examine
from tests.browser.server import Portal

ROLES = ("drafter", "head", "reviewer", "approver", "admin", "auditor")
HANDBOOK_FOR = "reviewer"
"""The handbook is the same for all; one of them reads it."""
POSITIONS = {"head": (0, 1, 3, 4, 8), "reviewer": (0, 1, 3, 4)}
"""Tables of each kind and state; the page of each is looked at, the pages around them once."""
ONE = (4,)
"""For the other roles, whose page of a table differs in a button."""

HREFS = "links => links.filter(link => !link.hasAttribute('download')).map(link => link.getAttribute('href'))"


def kind(path: str, tables: set[str]) -> str:
    """What counts as the same page with other data; "" for what is not looked at."""
    if re.fullmatch(r"/tables/\d+", path):
        return path if path.rpartition("/")[2] in tables else ""
    return re.sub(r"/library/entries/[^/]+", "/library/entries/N", re.sub(r"\d+", "N", path))


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_accessible(new_page: NewPage, portal: Portal, role: str) -> None:
    page = new_page(role)
    tables = {str(portal.table(position)) for position in POSITIONS.get(role, ONE)}
    waiting, seen = ["/", "/password"], {"/export", ""}
    while waiting:
        address = waiting.pop(0)
        name = kind(urlsplit(address).path, tables)
        if name in seen or (name.startswith("/handbook") and role != HANDBOOK_FOR):
            continue
        seen.add(name)
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        examine(page, f"{role}{name.replace('/', '-')}")
        links = page.eval_on_selector_all("a[href]", HREFS)
        waiting += [link for link in links if link.startswith("/")]
    assert len(seen) > 5


def test_sign_in_form_is_accessible(page: Page) -> None:
    examine(page, "sign-in")
    expect(page.get_by_label("用户名")).to_be_focused()
    page.keyboard.type("drafter")
    page.keyboard.press("Tab")
    page.keyboard.type("gucheng-2020")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的工作")


def test_skip_link_leads_past_the_navigation(new_page: NewPage) -> None:
    page = new_page("head")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="跳到正文")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


NUMBER_CONTROLS = """() => {
  const all = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const reachable = (element) => element.checkVisibility() && !element.disabled && element.tabIndex >= 0
    && !(element.type === "radio" && !element.checked);
  return [...document.querySelectorAll(all)].filter(reachable).map((element, n) => {
    element.dataset.number = n;
    return (element.innerText || element.getAttribute("aria-label") || element.name || element.id).trim();
  });
}"""
SEVERAL_STOPS = 20
"""A date field is several stops: year, month, day and calendar."""
FOCUSED = """() => {
  const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
  return {
    number: Number(element.dataset.number ?? -1),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight,
  };
}"""


@pytest.mark.parametrize(
    ("role", "position", "rest"),
    [
        ("head", 8, "/edit"),
        ("head", 3, ""),
        ("reviewer", 4, ""),
        ("approver", 2, "/approve"),
        ("auditor", None, "/audit"),
    ],
)
def test_everything_is_reached_by_tab_and_seen_to_be(
    new_page: NewPage, portal: Portal, role: str, position: int | None, rest: str
) -> None:
    page = new_page(role)
    page.goto(rest if position is None else f"/tables/{portal.table(position)}{rest}")
    controls = page.evaluate(NUMBER_CONTROLS)
    reached, seen = set(), {-1}
    for _ in range(len(controls) + SEVERAL_STOPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        reached.add(focused["number"])
        if focused["outlined"] and focused["inside"]:
            seen.add(focused["number"])
    assert [name for n, name in enumerate(controls) if n not in reached] == []
    assert [controls[n] for n in reached - seen] == []
