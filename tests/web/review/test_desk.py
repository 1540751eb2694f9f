"""The page on which a table is reviewed: its line, comparison, composer, the return in place, what it costs."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.domain import actions
from portal.services.review import opinion_acts
from tests.databases import on_both
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import DUE, World, sound_project

DESK_MOST = 16  # with BEGIN, which SQLite needs
LIST = "queue=tab%3Dsubmitted%26sort%3Dname"


def submitted(world: World, n: int) -> int:
    return world.submitted(sound_project(n, f"610-1301-JBN-D{n:03}", f"第{n}个项目"))


def second_round(world: World) -> int:
    table_id = world.returned()
    (opinion,) = opinions(world, table_id)
    world.edit(table_id, "goals", "1、按月足额发放3人的工资，全年12次。")
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion, kind="changed", text="")
    world.act(table_id, actions.SUBMIT, "head")
    return table_id


def opinions(world: World, table_id: int) -> list[int]:
    actor = world.actor("reviewer")
    from portal import queries

    return [
        o.id for o in queries.review.opinions(world.session, actor, world.table(table_id), world.facts(table_id, actor))
    ]


def test_line_leads_back_to_the_same_list_and_on_to_the_next_free_table(app: Flask, world: World) -> None:
    first, claimed, last = (submitted(world, n) for n in (1, 2, 3))
    signed_in_client(app, "approver").post(f"/tables/{claimed}/claim")
    page = signed_in_client(app, "reviewer").get(f"/tables/{first}?{LIST}&place=1").text
    assert 'href="/?tab=submitted&amp;sort=name">‹ 队列' in page and "1/3" in page
    assert f'href="/tables/{last}?queue=tab%3Dsubmitted%26sort%3Dname&amp;place=3"' in page
    at_end = signed_in_client(app, "reviewer").get(f"/tables/{last}?{LIST}&place=3").text
    assert "下一张" not in at_end.partition("<dialog")[0]
    assert "我的工作</a>" in signed_in_client(app, "reviewer").get(f"/tables/{first}").text


@pytest.mark.parametrize(
    "address", ["queue=&place=x", "queue=tab%3Dnonsense", f"{LIST}&place=99999999999", "queue=" + "%25" * 999]
)
def test_any_list_in_the_address_gives_the_page(app: Flask, world: World, address: str) -> None:
    assert signed_in_client(app, "reviewer").get(f"/tables/{submitted(world, 1)}?{address}").status_code == 200


def test_return_in_place_goes_on_to_the_next_table_of_the_list(app: Flask, world: World) -> None:
    first, second = submitted(world, 1), submitted(world, 2)
    client = signed_in_client(app, "reviewer")
    draft = {
        "path": "goals",
        "binding": "1",
        "kind": "not_quantified",
        "text": "请量化。",
        "digest": world.table(first).digest,
    }
    answer = client.post(f"/tables/{first}/opinions?{LIST}&place=1", data=draft)
    assert answer.location == f"/tables/{first}?queue=tab%3Dsubmitted%26sort%3Dname&place=1#opinions"
    page = client.get(answer.location).text
    assert "新拟 1（必须 1）" in page
    sent = {"digest": world.table(first).digest, "due": str(DUE), "drafts": opinions(world, first)}
    answer = client.post(f"/tables/{first}/return?{LIST}&place=1", data=sent)
    assert answer.location == f"/tables/{second}?queue=tab%3Dsubmitted%26sort%3Dname&place=1"
    assert world.table(first).state == "returned"
    refused = client.post(f"/tables/{second}/return?{LIST}&place=1", data=sent | {"digest": world.table(second).digest})
    assert refused.status_code == 409 and world.table(second).state == "submitted"


def test_second_round_shows_what_changed_in_the_cells(app: Flask, world: World) -> None:
    table_id = second_round(world)
    client = signed_in_client(app, "reviewer")
    page = client.get(f"/tables/{table_id}").text
    assert "与第 1 次送审比，1 处不同" in page and re.search(r"<ins>[^<]*12次", page)
    plain = client.get(f"/tables/{table_id}?show=plain").text
    assert "<ins>" not in plain.partition("desk-side")[0] and "标出改动</a>" in plain
    assert "对照上年批复" not in page


def test_hostile_text_in_a_marked_cell_is_shown_as_text(app: Flask, world: World) -> None:
    table_id = world.returned()
    world.edit(table_id, "goals", "<script>alert(1)</script>")
    (opinion,) = opinions(world, table_id)
    opinion_acts.answer(world.session, world.actor("drafter"), table_id, opinion, kind="changed", text="")
    world.act(table_id, actions.SUBMIT, "head")
    page = signed_in_client(app, "reviewer").get(f"/tables/{table_id}").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_composer_is_filled_from_place_or_finding(app: Flask, world: World) -> None:
    table_id = submitted(world, 1)
    client = signed_in_client(app, "reviewer")
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = client.get(f"/tables/{table_id}/composer?at=goals", headers=headers).text
    assert '<option value="goals" selected>' in part and "<html" not in part
    whole = client.get(f"/tables/{table_id}/composer?at=goals")
    assert (whole.status_code, whole.location) == (303, f"/tables/{table_id}?at=goals#raise")
    for by in ("head", "auditor"):
        assert signed_in_client(app, by).get(f"/tables/{table_id}/composer").status_code == 403


def test_office_and_auditor_keep_their_page(app: Flask, world: World) -> None:
    table_id = submitted(world, 1)
    for by in ("head", "drafter", "auditor"):
        page = signed_in_client(app, by).get(f"/tables/{table_id}").text
        assert "data-desk" not in page and 'id="return"' not in page
    assert "data-desk" in signed_in_client(app, "approver").get(f"/tables/{table_id}").text


@on_both
def test_desk_costs_the_same_statements_however_many_opinions(app: Flask, world: World) -> None:
    table_id = second_round(world)
    world.opinion(table_id)
    client, counts = signed_in_client(app, "reviewer"), []
    for _ in range(2):
        with counted_queries() as statements:
            client.get(f"/tables/{table_id}?{LIST}&place=1")
        counts.append(len(statements))
        for path in ("goals", "purpose", "indicators/aaaa", "") * 3:
            world.opinion(table_id, path=path)
    assert counts[0] == counts[1] <= DESK_MOST
