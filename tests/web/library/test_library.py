"""指标库 over HTTP: who reads and who keeps it, what each act leaves, and what comes back as typed."""

from __future__ import annotations

import json
import re
from html import escape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import queries
from portal.domain import audit_events, library
from portal.domain.library import ENTRIES, Entry, Override
from portal.models import AuditEntry, LibraryEntry
from tests.databases import on_both
from tests.web.signing import client_of, signed_in_client
from tests.world import PEOPLE, World

KEY = "vehicle-kept"
SHIPPED = next(entry for entry in ENTRIES if entry.id == KEY)
PATH = f"/library/entries/{KEY}"
NEW = {
    "category": "vehicle",
    "kind": "quantity",
    "name": "新能源公务用车数",
    "description": "当年在用的新能源公务用车数",
    "value": "≥__辆",
    "basis": "车辆登记台账",
}


def typed(entry: Entry = SHIPPED, **fields: str) -> dict[str, str]:
    return {name: str(getattr(entry, name)) for name in NEW} | fields


def row(page: str, key: str = KEY) -> str:
    return page[page.index(f'<tr id="entry-{key}"') :].split("</tr>")[0]


def cells(page: str, key: str = KEY) -> list[str]:
    found = re.findall("<t[dh][^>]*>(.*?)</t[dh]>", row(page, key), re.DOTALL)
    return [re.sub("<[^>]*>", "", cell).strip() for cell in found]


def standing(client: FlaskClient, key: str = KEY) -> str:
    return cells(client.get("/library").text, key)[5]


def seen(client: FlaskClient, path: str = PATH) -> str:
    found = re.search('name="seen" value="([^"]*)"', client.get(path).text)
    assert found
    return found[1]


def kept(world: World) -> list[LibraryEntry]:
    world.session.rollback()
    return queries.library.changes(world.session)


def record(world: World) -> list[tuple[str, str, str]]:
    """Of every entry about the library: who, about what, what was done."""
    world.session.rollback()
    entries = world.session.scalars(
        select(AuditEntry).where(AuditEntry.act == audit_events.CHANGE_LIBRARY.name).order_by(AuditEntry.number)
    )
    return [(entry.actor, entry.object_name, json.loads(entry.detail)["done"]) for entry in entries]


def in_force(world: World) -> list[Entry]:
    """As suggestions count it, which the list must agree with."""
    overrides = [Override(queries.library.entry_of(each), each.retired) for each in kept(world)]
    found = library.with_changes(ENTRIES, overrides)
    assert [each.entry for each in queries.library.items(world.session) if not each.is_retired] == found
    return found


# --- reading -------------------------------------------------------------------------------------


def test_everybody_signed_in_reads_it_and_nobody_else(app: Flask) -> None:
    for username in PEOPLE:
        assert (username, signed_in_client(app, username).get("/library").status_code) == (username, 200)
    assert client_of(app).get("/library").status_code == 401


def test_navigation_leads_there_for_those_who_see_tables(app: Flask) -> None:
    link = '<a href="/library" aria-current="page">指标库</a>'
    shown = {name for name in PEOPLE if link in signed_in_client(app, name).get("/library").text}
    assert shown == set(PEOPLE) - {"admin"}


def test_list_shows_every_shipped_entry_whole(app: Flask) -> None:
    page = signed_in_client(app, "drafter").get("/library").text
    assert re.findall('<tr id="entry-([^"]+)"', page) == [entry.id for entry in ENTRIES]
    assert cells(page) == ["数量", SHIPPED.name, SHIPPED.description, SHIPPED.value, SHIPPED.basis, "随系统"]
    assert "修改</a>" not in page


def test_list_is_filtered_by_class_and_text(app: Flask) -> None:
    client = signed_in_client(app, "drafter")
    of_class = re.findall('<tr id="entry-([^"]+)"', client.get("/library?category=vehicle").text)
    assert of_class == [entry.id for entry in library.get("vehicle").entries]
    assert re.findall('<tr id="entry-([^"]+)"', client.get("/library?q=运行维护车辆").text) == [KEY]
    assert "没有符合条件的指标" in client.get("/library?category=pay&q=运行维护车辆").text
    assert len(re.findall('<tr id="entry-', client.get("/library?category=<nonsense>").text)) == len(ENTRIES)


