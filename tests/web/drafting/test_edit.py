"""The edit form over HTTP: what is typed is kept, whatever happens meanwhile."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from portal.domain import actions, documents
from tests.web.forms import fields_of, typed_paths
from tests.web.signing import signed_in_client
from tests.world import World, sound_project

AMOUNTS = ["2.3万", "-5", "1e9", "２３０００", "999999999999999999999", "NaN", "一百二十万"]
HOSTILE = "<script>alert(1)</script>{{ 7 * 7 }}'\"><img src=x onerror=alert(1)>"


def test_saving_goes_back_to_the_form_and_stores_what_was_typed(app: Flask, world: World) -> None:
    table_id = world.draft()
    table = world.opened(table_id)
    typed = documents.with_value(table.document, "goals", "1、每月10日前发放工资。")
    client = signed_in_client(app, "drafter")
    answer = client.post(f"/tables/{table_id}/edit", data=fields_of(typed, table.version))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/tables/{table_id}/edit")
    assert world.table(table_id).document == typed


@pytest.mark.parametrize("amount", AMOUNTS)
def test_amounts_that_cannot_be_read_are_kept_as_typed_with_a_finding_at_their_field(
    app: Flask, world: World, amount: str
) -> None:
    table_id = world.draft()
    table = world.opened(table_id)
    typed = documents.with_value(table.document, "budget/total", amount)
    client = signed_in_client(app, "drafter")
    client.post(f"/tables/{table_id}/edit", data=fields_of(typed, table.version))
    page = client.get(f"/tables/{table_id}/edit").get_data(as_text=True)
    saved = world.table(table_id)
    assert (saved.document, saved.total_fen) == (typed, None)
    assert 'id="notes-budget-total"' in page


def test_html_in_every_field_is_shown_as_text(app: Flask, world: World) -> None:
    table_id = world.draft()
    table = world.opened(table_id)
    hostile = table.document
    for path in typed_paths(table.document):
        hostile = documents.with_value(hostile, path, HOSTILE)
    client = signed_in_client(app, "drafter")
    client.post(f"/tables/{table_id}/edit", data=fields_of(hostile, table.version))
    assert world.table(table_id).document == hostile
    for place in ("", "/edit", "/history", "/compare", "/print", "/export/text", "/export/json", "/export/docx"):
        answer = client.get(f"/tables/{table_id}{place}")
        assert answer.status_code == 200
        if answer.mimetype == "text/html":
            assert "<script>alert" not in answer.get_data(as_text=True)
            assert "<img src=x" not in answer.get_data(as_text=True)


def test_hundred_thousand_characters_in_a_cell_are_saved(app: Flask, world: World) -> None:
    table_id = world.draft()
    table = world.opened(table_id)
    typed = documents.with_value(table.document, "purpose", "街道" * 50_000)
    client = signed_in_client(app, "drafter")
    assert client.post(f"/tables/{table_id}/edit", data=fields_of(typed, table.version)).status_code == 303
    assert world.table(table_id).document == typed


def test_a_text_beyond_every_measure_is_refused_and_given_back(app: Flask, world: World) -> None:
    table_id = world.draft()
    table = world.opened(table_id)
    typed = documents.with_value(table.document, "purpose", "长" * 200_001)
    client = signed_in_client(app, "drafter")
    answer = client.post(f"/tables/{table_id}/edit", data=fields_of(typed, table.version))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "一栏最多 200000 字，这里有 200001 字。" in page
    assert "长" * 200_001 in page
    assert world.table(table_id).document == table.document


def test_two_people_in_different_fields_both_keep_their_work(app: Flask, world: World) -> None:
    table_id = world.draft()
    opened = world.opened(table_id)
    mine = documents.with_value(opened.document, "goals", "1、我的目标。")
    world.edit(table_id, "purpose", "支付5人工资。", by="drafter2")
    client = signed_in_client(app, "drafter")
    assert client.post(f"/tables/{table_id}/edit", data=fields_of(mine, opened.version)).status_code == 303
    merged = world.table(table_id).document
    assert (documents.value_at(merged, "goals"), documents.value_at(merged, "purpose")) == (
        "1、我的目标。",
        "支付5人工资。",
    )


def test_two_people_in_one_field_the_second_sees_both_and_loses_nothing(app: Flask, world: World) -> None:
    table_id = world.draft()
    opened = world.opened(table_id)
    mine = documents.with_value(opened.document, "goals", "1、我的目标。")
    world.edit(table_id, "goals", "1、同事的目标。", by="drafter2")
    client = signed_in_client(app, "drafter")
    answer = client.post(f"/tables/{table_id}/edit", data=fields_of(mine, opened.version))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "1、我的目标。" in page and "1、同事的目标。" in page and "周经办" in page
    assert re.search(r'<div class="quoted">1、<del>同事</del><ins>我</ins>的目标。\s*</div>', page)
    assert documents.value_at(world.table(table_id).document, "goals") == "1、同事的目标。"
    # Having seen it, they save again from the version shown.
    version = world.table(table_id).version
    assert client.post(f"/tables/{table_id}/edit", data=fields_of(mine, version)).status_code == 303
    assert documents.value_at(world.table(table_id).document, "goals") == "1、我的目标。"


def test_editing_a_row_that_somebody_deleted_gives_the_row_back_in_the_form(app: Flask, world: World) -> None:
    table_id = world.draft()
    opened = world.opened(table_id)
    mine = documents.with_value(opened.document, "indicators/bbbb/level3", "我改的指标")
    rows = [row for row in documents.rows(opened.document, "indicators") if row.id != "bbbb"]
    world.save(table_id, documents.with_rows(opened.document, "indicators", rows), by="drafter2")
    client = signed_in_client(app, "drafter")
    answer = client.post(f"/tables/{table_id}/edit", data=fields_of(mine, opened.version))
    assert answer.status_code == 409
    assert "我改的指标" in answer.get_data(as_text=True)


def test_saving_after_the_head_submitted_shows_what_was_typed_and_what_happened(app: Flask, world: World) -> None:
    table_id = world.draft()
    opened = world.opened(table_id)
    mine = documents.with_value(opened.document, "goals", "1、来不及保存的目标。")
    client = signed_in_client(app, "drafter")
    world.act(table_id, actions.SUBMIT, "head")
    answer = client.post(f"/tables/{table_id}/edit", data=fields_of(mine, opened.version))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "已由李主任（head）送审" in page and "1、来不及保存的目标。" in page
    assert world.table(table_id).document == opened.document


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("indicators/bbbb/up", ["bbbb", "aaaa", "cccc", "dddd"]),
        ("indicators/bbbb/down", ["aaaa", "cccc", "bbbb", "dddd"]),
        ("indicators/bbbb/delete", ["aaaa", "cccc", "dddd"]),
        ("indicators/aaaa/up", ["aaaa", "bbbb", "cccc", "dddd"]),
        ("indicators/zzzz/delete", ["aaaa", "bbbb", "cccc", "dddd"]),
    ],
)
def test_row_buttons_move_and_delete_without_scripts(app: Flask, world: World, act: str, order: list[str]) -> None:
    table_id = world.draft()
    table = world.opened(table_id)
    client = signed_in_client(app, "drafter")
    client.post(f"/tables/{table_id}/edit", data=fields_of(table.document, table.version, _row=act))
    assert [row.id for row in documents.rows(world.table(table_id).document, "indicators")] == order


def test_deleting_and_sorting_without_scripts_say_what_they_did(app: Flask, world: World) -> None:
    table_id = world.draft(replace(sound_project(), indicators=sound_project().indicators[::-1]))
    client = signed_in_client(app, "drafter")

    def press(act: str) -> str:
        table = world.opened(table_id)
        fields = fields_of(table.document, table.version, _row=act)
        return client.post(f"/tables/{table_id}/edit", data=fields, follow_redirects=True).text

    assert "已按分类排序" in press("indicators//sort")
    assert [row.id for row in documents.rows(world.table(table_id).document, "indicators")] == [
        row.id for row in sound_project().indicators
    ]
    assert "已经按分类排好" in press("indicators//sort")
    assert "已删除第3行" in press("indicators/cccc/delete")


@pytest.mark.parametrize(("act", "place"), [("indicators//add", 4), ("indicators/aaaa/duplicate", 1)])
def test_new_rows_get_an_id_of_their_own(app: Flask, world: World, act: str, place: int) -> None:
    table_id = world.draft()
    table = world.opened(table_id)
    client = signed_in_client(app, "drafter")
    answer = client.post(f"/tables/{table_id}/edit", data=fields_of(table.document, table.version, _row=act))
    rows = documents.rows(world.table(table_id).document, "indicators")
    new = rows[place]
    assert new.id not in {row.id for row in documents.rows(table.document, "indicators")}
    assert answer.headers["Location"].endswith(f"#at-indicators-{new.id}")
    source = sound_project().indicators[0] if "duplicate" in act else type(new)(id=new.id)
    assert new == replace(source, id=new.id)


@pytest.mark.parametrize(
    "forged",
    [
        {"indicators": ["aaaa", "aaaa"]},
        {"indicators": ["../../x"]},
        {"indicators": ["a" * 99]},
    ],
)
def test_forged_row_ids_are_refused_with_a_sentence(app: Flask, world: World, forged: dict[str, list[str]]) -> None:
    table_id = world.draft()
    table = world.opened(table_id)
    client = signed_in_client(app, "drafter")
    answer = client.post(f"/tables/{table_id}/edit", data=fields_of(table.document, table.version) | forged)
    assert answer.status_code == 422
    assert "行号无效或重复" in answer.get_data(as_text=True)
    assert world.table(table_id).document == table.document


def test_fields_fixed_at_birth_and_states_cannot_be_forged(app: Flask, world: World) -> None:
    table_id = world.draft()
    table = world.opened(table_id)
    client = signed_in_client(app, "drafter")
    forged = {"office_code": "620001", "office_name": "别的单位", "ordinal": "77", "state": "approved", "id": "1"}
    answer = client.post(f"/tables/{table_id}/edit", data=fields_of(table.document, table.version) | forged)
    after = world.table(table_id)
    assert answer.status_code == 303
    assert (after.document, after.state) == (table.document, "drafted")


@pytest.mark.parametrize("version", ["-1", "999", "x", ""])
def test_forged_versions_are_refused_with_a_sentence(app: Flask, world: World, version: str) -> None:
    table_id = world.draft()
    table = world.opened(table_id)
    client = signed_in_client(app, "drafter")
    fields = fields_of(documents.with_value(table.document, "goals", "改"), table.version) | {"version": version}
    answer = client.post(f"/tables/{table_id}/edit", data=fields)
    assert answer.status_code == 409
    assert world.table(table_id).document == table.document
