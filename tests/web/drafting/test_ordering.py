"""调整表序号: the page, which works without scripts and keeps what was typed."""

from __future__ import annotations

import re

from flask import Flask

from portal.domain import actions
from tests.web.signing import signed_in_client
from tests.world import YEAR, World, sound_project

ORDER = f"/tables/order?year={YEAR}"


def drafts(world: World) -> list[int]:
    return [world.draft(sound_project(n, f"610-1301-JBN-OR{n:02}", f"项目{n}")) for n in range(1, 4)]


def fields_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="((?:number|held)-\d+)" value="([^"]*)"', page))


def test_order_is_changed_by_number_and_by_button(app: Flask, world: World) -> None:
    first, second, third = drafts(world)
    client = signed_in_client(app, "drafter")
    fields = fields_in(client.get(ORDER).get_data(as_text=True))
    page = client.post(ORDER, data=fields | {f"number-{third}": "1"}, follow_redirects=True).get_data(as_text=True)
    assert "已调整 3 张表的序号。" in page
    page = client.post(ORDER, data=fields_in(page) | {"down": third}, follow_redirects=True).get_data(as_text=True)
    assert [world.table(each).position for each in (first, second, third)] == [1, 3, 2]
    assert "调整表序号" in client.get(f"/tables?year={YEAR}&office=610002").get_data(as_text=True)


def test_order_refused_keeps_what_was_typed(app: Flask, world: World) -> None:
    first, second, third = drafts(world)
    client = signed_in_client(app, "drafter")
    page = client.get(ORDER).get_data(as_text=True)
    world.act(first, actions.SUBMIT, "head")
    for typed, status, message in (
        ({f"number-{second}": "一"}, 422, "表序号应当是整数。"),
        ({f"number-{second}": "1"}, 422, "序号 1 是不在单位手中的表的"),
        ({f"number-{first}": "8", f"number-{second}": "9"}, 409, "有的表刚刚送审"),
    ):
        answer = client.post(ORDER, data=fields_in(page) | typed)
        assert answer.status_code == status
        shown = answer.get_data(as_text=True)
        assert message in shown
        assert fields_in(shown)[f"number-{second}"] == typed[f"number-{second}"]
    assert [world.table(each).position for each in (first, second, third)] == [1, 2, 3]


def test_order_is_for_those_who_draft(app: Flask, world: World) -> None:
    drafts(world)
    for username in ("reviewer", "approver", "auditor", "admin"):
        client = signed_in_client(app, username)
        assert client.get(ORDER).status_code == 403
        assert "调整表序号" not in client.get(f"/tables?year={YEAR}&office=610002").get_data(as_text=True)
