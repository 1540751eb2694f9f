"""Importing a file on the web: preview, correction of captions, import, taking back."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.domain import actions
from portal.domain.documents import PerformanceText, ProjectDocument
from portal.formats import json_file, kept_readings
from portal.models import DiscardedDraft, TargetTable
from tests.databases import DATA
from tests.formats.layout_files import WRITERS, drawing
from tests.web.signing import signed_in_client
from tests.world import YEAR, World, sound_project

SECOND = sound_project(2, "610-1301-JBN-0002", "另一项目")
THIRD = sound_project(3, "610-1301-JBN-0003", "第三项目")
REAL = (DATA / "gucheng-2020.txt").read_bytes()
FOREIGN = """<table>
<tr><td>项目名称</td><td colspan=3>垃圾清运</td><td>项目负责人</td><td>张三</td></tr>
<tr><td>年度资金总额</td><td>125000</td><td>财政拨款</td><td>125000</td><td>年度目标</td><td>日产日清。</td></tr>
<tr><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>评价尺度</td><td>指标值说明</td><td>备注</td></tr>
<tr><td>产出指标</td><td>数量指标</td><td>清运垃圾数量</td><td>≥1200吨</td><td>按台账统计</td><td>每月报</td></tr>
</table>""".encode()
"""As an office wrote it that calls 指标值 评价尺度."""


def as_file(*tables: Any) -> bytes:
    return json_file.write(PerformanceText(None, tables))


def upload(client: FlaskClient, data: bytes, name: str = "表.json", year: int = YEAR) -> TestResponse:
    """The preview, or the start page with the refusal."""
    fields = {"year": str(year), "file": (io.BytesIO(data), name)}
    return client.post("/tables/new/file", data=fields, follow_redirects=True)


def confirm(client: FlaskClient, preview: TestResponse, numbers: list[int] | None = None) -> TestResponse:
    """Import the documents with these numbers, or those that the preview ticks."""
    boxes = re.findall(r'name="import" value="(\d+)"[^>]*?( checked)?>', preview.text)
    chosen = [n for n, checked in boxes if checked] if numbers is None else [str(n) for n in numbers]
    (seen,) = re.findall(r'name="seen" value="(\w+)"', preview.text)
    return client.post(preview.request.path, data={"seen": seen, "import": chosen}, follow_redirects=True)


def assign(client: FlaskClient, preview: TestResponse, **paths: str) -> TestResponse:
    """Assign captions of the file to fields, the others as they are."""
    rows = re.findall(r'name="caption" value="([^"]*)".*?<select.*?</select>', preview.text, re.S)
    now = dict.fromkeys(rows, "")
    for caption, options in re.findall(r'name="caption" value="([^"]*)"(.*?)</select>', preview.text, re.S):
        now[caption] = "".join(re.findall(r'value="([^"]*)" selected', options))
    wanted = now | paths
    fields = {"caption": list(wanted), "path": list(wanted.values())}
    return client.post(f"{preview.request.path}/captions", data=fields, follow_redirects=True)


def ids(world: World, year: int = YEAR) -> list[int]:
    world.session.rollback()
    return list(world.session.scalars(select(TargetTable.id).where(TargetTable.year == year).order_by(TargetTable.id)))


def only_table(world: World) -> ProjectDocument:
    (table_id,) = ids(world)
    document = world.table(table_id).document
    assert isinstance(document, ProjectDocument)
    return document


# --- preview and import --------------------------------------------------------------------------


def test_real_document_is_shown_first_and_comes_in_when_confirmed(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    shown = upload(client, REAL, "gucheng-2020.txt")
    assert "读出 9 张表、27 条指标，预算合计 2,025,280.00 元" in shown.text
    assert ids(world) == []

    done = confirm(client, shown)

    assert done.request.path == shown.request.path
    assert "已导入：新建 9 张，替换 0 张。" in done.text
    assert len(ids(world)) == 9
    again = upload(client, REAL, "gucheng-2020.txt").text
    assert again.count("不改动") == 9
    assert "导入勾选的表" not in again


def test_only_ticked_documents_come_in(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    shown = upload(client, as_file(sound_project(), SECOND, THIRD))
    confirm(client, shown, [2])
    assert only_table(world).project_code == SECOND.project_code


def test_drafts_are_replaced_only_where_ticked_and_submitted_ones_are_named(app: Flask, world: World) -> None:
    world.submitted()
    second, third = world.draft(SECOND), world.draft(THIRD)
    tables = tuple(replace(each, goals="1、文件的目标。") for each in (sound_project(), SECOND, THIRD))
    client = signed_in_client(app, "drafter")
    shown = upload(client, as_file(*tables))
    assert "现有的表</a>已送审，不能替换" in shown.text
    assert " checked>" not in shown.text
    confirm(client, shown, [2])
    assert world.table(second).document == tables[1]
    assert world.table(third).document == THIRD


@pytest.mark.parametrize("number", [1, 2])
def test_table_that_changed_since_the_preview_is_looked_at_again_with_the_ticks_kept(
    app: Flask, world: World, number: int
) -> None:
    first, second = world.draft(), world.draft(SECOND)
    client = signed_in_client(app, "drafter")
    tables = (replace(sound_project(), goals="1、文件的目标。"), replace(SECOND, goals="1、文件的目标。"))
    shown = upload(client, as_file(*tables))
    if number == 1:
        world.act(first, actions.SUBMIT, "head")
    else:
        world.edit(first, "goals", "1、同事的目标。")

    answer = confirm(client, shown, [1, 2])

    assert (answer.status_code, "现有的表又有改动；请再看一遍。" in answer.text) == (409, True)
    assert re.search(r'name="import" value="2"[^>]* checked>', answer.text)
    assert world.table(second).document == SECOND


def test_nothing_ticked_and_a_second_import_are_refused(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    shown = upload(client, as_file(sound_project()))
    assert "没有导入：一张表也没有勾选。" in confirm(client, shown, []).text
    confirm(client, shown)
    assert "这份文件已经导入过" in confirm(client, shown).text
    assert len(ids(world)) == 1


def test_document_is_shown_cell_by_cell_beside_the_table_that_stands_there(app: Flask, world: World) -> None:
    world.draft()
    client = signed_in_client(app, "drafter")
    shown = upload(client, as_file(replace(sound_project(), purpose="另一个用途。"), SECOND))
    page = client.get(f"{shown.request.path}/1").text
    assert "与现有的表对照" in page
    assert re.search(r"资金用途.*?<ins>.*?用途。", page, re.S)
    assert "第 1 张，共 2 张" in page
    assert f'href="{shown.request.path}/2" rel="next"' in page
    second = client.get(f"{shown.request.path}/2").text
    assert "与现有的表对照" not in second
    assert "另一项目" in second
    assert client.get(f"{shown.request.path}/3").status_code == 404


def test_findings_are_those_of_the_table_as_it_will_be_stored(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    shown = upload(client, as_file(replace(sound_project(), purpose="")))
    assert "错误 1" in shown.text
    page = client.get(f"{shown.request.path}/1").text
    assert "没有填写资金用途" in page


# --- what the captions of the file mean ------------------------------------------------------------


def test_caption_that_no_form_knows_is_assigned_and_the_file_read_again(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    shown = upload(client, FOREIGN, "垃圾清运.html")
    assert "评价尺度：≥1200吨" in shown.text

    again = assign(client, shown, 评价尺度="indicators/target_value", 指标值说明="indicators/description")

    assert again.request.path == shown.request.path
    assert "评价尺度：≥1200吨" not in again.text
    assert ids(world) == []
    confirm(client, again)
    (row,) = only_table(world).indicators
    assert (row.level3, row.target_value, row.description) == ("清运垃圾数量", "≥1200吨", "按台账统计")


def test_assignment_can_be_changed_again_and_a_known_caption_left_out(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    once = assign(client, upload(client, FOREIGN, "a.html"), 评价尺度="indicators/target_value", 年度目标="")
    twice = assign(client, once, 评价尺度="", 指标值说明="indicators/target_value")
    confirm(client, twice)
    document = only_table(world)
    assert document.goals == ""
    assert [row.target_value for row in document.indicators] == ["按台账统计"]


def test_caption_of_the_head_is_assigned(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    confirm(client, assign(client, upload(client, FOREIGN, "a.html"), 项目负责人="purpose"))
    assert only_table(world).purpose == "张三"


def test_two_captions_for_one_field_are_refused_with_the_choices_kept(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    shown = upload(client, FOREIGN, "a.html")
    both = dict.fromkeys(("评价尺度", "备注"), "indicators/target_value")
    answer = assign(client, shown, **both)
    assert (answer.status_code, "“评价尺度”和“备注”都选了“指标值”" in answer.text) == (422, True)
    assert answer.text.count('value="indicators/target_value" selected') == 2


def test_file_that_names_its_fields_has_no_captions_to_assign(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    shown = upload(client, as_file(sound_project()))
    assert "栏目对照" not in shown.text
    answer = client.post(f"{shown.request.path}/captions")
    assert (answer.status_code, "这份文件的栏目不能改选" in answer.text) == (422, True)


def test_import_of_an_older_assignment_is_refused(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    shown = upload(client, FOREIGN, "a.html")
    assign(client, shown, 评价尺度="indicators/target_value")
    answer = confirm(client, shown)
    assert (answer.status_code, ids(world)) == (409, [])


@pytest.mark.parametrize(
    "fields", [{}, {"caption": ["评价尺度"], "path": ["no/such"]}, {"caption": ["没有"], "path": ["goals"]}]
)
def test_forged_assignment_changes_nothing(app: Flask, world: World, fields: dict[str, str]) -> None:
    client = signed_in_client(app, "drafter")
    shown = upload(client, FOREIGN, "a.html")
    answer = client.post(f"{shown.request.path}/captions", data=fields, follow_redirects=True)
    assert "评价尺度：≥1200吨" in answer.text


# --- taking back ---------------------------------------------------------------------------------


def test_import_is_taken_back_as_one(app: Flask, world: World) -> None:
    first = world.draft()
    client = signed_in_client(app, "drafter")
    shown = upload(client, as_file(replace(sound_project(), goals="1、文件的目标。"), SECOND, THIRD))
    confirm(client, shown, [1, 2, 3])

    answer = client.post(f"{shown.request.path}/undo", follow_redirects=True)

    assert "已撤销这次导入：3 张表回到导入以前" in answer.text
    assert ids(world) == [first]
    assert world.table(first).document == sound_project()
    codes = world.session.scalars(select(DiscardedDraft.project_code).order_by(DiscardedDraft.project_code))
    assert list(codes) == [SECOND.project_code, THIRD.project_code]
    world.session.rollback()
    again = client.post(f"{shown.request.path}/undo", follow_redirects=True)
    assert "已经撤销" in again.text


def test_tables_worked_on_since_the_import_stay(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    shown = upload(client, as_file(sound_project(), SECOND, THIRD))
    confirm(client, shown)
    first, second, _ = ids(world)
    world.edit(first, "goals", "1、后来写的目标。")
    world.act(second, actions.SUBMIT, "head")

    answer = client.post(f"{shown.request.path}/undo", follow_redirects=True)

    assert ids(world) == [first, second]
    assert "1 张表回到导入以前" in answer.text
    assert "《办事处工作经费绩效目标表》没有撤销：导入以后又有改动" in answer.text
    assert "《另一项目绩效目标表》没有撤销：" in answer.text


# --- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "status", "sentence"),
    [
        ("表.txt", b"\x00\x01\x02\xff\xfe" * 200, 422, "field-file"),
        ("表.exe", b"MZ", 422, "这是程序文件，不是绩效目标表"),
        ("表.json", b"{", 422, "JSON 格式有误"),
        ("表.json", b"[" * 100_000, 422, "JSON"),
        ("表.txt", b"", 422, "field-file"),
        ("../../etc/passwd", b"root", 422, "这是《root》，里面只有文字，没有绩效目标表"),
        ("表.json", as_file(replace(sound_project(), office_code="620001")), 403, "不能把别的单位的表导入本单位"),
    ],
)
def test_file_that_is_none_of_ours_is_refused_in_one_sentence_at_its_field(
    app: Flask, world: World, name: str, data: bytes, status: int, sentence: str
) -> None:
    answer = upload(signed_in_client(app, "drafter"), data, name)
    assert (answer.status_code, ids(world)) == (status, [])
    assert sentence in answer.text
    assert 'id="error-file"' in answer.text


def test_file_beyond_what_a_page_carries_is_refused(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in_client(app, "drafter")
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 20_000)
    assert upload(client, b"x" * 30_000).status_code == 413
    monkeypatch.setattr(kept_readings, "MAX_TEXT", 1_000)
    assert (upload(client, as_file(sound_project())).status_code, ids(world)) == (422, [])


def test_no_file_and_no_such_year_are_refused(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    assert "请选择要导入的文件。" in client.post("/tables/new/file", data={"year": str(YEAR)}).text
    answer = upload(client, REAL, "a.txt", year=1999)
    assert (answer.status_code, "系统里没有 1999 年度。" in answer.text) == (422, True)


def test_preview_has_an_address_for_the_person_who_uploaded_the_file(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    shown = upload(client, REAL, "gucheng-2020.txt")
    address = shown.request.path
    assert "读出 9 张表" in client.get(address).text
    for other in ("head", "outsider"):
        for answer in (signed_in_client(app, other).get(address), signed_in_client(app, other).post(address)):
            assert (answer.status_code, "预览已经过期" in answer.text) == (422, True)
    assert ids(world) == []


def test_file_of_another_office_is_refused_before_the_preview(app: Flask, world: World) -> None:
    client = signed_in_client(app, "drafter")
    answer = upload(client, json.dumps({"tables": [{"office_code": "620001", "project_name": "别人的"}]}).encode())
    assert (answer.status_code, ids(world)) == (403, [])


def test_ticking_anothers_table_replaces_nothing_of_theirs(app: Flask, world: World) -> None:
    theirs = world.draft(sound_project(), by="outsider", office="620001")
    before = world.table(theirs).digest
    client = signed_in_client(app, "drafter")
    shown = upload(client, as_file(replace(sound_project(), goals="1、别的目标。")))
    confirm(client, shown, [theirs, 1])
    assert world.table(theirs).digest == before
    assert [world.table(table_id).office_code for table_id in ids(world)] == ["620001", "610002"]


@pytest.mark.parametrize("format", WRITERS)
def test_file_of_another_form_is_previewed_with_what_was_converted_and_left_out(
    app: Flask, world: World, format: str
) -> None:
    source = drawing("08").replace("某镇人民政府", "").replace("农村公路养护", "=农村公路<养护>")
    shown = upload(signed_in_client(app, "drafter"), WRITERS[format](source), "../表\x07" + "长" * 300)
    page = shown.text
    assert (shown.status_code, ids(world)) == (200, [])
    assert "=农村公路&lt;养护&gt;" in page
    assert "预算数：30 万元 换算为 300000.00 元" in page
    assert "项目概况：养护村道" in page