def test_partial_request_gets_the_list_alone(app: Flask) -> None:
    client = signed_in_client(app, "drafter")
    answer = client.get("/library?category=vehicle", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "<html" not in answer.text
    assert cells(answer.text)[1] == SHIPPED.name


# --- rights --------------------------------------------------------------------------------------


def test_reviewers_and_approvers_alone_keep_it(app: Flask, world: World) -> None:
    for username, form in PEOPLE.items():
        client = signed_in_client(app, username)
        holds = bool({"reviewer", "approver"} & set(form.roles))
        statuses = [client.get(path).status_code for path in ("/library/new", PATH)]
        assert (username, statuses) == (username, [200 if holds else 403] * 2)
        if not holds:
            posts = [("/library/new", NEW), (PATH, typed(name="改名"))]
            posts += [(f"{PATH}/{act}", {}) for act in ("retire", "restore", "put-back")]
            assert {client.post(path, data=data).status_code for path, data in posts} == {403}
    assert (kept(world), record(world)) == ([], [])


# --- keeping -------------------------------------------------------------------------------------


@on_both
def test_entry_is_added_corrected_retired_and_restored(app: Flask, world: World) -> None:
    client = signed_in_client(app, "reviewer")
    answer = client.post("/library/new", data=NEW)
    (added,) = kept(world)
    key = str(added.id)
    assert (answer.status_code, answer.location) == (303, f"/library?category=vehicle#entry-{key}")
    assert (added.shipped_id, added.unit, added.changed_by_name) == (None, "辆", "陈审核")
    assert cells(client.get("/library").text, key)[:6] == ["数量", *list(NEW.values())[2:], "财政局新增"]
    path = f"/library/entries/{key}"
    assert client.post(path, data=NEW | {"value": "≥2台", "seen": seen(client, path)}).status_code == 303
    assert [(each.value, each.unit) for each in kept(world)] == [("≥2台", "台")]
    assert client.post(f"{path}/retire").status_code == 303
    assert standing(client, key) == "已停用"
    assert [each.name for each in in_force(world) if not each.id] == []
    assert client.post(f"{path}/restore").status_code == 303
    assert standing(client, key) == "财政局新增"
    assert [each.name for each in in_force(world) if not each.id] == [NEW["name"]]
    thing = ("陈审核（reviewer）", f"指标库：{NEW['name']}")
    assert record(world) == [(*thing, done) for done in ("added", "corrected", "retired", "restored")]


@on_both
def test_shipped_entry_is_corrected_and_put_back(app: Flask, world: World) -> None:
    client = signed_in_client(app, "approver")
    assert client.post(PATH, data=typed(name="在用公务用车数", seen="")).status_code == 303
    assert (cells(client.get("/library").text)[1], standing(client)) == ("在用公务用车数", "财政局修改")
    assert [each.name for each in in_force(world)][ENTRIES.index(SHIPPED)] == "在用公务用车数"
    assert f"<dd>{SHIPPED.name}</dd>" in client.get(PATH).text
    assert client.post(f"{PATH}/put-back").status_code == 303
    assert standing(client) == "随系统"
    assert (kept(world), in_force(world)) == ([], list(ENTRIES))
    assert [(name, done) for _, name, done in record(world)] == [
        ("指标库：在用公务用车数", "corrected"),
        (f"指标库：{SHIPPED.name}", "put_back"),
    ]


def test_shipped_entry_is_retired_and_restored_as_it_was(app: Flask, world: World) -> None:
    client = signed_in_client(app, "approver")
    client.post(f"{PATH}/retire")
    assert standing(client) == "已停用"
    assert SHIPPED not in in_force(world)
    client.post(f"{PATH}/restore")
    assert (standing(client), kept(world)) == ("随系统", [])
    assert [done for _, _, done in record(world)] == ["retired", "restored"]


def test_correction_is_kept_while_retired(app: Flask, world: World) -> None:
    client = signed_in_client(app, "approver")
    client.post(PATH, data=typed(name="在用公务用车数", seen=""))
    client.post(f"{PATH}/retire")
    client.post(f"{PATH}/restore")
    assert standing(client) == "财政局修改"
    client.post(f"{PATH}/retire")
    client.post(f"{PATH}/put-back")
    assert [(each.name, each.retired) for each in kept(world)] == [(SHIPPED.name, True)]


def test_what_changes_nothing_leaves_no_entry(app: Flask, world: World) -> None:
    client = signed_in_client(app, "approver")
    for path, data in ((PATH, typed(seen="")), (f"{PATH}/restore", {}), (f"{PATH}/put-back", {})):
        assert client.post(path, data=data).status_code == 303
    client.post(f"{PATH}/retire")
    client.post(f"{PATH}/retire")
    assert [done for _, _, done in record(world)] == ["retired"]


def test_entry_of_the_bureaus_own_has_nothing_to_be_put_back_to(app: Flask, world: World) -> None:
    client = signed_in_client(app, "approver")
    client.post("/library/new", data=NEW)
    assert client.post(f"/library/entries/{kept(world)[0].id}/put-back").status_code == 422
    assert [done for _, _, done in record(world)] == ["added"]


def test_record_tells_it_in_words(app: Flask) -> None:
    signed_in_client(app, "approver").post(PATH, data=typed(kind="cost", category="pay", seen=""))
    page = signed_in_client(app, "auditor").get("/audit?act=change_library").text
    labels = re.findall("<dt>([^<]+)</dt><dd>([^<]+)</dd>", page)
    pay, vehicle = library.get("pay").title, library.get("vehicle").title
    assert labels == [
        ("原为", f"支出类别 {vehicle}，指标种类 数量"),
        ("支出类别", pay),
        ("办理", "修改"),
        ("指标种类", "成本"),
    ]


# --- what is not taken ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("category", "nonsense", "没有这一支出类别"),
        ("kind", "nonsense", "请选择指标种类"),
        ("name", " ", "没有填写三级指标"),
        ("name", "运行维护车辆数", "一类里已经有“运行维护车辆数”"),
        ("name", "长" * 10_000, "三级指标最多 40 字"),
        ("description", "\0", "没有填写绩效指标描述"),
        ("value", "90%", "不完整"),
        ("value", "＝人", "不完整"),
        ("value", "≥" * 9_000, "指标值"),
        ("basis", "", "没有填写指标值确定依据"),
    ],
)
def test_bad_entry_comes_back_as_typed(app: Flask, world: World, field: str, text: str, sentence: str) -> None:
    answer = signed_in_client(app, "reviewer").post("/library/new", data=NEW | {field: text})
    assert answer.status_code == 422
    error = answer.text[answer.text.index(f'id="error-{field}"') :].split("</p>")[0]
    assert sentence in error
    others = [NEW[name] for name in ("name", "description", "value", "basis") if name != field]
    assert [other for other in others if other not in answer.text] == []
    assert (kept(world), record(world)) == ([], [])


