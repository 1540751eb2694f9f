"""Corrections over HTTP: what the panel offers, the preview, the act of the scripts and the act without them."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.changes import Set
from portal.domain.documents import ProjectDocument
from portal.services.drafting import field_saves
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

    assert "…足额发放工资<del>１２次，[U+200B]</del>按时缴纳保险…" in page
