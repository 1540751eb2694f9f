"""Corrections over HTTP: what the panel offers, the preview, the act of the scripts and the act without them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain import actions
from portal.domain.changes import Set
from portal.domain.documents import ProjectDocument
from portal.models import AuditEntry
from portal.services.drafting import field_saves, undo_redo
from tests.web.signing import signed_in_client
from tests.world import World, sound_project

BASE = sound_project()
AT = "indicators/bbbb/target_value"
FAULTY = replace(
    BASE,
    goals="1、按月发放１２次工资。",
    indicators=(
        BASE.indicators[0],
        replace(BASE.indicators[1], target_value="100百分比"),
        replace(BASE.indicators[2], target_value="95%"),
        BASE.indicators[3],
    ),
)
PARTIAL = {"HX-Request-Type": "partial"}
JSON = {"Accept": "application/json"}


def links(page: str) -> dict[str, tuple[str, str]]:
    """The label of each correction that a page offers, with its URL and the stamp of what is shown."""
    found = re.findall(
        r'href="([^"]*/corrections[^"]*)" data-correct="(\w*)"[^>]*?(?: aria-label="([^"]*)")?>(.*?)</a>', page
    )
    return {label or text: (unescape(url), shown) for url, shown, label, text in found}


def value(world: World, table_id: int) -> str:
    document = world.table(table_id).document
    assert isinstance(document, ProjectDocument)
    return document.indicators[1].target_value


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(rule|path|shown|version)" value="([^"]*)">', page))


def preview(client: FlaskClient, url: str) -> str:
    answer = client.get(url, headers=PARTIAL)
    assert answer.status_code == 200
    assert "<!doctype" not in answer.text
    return answer.text


def test_panel_shows_what_will_stand_there_beside_the_button(app: Flask, world: World) -> None:
    table_id = world.draft(FAULTY)

    page = signed_in_client(app, "drafter").get(f"/tables/{table_id}/edit").text

    offered = ["改正全部可以确定的（3处）", "全部改正（2处）", "改正绩效目标", "改正绩效指标第3行·指标值"]
    assert set(offered) <= set(links(page))
    assert "<del>100百分比</del> → <ins>＝100%</ins>" in page
    assert "95% → <ins>≥</ins>95%" in page


def test_explained_warning_is_not_offered_for_correction(app: Flask, world: World) -> None:
    table_id, client = world.draft(FAULTY), signed_in_client(app, "drafter")
    client.post(f"/tables/{table_id}/explanations", data={"rule": "W16", "path": "goals", "text": "原文如此"})

    page = client.get(f"/tables/{table_id}/edit").text

    assert "改正绩效目标" not in links(page)
    assert "改正全部可以确定的（2处）" in links(page)


def test_correction_by_a_script_is_told_with_its_texts(app: Flask, world: World) -> None:
    table_id, client = world.draft(FAULTY), signed_in_client(app, "drafter")
    version = world.table(table_id).version
    _, shown = links(client.get(f"/tables/{table_id}/edit").text)["改正绩效指标第2行·指标值"]
    body = {"author": world.actor("drafter").id, "version": version, "rule": "W22", "path": AT, "shown": shown}

    told = client.post(f"/tables/{table_id}/correct", json=body, headers=JSON).get_json()

    assert (told["version"], told["undone"]) == (version + 1, [AT])
    assert told["operations"] == [{"op": "set", "path": AT, "base": "100百分比", "new": "＝100%"}]
    again = client.post(f"/tables/{table_id}/correct", json=body | {"version": version + 1}, headers=JSON)
    assert (again.status_code, again.get_json()["message"][:15]) == (409, "这里没有可以自动改正的问题，可")
    odd = client.post(f"/tables/{table_id}/correct", json=body | {"rule": 7}, headers=JSON)
    assert odd.status_code == 422


def test_correction_of_many_is_previewed_and_posted_without_scripts(app: Flask, world: World) -> None:
    table_id, client = world.draft(FAULTY), signed_in_client(app, "drafter")
    url, _ = links(client.get(f"/tables/{table_id}/edit").text)["改正全部可以确定的（3处）"]

    shown = preview(client, url)
    answer = client.post(f"/tables/{table_id}/corrections", data=fields(shown))

    assert shown.count("<tr>") == 1 + 3
    assert "1、按月发放<ins>12</ins>次工资。" in shown
    assert (answer.status_code, answer.location) == (303, f"/tables/{table_id}/edit#checks")
    assert "已改正 3 处，可以撤销。" in client.get(f"/tables/{table_id}/edit").text
    assert value(world, table_id) == "＝100%"


def test_correction_of_a_text_changed_after_the_preview_is_refused_with_the_new_preview(
    app: Flask, world: World
) -> None:
    table_id, client = world.draft(FAULTY), signed_in_client(app, "drafter")
    shown = fields(preview(client, f"/tables/{table_id}/corrections"))
    typed = [Set("goals", FAULTY.goals, "1、按月发放１１次工资。")]
    field_saves.apply(world.session, world.actor("head"), table_id, world.table(table_id).version, typed)

    answer = client.post(f"/tables/{table_id}/corrections", data=shown)

    assert answer.status_code == 409
    assert "这里的文字刚刚改过，没有改正" in answer.text
    assert "按月发放<ins>11</ins>次" in answer.text
    assert value(world, table_id) == "100百分比"


def test_correction_of_a_long_text_shows_what_surrounds_the_change(app: Flask, world: World) -> None:
    goals = f"1、{'按月足额发放工资' * 10}１２次，\u200b按时缴纳{'保险' * 30}。"
    table_id = world.draft(replace(BASE, goals=goals))

    page = signed_in_client(app, "drafter").get(f"/tables/{table_id}/edit").text

    assert "…足额发放工资<del>１２次，[U+200B]</del><ins>12次，</ins>按时缴纳保险…" in page


# --- all drafts of the office --------------------------------------------------------------------


def faulty(world: World, number: int) -> int:
    own = {"ordinal": number, "project_code": f"610-1301-JBN-{number:04d}", "project_name": f"{number}号工作经费"}
    return world.draft(replace(FAULTY, **own))


def tables_and_fields(page: str) -> tuple[list[int], dict[str, str]]:
    ticked = re.findall(r'name="table" value="(\d+)" checked', page)
    return [int(n) for n in ticked], dict(re.findall(r'name="((?:shown|version)-\d+)" value="(\w+)"', page))


def test_home_offers_to_correct_the_drafts_that_one_may_edit(app: Flask, world: World) -> None:
    first, second = faulty(world, 1), faulty(world, 2)
    world.act(first, actions.SUBMIT, "head")

    assert "草稿中有 3 处可以一次改正（1 张表）" in signed_in_client(app, "drafter").get("/").text
    for other in ("above_drafter", "outsider", "reviewer", "auditor"):
        assert "可以一次改正" not in signed_in_client(app, other).get("/").text
    assert tables_and_fields(signed_in_client(app, "drafter").get("/corrections").text)[0] == [second]
    assert tables_and_fields(signed_in_client(app, "above_drafter").get("/corrections").text)[0] == []
    assert signed_in_client(app, "reviewer").get("/corrections").status_code == 403


def test_ticked_drafts_are_corrected_each_in_one_step_with_an_entry(app: Flask, world: World) -> None:
    chosen, changed, left = (faulty(world, n) for n in (1, 2, 3))
    client = signed_in_client(app, "drafter")
    shown, sent = tables_and_fields(client.get("/corrections").text)
    typed = [Set("goals", FAULTY.goals, "1、按月发放１１次工资。")]
    field_saves.apply(world.session, world.actor("head"), changed, world.table(changed).version, typed)
    before = world.table(chosen).version

    done = client.post("/corrections", data=sent | {"table": [str(chosen), str(changed)], "_once": "once"})
    result = client.get(done.location).text

    assert (shown, done.status_code) == ([chosen, changed, left], 303)
    assert "已改正 1 张表，共 3 处；没有改正 1 张" in result
    assert "这里的文字刚刚改过，没有改正" in result
    assert [value(world, each) for each in (chosen, changed, left)] == ["＝100%", "100百分比", "100百分比"]
    assert world.table(chosen).version == before + 1
    entry = world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry
    assert (entry.act, entry.object_id, json.loads(entry.detail)["corrects"]) == ("edit", str(chosen), "全部规则")
    again = client.post("/corrections", data=sent | {"table": [str(chosen), str(changed)], "_once": "once"})
    assert (again.location, world.table(chosen).version) == (done.location, before + 1)
    undo_redo.undo(world.session, world.actor("drafter"), chosen, before + 1)
    assert value(world, chosen) == "100百分比"


def test_correcting_no_table_or_one_that_is_not_ones_own_changes_nothing(app: Flask, world: World) -> None:
    table_id = faulty(world, 1)

    assert "没有勾选任何表，没有改正。" in signed_in_client(app, "drafter").post("/corrections").text
    foreign = signed_in_client(app, "outsider")
    done = foreign.post("/corrections", data={"table": str(table_id), f"version-{table_id}": "1"})
    assert "没有改正 1 张" in foreign.get(done.location).text
    assert "号工作经费" not in foreign.get(done.location).text
    assert signed_in_client(app, "drafter").get(done.location).status_code == 404
    assert value(world, table_id) == "100百分比"