def test_library_asks_nothing_that_the_name_tells(app: Flask, world: World) -> None:
    client = signed_in_client(app, "approver")
    words = {"description": "按期完成年检的车辆占比", "basis": "车辆登记台账"}

    form = client.get("/library/new?name=公务车辆年检合格率").text
    done = client.post("/library/new", data=words | {"name": "公务车辆年检合格率", "value": "95％"})

    assert re.findall(r'<option value="(\w+)" selected', form) == ["vehicle", "quality"]
    assert done.status_code == 303
    assert [(each.category, each.kind, each.value, each.unit) for each in kept(world)] == [
        ("vehicle", "quality", "≥95%", "%")
    ]
    assert "车辆，质量，指标值 ≥95%。" in client.get(done.location).text
    asked = client.post("/library/new", data=words | {"name": "居民出行改善情况", "value": "≥95%"})
    assert asked.status_code == 422
    assert "从名称看不出属于哪一支出类别，请选择。" in asked.text


def test_bad_correction_shows_what_is_kept_beside_what_was_typed(app: Flask) -> None:
    answer = signed_in_client(app, "reviewer").post(PATH, data=typed(value="90%", name="改名", seen=""))
    assert answer.status_code == 422
    assert 'value="改名"' in answer.text
    assert f"<dd>{SHIPPED.name}</dd>" in answer.text


@on_both
def test_second_of_two_corrections_is_told_and_keeps_its_text(app: Flask, world: World) -> None:
    first, second = signed_in_client(app, "reviewer"), signed_in_client(app, "approver")
    assert first.post(PATH, data=typed(name="第一个人的名称", seen="")).status_code == 303
    answer = second.post(PATH, data=typed(name="第二个人的名称", seen=""))
    assert answer.status_code == 409
    assert "由陈审核改过" in answer.text
    assert 'value="第二个人的名称"' in answer.text
    assert "<dd>第一个人的名称</dd>" in answer.text
    assert [each.name for each in kept(world)] == ["第一个人的名称"]
    assert second.post(PATH, data=typed(name="第二个人的名称", seen=seen(second))).status_code == 303
    assert [each.name for each in kept(world)] == ["第二个人的名称"]


def test_texts_are_escaped(app: Flask) -> None:
    hostile = "<script>alert(1)</script>"
    client = signed_in_client(app, "reviewer")
    assert client.post("/library/new", data=NEW | {"name": hostile, "description": f'"{hostile}'}).status_code == 303
    pages = [client.get("/library").text, client.get(f"/library?q={hostile}").text]
    answer = client.post("/library/new", data=NEW | {"name": hostile, "value": ""})
    for page in (*pages, answer.text):
        assert hostile not in page
        assert escape(hostile) in page


@pytest.mark.parametrize("key", ["999", "vehicle-nothing", "９", "0", "99999999999999999999", "x" * 500])
def test_unknown_entry_is_not_found(app: Flask, key: str) -> None:
    client = signed_in_client(app, "reviewer")
    path = f"/library/entries/{key}"
    assert client.get(path).status_code == 404
    assert client.post(path, data=typed(name="改名")).status_code == 404
    assert {client.post(f"{path}/{act}").status_code for act in ("retire", "restore", "put-back")} == {404}
