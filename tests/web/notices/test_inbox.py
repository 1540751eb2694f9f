"""通知: the page, its number in the head of every page, marking as read; nobody marks for another."""

from __future__ import annotations

import re

from flask import Flask

from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import World, sound_project

MOST = 7
"""Session, BEGIN, counts, notices, what awaits, calendar, token."""


def number(page: str) -> str:
    found = re.search(r"data-notices\s+data-from=\"[^\"]+\"( hidden)?>([^<]*)</span>", page)
    assert found and bool(found[1]) is (found[2] == "")
    return found[2]


def test_inbox_counts_shows_and_marks_what_the_page_showed(app: Flask, world: World) -> None:
    table_id = world.returned()
    client = signed_in_client(app, "drafter")
    page = client.get("/notices").text
    assert number(page) == "2" and number(client.get("/").text) == "2"
    assert f'href="/tables/{table_id}"' in page and "请修改后再送审" in page

    world.submitted(sound_project(2, "610-1301-JBN-0002", "第二项目"))  # after the page was shown
    through = re.search(r'name="through" value="(\d+)"', page)
    assert through
    answer = client.post("/notices/read", data={"through": through[1], "tab": "unread"})
    assert (answer.status_code, answer.location) == (303, "/notices?tab=unread")
    page = client.get("/notices").text
    assert number(page) == "1" and "第二项目" in page and "请修改后再送审" not in page


def test_number_is_told_anew_only_where_it_changed(app: Flask, world: World) -> None:
    client = signed_in_client(app, "reviewer")
    page = client.get("/").text
    stamp = re.search(r'data-awaiting="([^"]*)"', page)
    assert stamp
    assert client.get(f"/awaiting?stamp={stamp[1]}&notices=").status_code == 204
    world.submitted()
    assert client.get(f"/awaiting?stamp={stamp[1]}&notices=").json["notices"] == "1"
    admin = signed_in_client(app, "admin")
    assert admin.get("/awaiting?stamp=&notices=").status_code == 204


def test_stand_in_reads_the_notices_of_the_principal_but_marks_none(app: Flask, world: World) -> None:
    stand_in = world.stand_in("drafter", "head")
    world.returned()
    client = signed_in_client(app, "drafter")
    client.post("/capacity", data={"capacity": str(stand_in.id)})
    page = client.get("/notices").text
    assert "这是李主任的通知" in page and "请修改后再送审" in page and "标为已读</button>" not in page
    assert client.post("/notices/read", data={"through": "99"}).status_code == 403


def test_odd_ids_mark_nothing(app: Flask, world: World) -> None:
    world.returned()
    client = signed_in_client(app, "drafter")
    for odd in ("9" * 30, "-1", "٣", ""):
        assert client.get(f"/notices?before={odd}").status_code == 200
        assert client.post("/notices/read", data={"notice": odd, "through": odd}).status_code == 303
    assert number(client.get("/notices").text) == "2"


def test_inbox_takes_its_queries_however_many_notices(app: Flask, world: World) -> None:
    counts = []
    for number_of_tables in (1, 6):
        for each in range(number_of_tables):
            world.submitted(
                sound_project(each + 1, f"610-1301-JBN-{number_of_tables}00{each}", f"项目{number_of_tables}{each}号")
            )
        client = signed_in_client(app, "reviewer")
        with counted_queries() as statements:
            client.get("/notices")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= MOST
