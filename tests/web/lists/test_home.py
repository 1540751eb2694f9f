"""我的工作 over several years: what awaits a person is listed whichever year is the latest."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.domain import actions
from portal.services.administration import budget_years
from tests.databases import on_both
from tests.services.next_year import NEXT, open_next, start
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import DUE, YEAR, World, sound_project

HOME_MOST = 9  # of an office; the bureau needs two less


def rows_of(page: str) -> list[tuple[int, int]]:
    """(year, id) of each listed table."""
    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    cells = r'<td class="num">(20\d\d)</td>.*href="/tables/(\d+)'
    found = [match.groups() for row in rows if (match := re.search(cells, row, re.DOTALL))]
    return [(int(year), int(table_id)) for year, table_id in found]


def home(app: Flask, username: str, query: str = "") -> str:
    return signed_in_client(app, username).get(f"/{query}").get_data(as_text=True)


@pytest.mark.parametrize("username", ["drafter", "head"])
def test_new_year_with_drafts_does_not_hide_what_was_returned_in_the_earlier_one(
    app: Flask, world: World, username: str
) -> None:
    returned = world.returned()
    open_next(world)
    start(world, returned)
    assert [each for each in rows_of(home(app, username)) if each == (YEAR, returned)]
    page = home(app, username, "?tab=returned")
    assert re.search(r'aria-current="page">被退回<span class="count">1</span>', page)
    assert rows_of(page) == [(YEAR, returned)]


@pytest.mark.parametrize("username", ["reviewer", "approver"])
def test_bureau_sees_submissions_of_every_year_the_latest_first(app: Flask, world: World, username: str) -> None:
    earlier = world.submitted()
    open_next(world)
    (later,) = start(world, earlier)
    world.act(later, actions.SUBMIT, "head")
    assert rows_of(home(app, username)) == [(NEXT, later), (YEAR, earlier)]
    assert rows_of(home(app, username, f"?tab=submitted&year={YEAR}")) == []  # one year needs no column
    assert f'href="/tables/{later}"' not in home(app, username, f"?tab=submitted&year={YEAR}")


def test_closed_year_leaves_the_office_list_and_stays_in_the_one_of_the_bureau(app: Flask, world: World) -> None:
    returned = world.returned()
    submitted = world.submitted(sound_project(2, "610-1301-JBN-0002", "第二项目"))
    open_next(world)
    budget_years.close_year(world.session, None, YEAR)
    assert f'href="/tables/{returned}"' not in home(app, "head", "?tab=returned")
    assert f'href="/tables/{returned}"' in home(app, "head", f"?tab=returned&year={YEAR}")
    assert rows_of(home(app, "reviewer")) == [(YEAR, submitted)]


def test_tables_of_two_years_are_submitted_together(app: Flask, world: World) -> None:
    returned = world.returned()
    open_next(world)
    (later,) = start(world, returned)
    page = home(app, "head", "?tab=drafted")
    assert rows_of(page) == [(NEXT, later)] and 'name="table"' in page
    confirmation = signed_in_client(app, "head").get(f"/submit?table={returned}&table={later}").get_data(as_text=True)
    assert set(rows_of(confirmation)) == {(NEXT, later), (YEAR, returned)}


@on_both
def test_home_takes_the_same_statements_for_one_year_and_for_several(app: Flask, world: World) -> None:
    table_id = world.returned()
    clients = [signed_in_client(app, username) for username in ("head", "reviewer", "approver", "auditor")]
    found = []
    for _ in range(2):
        for client in clients:
            with counted_queries() as statements:
                assert client.get("/").status_code == 200
            found.append(len(statements))
        if len(found) == len(clients):
            open_next(world)
            start(world, table_id)
    assert found[:4] == found[4:] and max(found) <= HOME_MOST
    assert DUE.isoformat() in clients[0].get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("tab", "listed", "is_chosen"),
    [
        *(("drafted", "第二项目", True), ("returned", "办事处工作经费", True)),
        *(("submitted", "项目3", False), ("approved", "项目4", False)),
    ],
)
def test_tables_are_chosen_to_submit_where_the_office_holds_them(
    app: Flask, world: World, tab: str, listed: str, is_chosen: bool
) -> None:
    world.draft(sound_project(2, "610-1301-JBN-0002", "第二项目"))
    world.returned()
    world.submitted(sound_project(3, "610-1301-JBN-0003", "项目3"))
    world.approved(sound_project(4, "610-1301-JBN-0004", "项目4"))
    page = home(app, "head", f"?tab={tab}")
    assert (listed in page, 'name="table"' in page) == (True, is_chosen)
