"""The fragment of the checks, and explanations of warnings, over HTTP."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from portal.domain import actions
from portal.models import BudgetYear, Explanation
from portal.services.drafting.explanations import MAX_EXPLANATION
from tests.web.forms import typed_paths
from tests.web.signing import signed_in_client
from tests.world import World, sound_project

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
GENERIC = replace(
    sound_project(),
    indicators=(replace(sound_project().indicators[0], target_value="100百分比"), *sound_project().indicators[1:]),
)
"""With a warning on its first target value."""
AT = "indicators/aaaa/target_value"
FINDING = "finding-W16-indicators-aaaa-target_value"
WORDS = "文件原文如此，区里统一口径。"


def explain(
    client: FlaskClient, table_id: int, text: str = WORDS, headers: dict[str, str] | None = None
) -> TestResponse:
    fields = {"rule": "W16", "path": AT, "text": text}
    return client.post(f"/tables/{table_id}/explanations", data=fields, headers=headers)


# --- the fragment --------------------------------------------------------------------------------


def test_fragment_holds_the_panel_and_what_stands_beside_each_field(app: Flask, world: World) -> None:
    table_id = world.draft(replace(GENERIC, goals=""))
    answer = signed_in_client(app, "drafter").post(f"/tables/{table_id}/checks")
    assert answer.status_code == 200
    assert answer.text.count('<section class="panel" id="checks"') == 1
    places = re.findall(r'<template data-notes-at="([^"]*)">\s*<div id="notes-([^"]*)">', answer.text)
    assert places
    assert all(slug == path.replace("/", "-") for path, slug in places)
    readings = [f"indicators/{row.id}/target_value" for row in GENERIC.indicators]
    assert {path for path, _ in places} >= {"goals", *readings}
    assert len(places) == len(set(places))
    assert f'href="#{FINDING}"' in answer.text
    assert f'id="{FINDING}"' in answer.text
    assert "读作：100 %，没有写比较符号" in answer.text
    assert "<!doctype" not in answer.text


def test_edit_page_holds_the_same_panel_and_a_place_for_every_note(app: Flask, world: World) -> None:
    table_id = world.draft(GENERIC)
    client = signed_in_client(app, "drafter")
    page = client.get(f"/tables/{table_id}/edit").text
    panel = client.post(
        f"/tables/{table_id}/explanations", data={"rule": "W16", "path": AT, "text": ""}, headers=PARTIAL
    )
    without_token = re.compile(r'name="csrf_token" value="[^"]*"')
    assert '<details id="rule-W16" open>' in panel.text
    closed = panel.text.replace('<details id="rule-W16" open>', '<details id="rule-W16">')
    assert without_token.sub("", closed).strip() in without_token.sub("", page)
    for path in typed_paths(GENERIC):
        assert page.count(f'id="notes-{path.replace("/", "-")}"') == 1, path


def test_missing_is_no_error_before_the_attempt_to_submit(app: Flask, world: World) -> None:
    table_id = world.draft(replace(GENERIC, goals=""))
    drafter, head = signed_in_client(app, "drafter"), signed_in_client(app, "head")

    def shows_error(page: str) -> bool:
        assert ("待填 1 栏" in page) != ("没有填写" in page and "mark-error" in page)
        return "mark-error" in page

    assert not shows_error(drafter.get(f"/tables/{table_id}/edit").text)
    assert not shows_error(drafter.post(f"/tables/{table_id}/checks").text)
    assert "错误 1" in head.get(f"/tables/{table_id}/submit").text
    assert shows_error(head.get(f"/tables/{table_id}/edit").text)
    assert shows_error(head.post(f"/tables/{table_id}/checks").text)
    assert not shows_error(drafter.get(f"/tables/{table_id}").text)
    assert shows_error(drafter.get(f"/tables/{table_id}/edit?check=1").text)
    assert shows_error(drafter.get(f"/tables/{table_id}/edit").text)


def test_missing_is_an_error_in_a_table_that_was_submitted(app: Flask, world: World) -> None:
    table_id = world.returned()
    world.edit(table_id, "goals", "")
    page = signed_in_client(app, "drafter").get(f"/tables/{table_id}/edit").text
    assert "mark-error" in page
    assert "待填" not in page


def test_opinions_are_no_part_of_the_notes(app: Flask, world: World) -> None:
    table_id = world.returned()
    client = signed_in_client(app, "drafter")
    page, fragment = client.get(f"/tables/{table_id}/edit").text, client.post(f"/tables/{table_id}/checks").text
    assert 'aria-describedby="notes-goals asked-1"' in page
    assert "目标不够细化量化" in page
    assert "目标不够细化量化" not in fragment


@pytest.mark.parametrize(
    ("who", "state", "status"),
    [
        ("drafter", "drafted", (200, 303)),
        ("head", "returned", (200, 303)),
        ("head", "submitted", (403, 409)),
        ("reviewer", "returned", (403, 403)),
        ("above_drafter", "drafted", (403, 403)),
        ("outsider", "drafted", (404, 404)),
        ("reviewer", "drafted", (404, 404)),
    ],
)
def test_fragment_is_for_those_who_may_edit(app: Flask, world: World, who: str, state: str, status: object) -> None:
    bring = {"drafted": world.draft, "returned": world.returned, "submitted": world.submitted}
    table_id = bring[state]()
    client = signed_in_client(app, who)
    checks = client.post(f"/tables/{table_id}/checks")
    assert (checks.status_code, explain(client, table_id).status_code) == status


# --- readings ------------------------------------------------------------------------------------


def test_readings_stand_under_the_field_and_in_the_bureaus_view(app: Flask, world: World) -> None:
    scaled = replace(GENERIC.indicators[0], target_value="≥90%；≥90%为优，≥80%且＜90%为良，≥70%且＜80%为中，＜70%为差")
    table_id = world.submitted(replace(GENERIC, indicators=(scaled, *GENERIC.indicators[1:])))
    told = "读作：≥ 90 %；另附四档评分标准"
    assert told in signed_in_client(app, "reviewer").get(f"/tables/{table_id}").text
    world.act(table_id, actions.WITHDRAW, "head")
    assert told in signed_in_client(app, "drafter").get(f"/tables/{table_id}/edit").text
    assert "读作" not in signed_in_client(app, "drafter").get(f"/tables/{table_id}/print").text


# --- explanations --------------------------------------------------------------------------------


def test_explanation_goes_back_to_its_finding_and_is_counted(app: Flask, world: World) -> None:
    table_id = world.draft(GENERIC)
    client = signed_in_client(app, "drafter")
    answer = explain(client, table_id)
    location = answer.headers["Location"]
    assert location == f"/tables/{table_id}/edit#{FINDING}"
    page = client.get(f"/tables/{table_id}/edit").text
    assert "，已说明 1</span>" in page
    assert f"<strong>单位说明：</strong>{WORDS}" in page
    assert f"{WORDS}</textarea>" in form_of(client, table_id).text


def test_partial_answer_is_the_panel(app: Flask, world: World) -> None:
    table_id = world.draft(GENERIC)
    answer = explain(signed_in_client(app, "drafter"), table_id, headers=PARTIAL)
    text = answer.text
    assert text.strip().startswith('<section class="panel" id="checks"')
    assert text.strip().endswith("</section>")
    assert WORDS in text


def test_explained_warnings_stand_last(app: Flask, world: World) -> None:
    table_id = world.draft(replace(GENERIC, goals="资金专款专用，发放工资,缴纳保险。2018年争取完成。"))
    client = signed_in_client(app, "drafter")
    ids = re.compile(r'class="text" id="(finding-[^"]*)"')
    before = ids.findall(client.get(f"/tables/{table_id}/edit").text)
    assert len(before) > 2
    first = next(one for one in before if one == FINDING)
    assert before[-1] != first
    explain(client, table_id)
    after = ids.findall(client.get(f"/tables/{table_id}/edit").text)
    assert after == [one for one in before if one != first] + [first]


def form_of(client: FlaskClient, table_id: int, **headers: str) -> TestResponse:
    """What the link under the warning leads to."""
    return client.get(f"/tables/{table_id}/explanations", query_string={"rule": "W16", "path": AT}, headers=headers)


def test_form_of_an_explanation_is_a_page_without_scripts_and_a_fragment_with(app: Flask, world: World) -> None:
    table_id = world.draft(GENERIC)
    client = signed_in_client(app, "drafter")
    assert form_of(client, table_id).text.startswith("<!doctype html>")
    assert form_of(client, table_id, **PARTIAL).text.strip().startswith("<form")
    assert form_of(signed_in_client(app, "outsider"), table_id).status_code == 404


@pytest.mark.parametrize("headers", [{}, PARTIAL])
def test_explanation_that_is_too_long_comes_back_with_its_text(
    app: Flask, world: World, headers: dict[str, str]
) -> None:
    table_id = world.draft(GENERIC)
    long = "<b>长" * MAX_EXPLANATION
    answer = explain(signed_in_client(app, "drafter"), table_id, long, headers=headers)
    assert answer.status_code == 422
    text = answer.text
    assert f"{long.replace('<', '&lt;').replace('>', '&gt;')}</textarea>" in text
    assert f"说明最多 {MAX_EXPLANATION} 个字" in text
    assert world.session.query(Explanation).count() == 0


@pytest.mark.parametrize("place", [{"path": "indicators/zzzz/level3"}, {"path": "nowhere"}, {"rule": "'; --"}])
def test_forged_places_are_refused(app: Flask, world: World, place: dict[str, str]) -> None:
    table_id = world.draft(GENERIC)
    fields = {"rule": "W16", "path": AT, "text": WORDS} | place
    answer = signed_in_client(app, "drafter").post(f"/tables/{table_id}/explanations", data=fields)
    assert answer.status_code == 422
    assert "表中没有这条提醒" in answer.text


def test_lapsed_explanation_is_offered_again(app: Flask, world: World) -> None:
    table_id = world.draft(GENERIC)
    client = signed_in_client(app, "drafter")
    explain(client, table_id)
    world.edit(table_id, AT, "≥100百分比")
    page = client.get(f"/tables/{table_id}/edit").text
    assert "单位说明" not in page
    assert "原来的说明已失效" in page
    assert f"{WORDS}</textarea>" in form_of(client, table_id).text


def test_explanation_travels_with_the_revision(app: Flask, world: World) -> None:
    table_id = world.draft(GENERIC)
    drafter, reviewer = signed_in_client(app, "drafter"), signed_in_client(app, "reviewer")
    explain(drafter, table_id)
    assert WORDS in signed_in_client(app, "head").get(f"/tables/{table_id}/submit").text
    world.act(table_id, actions.SUBMIT, "head")
    for client in (reviewer, drafter, signed_in_client(app, "auditor")):
        page = client.get(f"/tables/{table_id}").text
        assert f"<strong>单位说明：</strong>{WORDS}" in page
        assert "王经办" in page
        assert "/explanations" not in page
    world.act(table_id, actions.WITHDRAW, "head")
    explain(drafter, table_id, "改过的说明。")
    assert "改过的说明。" in drafter.get(f"/tables/{table_id}").text
    assert WORDS in reviewer.get(f"/tables/{table_id}").text
    assert "单位说明" not in drafter.get(f"/tables/{table_id}/print").text


# --- a framework that is gone --------------------------------------------------------------------


def test_pages_of_a_year_without_its_framework_say_so(app: Flask, world: World) -> None:
    table_id = world.draft(GENERIC)
    world.session.execute(update(BudgetYear).values(framework="hebei-1999"))
    world.session.commit()
    client = signed_in_client(app, "head")
    assert [client.get(place).status_code for place in ("/", "/tables", "/tables/new")] == [200, 200, 200]
    answers = [client.get(f"/tables/{table_id}{place}") for place in ("", "/edit", "/submit", "/history", "/compare")]
    answers += [client.post(f"/tables/{table_id}/{act}") for act in ("edit", "submit", "checks", "explanations")]
    answers += [client.post("/tables/new", data={"kind": "project", "year": "2020"})]
    assert {answer.status_code for answer in answers} == {422}
    assert all("2020 年度的指标体系“hebei-1999”在系统中找不到了" in answer.text for answer in answers)
    admin = signed_in_client(app, "admin")
    assert "hebei-1999（系统中找不到，请恢复）" in admin.get("/years").text
    assert "hebei-1999（系统中找不到，请恢复）" in admin.get("/years/2020").text
    assert admin.post("/years/2020", data={"framework": "hebei-2017"}).status_code == 422
