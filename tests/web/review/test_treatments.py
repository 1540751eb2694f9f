"""不提 on the desk, the pages of how findings of a rule were treated, and who never receives either."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from portal.domain import actions
from portal.services.review import dismissals
from tests.web.signing import signed_in_client
from tests.world import DUE, OFFICE, PEOPLE, YEAR, World, sound_project

REASON = "一次性购置，写不出人数。"
FINDING = {"rule": "W18", "path": "purpose"}
BUREAU = ("reviewer", "approver", "approver2", "everything")


def submitted(world: World) -> int:
    return world.submitted(replace(sound_project(), purpose="支付预算外人员全年工资。"))


def test_dismissed_finding_is_told_on_the_desk_and_taken_back_there(app: Flask, world: World) -> None:
    client, table_id = signed_in_client(app, "reviewer"), submitted(world)
    page = client.get(f"/tables/{table_id}").text
    assert "本年同样的提醒还没有处理过" in page
    form = client.get(f"/tables/{table_id}/findings/dismiss", query_string=FINDING).text
    assert "资金用途：为什么不提" in form
    answer = client.post(f"/tables/{table_id}/findings/dismiss", data=FINDING | {"reason": REASON})
    assert answer.location == f"/tables/{table_id}#finding-W18-purpose"
    page = client.get(f"/tables/{table_id}").text
    assert REASON in page and "陈审核" in page and "本年同样的提醒 1 次不提" in page
    assert client.post(f"/tables/{table_id}/findings/restore", data=FINDING).status_code == 303
    assert REASON not in client.get(f"/tables/{table_id}").text


def test_dismissal_refused_keeps_what_was_typed(app: Flask, world: World) -> None:
    client, typed = signed_in_client(app, "reviewer"), "长" * 201
    address = f"/tables/{submitted(world)}/findings/dismiss"
    answer = client.post(address, data=FINDING | {"reason": typed})
    assert answer.status_code == 422
    assert "最多 200 个字" in answer.text and typed in answer.text
    assert client.post(address, data={"rule": "W18", "path": "goals", "reason": "无"}).status_code == 409
    assert signed_in_client(app, "head").post(address, data=FINDING | {"reason": "无"}).status_code == 403


@pytest.mark.parametrize("username", sorted(PEOPLE))
def test_dismissals_reach_nobody_but_bureau_and_auditor(app: Flask, world: World, username: str) -> None:
    table_id = submitted(world)
    dismissals.dismiss(world.session, world.actor("reviewer"), table_id, rule="W18", path="purpose", reason=REASON)
    world.opinion(table_id)
    world.act(table_id, actions.RETURN, "reviewer", due=DUE)
    places = ("", "/edit", "/history", "/compare", "/print", "/standing", "/steps", "/submit", "/export/json")
    exports = (f"/tables/{table_id}/export/text", f"/offices/{OFFICE}/{YEAR}/export/json", "/", f"/tables?q={OFFICE}")
    treated = (f"/treatments/{YEAR}", f"/treatments/{YEAR}/W18")
    found = set()
    for path in (*(f"/tables/{table_id}{place}" for place in places), *exports, *treated):
        text = signed_in_client(app, username).get(path).get_data(as_text=True)
        if REASON in text or "不提" in text:
            found.add(path)
    sees = username in (*BUREAU, "auditor")
    elsewhere = {*treated} if username == "other_reviewer" else set()
    assert found == ({f"/tables/{table_id}", *treated} if sees else elsewhere)
    if username == "other_reviewer":
        assert REASON not in signed_in_client(app, username).get(treated[1]).text


@pytest.mark.parametrize("username", ["reviewer", "approver", "auditor", "head", "admin"])
def test_treatments_by_reviewer_are_for_approver_and_auditor(app: Flask, world: World, username: str) -> None:
    table_id = submitted(world)
    dismissals.dismiss(world.session, world.actor("reviewer"), table_id, rule="W18", path="purpose", reason=REASON)
    client = signed_in_client(app, username)
    for address in (f"/treatments/{YEAR}", f"/treatments/{YEAR}/W18?treatment=dismissals&reviewer=1"):
        assert client.get(address).status_code == (403 if username in ("head", "admin") else 200)
    page = client.get(f"/treatments/{YEAR}/W18").text
    assert ("按审核人" in page) is (username in ("approver", "auditor"))
    assert ("提醒的处理" in client.get("/").text) is (username in ("reviewer", "approver", "auditor"))


def test_treatments_of_no_year_or_rule_are_not_found(app: Flask, world: World) -> None:
    client = signed_in_client(app, "auditor")
    for address in ("/treatments/1999", "/treatments/99999999999/W18", f"/treatments/{YEAR}/W99"):
        assert client.get(address).status_code == 404
    assert client.get(f"/treatments/{YEAR}/W18?treatment=x&office=999&reviewer=y").status_code == 200
