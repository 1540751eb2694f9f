"""Importing lists of offices: all or nothing, what changes, what is refused with its row."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal import queries
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.offices import OfficeRow
from portal.formats import rosters
from portal.models import AuditEntry, Office
from portal.services.administration import office_imports, office_mergers, offices
from portal.services.administration.office_imports import ImportResult
from portal.services.administration.office_mergers import MergerForm
from portal.services.record import verification
from tests.world import OFFICE, World

NAME = "秦皇岛市山海关区古城街道办事处"


def bring(world: World, *rows: OfficeRow, seen: str = "") -> ImportResult:
    return office_imports.import_offices(world.session, world.actor("admin"), rows, seen=seen)


def lineages(world: World) -> dict[str, str]:
    world.session.rollback()
    return {each.code: each.lineage for each in world.session.scalars(select(Office))}


def test_offices_are_imported_whatever_their_order(world: World) -> None:
    rows = [OfficeRow("63000101", "下属", "630001"), OfficeRow("630001", "单位", "630"), OfficeRow("630", "主管")]
    assert bring(world, *rows) == ImportResult(3, 0, 0)
    assert lineages(world)["63000101"] == "/630/630001/63000101/"
    assert verification.verify(world.session).problems == []


def test_known_offices_are_changed_and_equal_ones_left_alone(world: World) -> None:
    before = queries.record.head(world.session)[0]
    rows = [OfficeRow(OFFICE, "古城街道", None, "5051234"), OfficeRow("61000201", "古城街道综合服务中心")]

    assert bring(world, *rows) == ImportResult(0, 1, 0)

    office = world.session.get_one(Office, OFFICE)
    assert (office.name, office.parent_code, office.phone) == ("古城街道", "610", "5051234")
    acts = world.session.scalars(select(AuditEntry.act).where(AuditEntry.number > before)).all()
    assert acts == ["change_office"]


def test_tree_may_be_turned_round_by_one_list(world: World) -> None:
    bring(world, OfficeRow("610", "街道管理中心", OFFICE), OfficeRow(OFFICE, NAME, ""))
    assert lineages(world)["610"] == f"/{OFFICE}/610/"
    assert lineages(world)["61000201"] == f"/{OFFICE}/61000201/"
    assert verification.verify(world.session).problems == []


def test_renaming_by_a_list_names_open_drafts_anew(world: World) -> None:
    world.draft()
    assert bring(world, OfficeRow(OFFICE, "古城街道")).named == 1
    assert verification.verify(world.session).problems == []


def test_imported_list_with_a_circle_writes_nothing(world: World) -> None:
    before = lineages(world)
    with pytest.raises(Invalid, match="上级绕成了一圈：630 → 631 → 630"):
        bring(world, OfficeRow("640", "丙"), OfficeRow("630", "甲", "631"), OfficeRow("631", "乙", "630"))
    assert lineages(world) == before


def test_refusal_in_the_middle_of_an_import_names_its_row_and_writes_nothing(world: World) -> None:
    before = queries.record.head(world.session)[0]
    with pytest.raises(Invalid, match="第 3 行：单位编码应为"):
        bring(world, OfficeRow("630", "甲", None, None, 2), OfficeRow("63", "乙", None, None, 3))
    world.session.rollback()
    assert world.session.get(Office, "630") is None
    assert queries.record.head(world.session)[0] == before


def test_import_after_the_offices_changed_is_refused(world: World) -> None:
    rows = [OfficeRow(OFFICE, "古城街道")]
    seen = office_imports.plan(world.session, rows).digest
    bring(world, OfficeRow(OFFICE, "古城街道新名"))
    with pytest.raises(Stale, match="预览之后有改动"):
        bring(world, *rows, seen=seen)


def test_merged_offices_are_told_with_their_row(world: World) -> None:
    office_mergers.merge_office(world.session, None, OFFICE, MergerForm("620001", "文件", "move"))
    lines = ["单位编码\t单位名称\t上级单位", f"63001\t新单位\t{OFFICE}", f"{OFFICE}\t{NAME}\t610"]

    found = office_imports.read(world.session, None, rosters.read_text("\n".join(lines)))

    assert [error.text for error in found.errors] == [
        f"第 2 行：上级单位 {OFFICE} 已并入 620001，请写 620001。",
        f"第 3 行：单位 {OFFICE} 已并入 620001，不能改它的上级。",
    ]


def test_disabled_office_stays_disabled_by_an_import(world: World) -> None:
    offices.change_office(world.session, None, OFFICE, offices.OfficeForm(NAME, "610", active=False))
    bring(world, OfficeRow(OFFICE, "古城街道"))
    assert not world.session.get_one(Office, OFFICE).active


def test_only_the_administrator_reads_and_imports(world: World) -> None:
    with pytest.raises(Forbidden):
        office_imports.read(world.session, world.actor("approver"), [])
