"""The list of all tables: pages that lead on and back with the filters kept, and who may create one from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.queries import list_statements
from portal.services.administration import budget_years
from tests.web.signing import signed_in_client
from tests.world import OFFICE, YEAR, World, sound_project


@pytest.fixture
def _two_on_a_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(list_statements, "PAGE", 2)
    list_statements.listing.cache_clear()
    yield
    list_statements.listing.cache_clear()


def page_of(client: FlaskClient, address: str) -> tuple[list[str], dict[str, str]]:
    """Names of the tables on a page, and the addresses of its neighbours by the word of their links."""
    page = lxml.html.fromstring(client.get(address).text)
    links = {link.text_content().strip("‹› \n"): link.get("href") for link in page.xpath("//a[@href]")}
    names = [link.text_content().strip() for link in page.xpath("//tbody//a[starts-with(@href, '/tables/')]")]
    return names, {word: links[word] for word in ("上一页", "下一页") if word in links}


@pytest.mark.usefixtures("_two_on_a_page")
def test_pages_lead_on_and_back_with_the_filters_kept(app: Flask, world: World) -> None:
    for n in range(1, 6):
        document = replace(sound_project(n), project_code=f"610-1301-JBN-000{n}", project_name=f"第{n}号经费")
        world.draft(document)
    world.submitted(sound_project(6, "610-1301-JBN-0006", "第6号经费"))
    client = signed_in_client(app, "drafter")

    first, links = page_of(client, f"/tables?office={OFFICE}&state=drafted&q=经费")
    assert (first, list(links)) == (["第1号经费", "第2号经费"], ["下一页"])
    second, links = page_of(client, links["下一页"])
    assert (second, list(links)) == (["第3号经费", "第4号经费"], ["上一页", "下一页"])
    third, last = page_of(client, links["下一页"])
    assert (third, list(last)) == (["第5号经费"], ["上一页"])
    assert page_of(client, last["上一页"])[0] == second
    assert page_of(client, links["上一页"])[0] == first


def test_table_is_created_from_the_list_by_those_who_draft_in_an_open_year(app: Flask, world: World) -> None:
    world.submitted()
    new = 'href="/tables/new'
    assert new in signed_in_client(app, "drafter").get("/tables").text
    assert new not in signed_in_client(app, "reviewer").get("/tables").text
    budget_years.close_year(world.session, None, YEAR)
    assert new not in signed_in_client(app, "drafter").get("/tables").text


def test_list_names_offices_to_choose_to_those_who_see_several(app: Flask, world: World) -> None:
    world.submitted()
    for who, offices in (("drafter", {"610002", "61000201"}), ("approver", {"610", "610002", "61000201", "620001"})):
        page = lxml.html.fromstring(signed_in_client(app, who).get("/tables").text)
        found = set(page.xpath("//select[@name='office']/option/@value")) - {""}
        assert found == offices
