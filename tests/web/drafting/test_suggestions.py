"""What is suggested while a 三级指标 is typed: what fits the project, and nothing of another office's."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask

from portal import queries
from portal.database import now
from portal.domain import actions, frameworks
from portal.domain.documents import DepartmentDocument, Indicator, ProjectDocument
from portal.domain.library import ENTRIES, get
from portal.models import LibraryEntry
from portal.services.drafting import undo_redo
from portal.services.library import known_indicators
from portal.services.transaction import write
from tests.databases import on_both
from tests.statement_counts import counted_queries
from tests.web.signing import signed_in_client
from tests.world import DUE, World, sound_project

NAMES = {entry.name for entry in ENTRIES}
VEHICLES = replace(
    sound_project(2, "610-1301-JBN-ABI7", "公务用车运行维护费"),
    purpose="2辆公务用车的燃油、维修和保险。",
    goals="1、保障公务用车全年正常运行。",
)


def suggested(app: Flask, table_id: int, typed: str = "", row: str = "", by: str = "drafter") -> list[dict[str, Any]]:
    answer = signed_in_client(app, by).get(
        f"/tables/{table_id}/suggestions",
        query_string={"typed": typed, "row": row},
    )
    assert answer.status_code == 200
    drawn = re.findall(r'data-fields="([^"]*)".*?<span>(.*?)</span>', answer.text)
    return [{"fields": json.loads(unescape(fields)), "about": unescape(about)} for fields, about in drawn]


def names(found: list[dict[str, Any]]) -> list[str]:
    return [each["fields"]["level3"] for each in found]


def worded(name: str, ordinal: int = 3, office: str = "610002", row: Indicator | None = None) -> ProjectDocument:
    """A sound table whose first row has that name."""
    sound = sound_project(ordinal, f"{office[:3]}-1301-JBN-AB{ordinal:02d}", f"第{ordinal}项经费")
    first = replace(row or sound.indicators[0], id="aaaa", level3=name)
    return replace(sound, office_code=office, indicators=(first, *sound.indicators[1:]))


def changed(world: World, shipped_id: str | None, retired: bool = False, **fields: str) -> None:
    """What the bureau makes of the library."""
    of_vehicles = {entry.id: entry for entry in get("vehicle").entries}
    entry = of_vehicles[shipped_id or "vehicle-kept"]
    texts = {name: getattr(entry, name) for name in ("category", "name", "description", "value", "unit", "basis")}
    texts |= {"kind": entry.kind.value} | fields
    world.session.add(
        LibraryEntry(shipped_id=shipped_id, retired=retired, changed_by_name="陈审核", changed_at=now(), **texts)
    )
    world.session.commit()


def test_project_of_vehicles_is_given_indicators_of_vehicles(app: Flask, world: World) -> None:
    found = suggested(app, world.draft(VEHICLES))
    assert {each["about"].partition(" · ")[2] for each in found} == {"指标库：车辆"}
    assert len(found) == 8


def test_suggestion_fills_the_whole_row_in_the_words_of_the_year(app: Flask, world: World) -> None:
    table_id = world.draft(VEHICLES)
    entry = next(entry for entry in get("vehicle").entries if entry.id == "vehicle-kept")
    assert suggested(app, table_id, "运行维护车辆") == [
        {
            "fields": {
                "level3": entry.name,
                "level1": "产出指标",
                "level2": "数量指标",
                "description": entry.description,
                "target_value": entry.value.replace("__", "2"),  # the purpose says how many
                "basis": entry.basis,
            },
            "about": "数量指标 · 指标库：车辆",
        }
    ]


def test_levels_of_the_row_come_first_also_where_blank_means_as_above(app: Flask, world: World) -> None:
    rows = (
        Indicator("aaaa", "满意度指标", "服务对象满意度指标", "居民满意度", "比例", "≥90%", "调查"),
        Indicator("bbbb"),
    )
    table_id = world.draft(replace(VEHICLES, indicators=rows))
    first, *_ = suggested(app, table_id, "", "bbbb")
    assert first["fields"]["level2"] == "服务对象满意度指标"
    assert suggested(app, table_id, "", "gone") == suggested(app, table_id)


def test_name_of_another_row_is_left_out_and_that_of_the_row_itself_is_not(app: Flask, world: World) -> None:
    row = Indicator("aaaa", "产出指标", "数量指标", "运行维护车辆数", "", "", "")
    table_id = world.draft(replace(VEHICLES, indicators=(row, Indicator("bbbb"))))
    assert names(suggested(app, table_id, "运行维护车辆", "aaaa")) == ["运行维护车辆数"]
    assert names(suggested(app, table_id, "运行维护车辆", "bbbb")) == []


def test_own_wording_is_suggested_once_it_is_approved(app: Flask, world: World) -> None:
    table_id, row = world.draft(VEHICLES), Indicator("", "产出指标", "质量", "", "年检合格比例", "＝100%", "台账")
    approved = world.submitted(worded("古城独有的指标", row=row))
    assert suggested(app, table_id, "古城独有") == []
    world.act(approved, actions.APPROVE, "approver")
    assert suggested(app, table_id, "古城独有") == [
        {
            "fields": {
                "level3": "古城独有的指标",
                "level1": "产出指标",
                "level2": "质量指标",
                "description": "年检合格比例",
                "target_value": "＝100%",
                "basis": "台账",
            },
            "about": "质量指标 · 本单位已批复：1 张表",
        }
    ]


@on_both
def test_own_wording_stands_as_approved_while_it_is_reopened_and_changes_with_the_next_approval(
    app: Flask, world: World
) -> None:
    table_id, approved = world.draft(VEHICLES), world.approved(worded("古城独有的指标"))
    world.act(approved, actions.REOPEN, "approver", reason="理由", due=DUE)
    world.edit(approved, "indicators/aaaa/level3", "古城改过的指标")
    assert names(suggested(app, table_id, "古城")) == ["古城独有的指标"]
    world.act(approved, actions.SUBMIT, "head")
    world.act(approved, actions.APPROVE, "approver")
    assert names(suggested(app, table_id, "古城")) == ["古城改过的指标"]


@on_both
def test_uses_of_a_name_are_counted_and_its_newest_wording_is_taken(app: Flask, world: World) -> None:
    for ordinal, description in ((3, "较早的描述"), (4, "较新的描述")):
        row = Indicator("", "产出指标", "数量指标", "", description, "≥3人", "台账")
        world.approved(worded("古城独有的指标", ordinal, row=row))
    found = suggested(app, world.draft(VEHICLES), "古城独有")
    assert [(each["fields"]["description"], each["about"]) for each in found] == [
        ("较新的描述", "数量指标 · 本单位已批复：2 张表")
    ]


def test_approved_row_of_a_level_that_no_kind_has_keeps_its_own_levels(app: Flask, world: World) -> None:
    approved = world.approved(worded("古城独有的指标"))
    table, row = world.table(approved), Indicator("", "成本指标", "社会成本指标", "", "描述", "≤3人", "台账")
    with write(world.session):
        known_indicators.index_indicators(world.session, table, worded("占用道路的天数", row=row))
    (found,) = suggested(app, world.draft(VEHICLES), "占用道路")
    assert (found["fields"]["level1"], found["fields"]["level2"]) == ("成本指标", "社会成本指标")
    assert suggested(app, world.draft(VEHICLES), "古城独有") == []


@on_both
def test_another_offices_approved_wording_is_never_suggested(app: Flask, world: World) -> None:
    theirs = world.draft(worded("南关独有的指标", office="620001"), by="outsider", office="620001")
    world.act(theirs, actions.SUBMIT, "outsider")
    world.act(theirs, actions.APPROVE, "approver")
    assert suggested(app, world.draft(VEHICLES), "南关独有") == []
    below = world.draft(VEHICLES)
    for by in ("drafter", "head", "everything"):  # the last reviews and approves too
        assert suggested(app, below, "南关独有", by=by) == []
    own = world.draft(replace(worded("", 5, "620001")), by="outsider", office="620001")
    assert names(suggested(app, own, "南关独有", by="outsider")) == ["南关独有的指标"]


@on_both
def test_candidates_hold_nothing_that_the_actor_may_not_see(world: World) -> None:
    world.approved(worded("古城独有的指标"))
    table = world.table(world.draft(VEHICLES))
    framework = frameworks.get("hebei-2017")
    seen = {
        who: "古城独有的指标"
        in {each.name for each in queries.library.candidates(world.session, world.actor(who), table, framework)}
        for who in (
            "drafter",
            "above_head",
            "reviewer",
            "approver",
            "outsider",
            "other_reviewer",
            "below_head",
            "admin",
        )
    }
    assert {who for who, sees in seen.items() if sees} == {"drafter", "above_head", "reviewer", "approver"}


def test_bureaus_changes_to_the_library_count(app: Flask, world: World) -> None:
    table_id = world.draft(VEHICLES)
    changed(world, "vehicle-kept", retired=True)
    changed(world, "vehicle-insured", name="财政局改过的投保数量")
    changed(world, None, name="财政局新增的车辆数")
    assert names(suggested(app, table_id, "运行维护车辆")) == []
    assert names(suggested(app, table_id, "车辆投保数量")) == []
    assert sorted(names(suggested(app, table_id, "财政局"))) == ["财政局改过的投保数量", "财政局新增的车辆数"]


def test_outsider_finds_no_table_and_somebody_without_the_right_is_refused(app: Flask, world: World) -> None:
    table_id = world.submitted(VEHICLES)
    statuses = {
        who: signed_in_client(app, who).get(f"/tables/{table_id}/suggestions?typed=").status_code
        for who in ("outsider", "below_head", "above_head", "reviewer", "drafter")
    }
    assert statuses == {"outsider": 404, "below_head": 404, "above_head": 403, "reviewer": 403, "drafter": 403}


def test_department_has_no_indicators_to_suggest(app: Flask, world: World) -> None:
    assert suggested(app, world.draft(DepartmentDocument("总体目标"))) == []


@pytest.mark.parametrize("typed", ["车" * 10_000, "\0" * 50, "%_\\'\"", "(((((", "\N{ZERO WIDTH SPACE}", "<script>"])
def test_whatever_is_typed_is_answered(app: Flask, world: World, typed: str) -> None:
    found = suggested(app, world.draft(VEHICLES), typed, "车" * 1_000)
    assert set(names(found)) <= NAMES


@on_both
def test_candidates_cost_two_statements_however_much_is_known(world: World) -> None:
    for ordinal in (3, 4):
        world.approved(worded("古城独有的指标", ordinal))
    changed(world, "vehicle-kept", retired=True)
    table, actor = world.table(world.draft(VEHICLES)), world.actor("drafter")
    with counted_queries() as statements:
        queries.library.candidates(world.session, actor, table, frameworks.get("hebei-2017"))
    assert len(statements) == 2


# --- several at once -----------------------------------------------------------------------------


def test_several_indicators_of_the_library_are_added_as_one_step(app: Flask, world: World) -> None:
    table_id = world.draft(VEHICLES)
    client = signed_in_client(app, "drafter")
    known, before = world.table(table_id).version, world.table(table_id).document
    chosen = ["用车人员满意度", "运行维护车辆数", "没有这一条"]

    answer = client.post(f"/tables/{table_id}/library", data={"name": chosen})

    document = world.table(table_id).document
    assert isinstance(document, ProjectDocument)
    first, second = document.indicators[-2:]
    assert (first.level3, first.level2, second.level3) == ("用车人员满意度", "服务对象满意度指标", "运行维护车辆数")
    assert answer.headers["Location"].endswith(f"/edit#at-indicators-{first.id}")
    assert world.table(table_id).version == known + 1
    assert ">运行维护车辆数<" not in client.get(f"/tables/{table_id}/library").text  # in the table already
    undo_redo.undo(world.session, world.actor("drafter"), table_id, known + 1)
    assert world.table(table_id).document == before


def test_choosing_from_the_library_keeps_ticks_and_rights(app: Flask, world: World) -> None:
    table_id = world.draft(VEHICLES)
    client = signed_in_client(app, "drafter")
    assert client.post(f"/tables/{table_id}/library").status_code == 422
    found = client.get(f"/tables/{table_id}/library", query_string={"category": "vehicle", "q": "满意"}).text
    assert found.count('type="checkbox"') == found.count("指标库：车辆") >= 1
    assert client.get(f"/tables/{world.draft(DepartmentDocument())}/library").status_code == 404
    assert signed_in_client(app, "outsider").post(f"/tables/{table_id}/library").status_code == 404
    assert signed_in_client(app, "auditor").get(f"/tables/{table_id}/library").status_code in (403, 404)
