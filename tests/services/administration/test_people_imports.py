"""Importing lists of people: all or nothing, every person an entry, nobody gains rights that the form refuses."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from sqlalchemy import func, select

from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.people import PeopleReading
from portal.domain.permissions import Role
from portal.formats import rosters
from portal.models import AuditEntry, User
from portal.services.administration import people, people_imports
from portal.services.administration.accounts import PersonForm
from portal.services.administration.passwords import is_password
from portal.services.record import verification
from portal.services.review import claims
from tests.world import OFFICE, PEOPLE, World

LIST = """单位编码\t姓名\t角色\t电话\t分管单位
610002\t钱新人\t经办人、单位负责人\t0335-5051234\t
620001\t孙新人\t经办人\t\t
\t新审核\t业务科室审核人\t5050001\t610、620001
"""


def read(world: World, text: str, by: str | None = None) -> PeopleReading:
    actor = world.actor(by) if by else None
    return people_imports.read(world.session, actor, rosters.read_text(text))


def counts(world: World) -> tuple[int, int]:
    world.session.rollback()
    found = [world.session.scalar(select(func.count()).select_from(model)) for model in (User, AuditEntry)]
    return found[0] or 0, found[1] or 0


def test_imported_people_have_accounts_with_one_time_passwords_and_an_entry_each(world: World) -> None:
    admin, before = world.actor("admin"), counts(world)
    rows = read(world, LIST, "admin").rows
    done = people_imports.import_people(world.session, admin, rows)

    assert [user.username for user, _ in done.new] == ["610002-01", "620001-01", "czj-01"]
    for user, secret in done.new:
        found = world.session.get_one(User, user.id, populate_existing=True)
        assert (found.must_change_password, is_password(found.password_hash, secret)) == (True, True)
    assert (world.actor("610002-01").roles, world.actor("610002-01").office) == ({Role.DRAFTER, Role.HEAD}, OFFICE)
    assert {"610", "620001"} <= world.actor("czj-01").offices_assigned
    assert counts(world) == (before[0] + 3, before[1] + 3)
    assert verification.verify(world.session).problems == []


def test_second_import_of_the_same_list_changes_nothing_and_a_changed_row_one_person(world: World) -> None:
    people_imports.import_people(world.session, None, read(world, LIST).rows)
    before = counts(world)
    assert people_imports.import_people(world.session, None, read(world, LIST).rows).changed_count == 0
    assert counts(world) == before
    changed = LIST.replace("5050001", "5059999")
    assert people_imports.import_people(world.session, None, read(world, changed).rows).changed_count == 1
    assert counts(world) == (before[0], before[1] + 1)


def test_import_is_the_administrators(world: World) -> None:
    for username in PEOPLE:
        if username != "admin":
            with pytest.raises(Forbidden):
                read(world, LIST, username)
            with pytest.raises(Forbidden):
                people_imports.import_people(world.session, world.actor(username), ())


@pytest.mark.parametrize(("row", "words"), [
    ("\t兼任\t系统管理员、审计员", "第 3 行：三员分立"),
    ("610009\t孙新人\t经办人", "第 3 行：没有编码为“610009”的单位"),
    ("610002\t管理员\t系统管理员、单位负责人", ""),
])  # fmt: skip
def test_list_with_a_row_that_cannot_be_imports_nothing(world: World, row: str, words: str) -> None:
    before = counts(world)
    reading = read(world, f"单位编码\t姓名\t角色\n610002\t钱新人\t经办人\n{row}\n", "admin")
    assert [error.text.startswith(words) for error in reading.errors] == ([True] if words else [])
    assert counts(world) == before


def test_administrator_changes_not_his_own_rights_by_a_list(world: World) -> None:
    text = "用户名\t姓名\t角色\t单位编码\nadmin\t管理员\t系统管理员、经办人\t610002\n"
    assert ["不能用名单改自己的角色" in error.text for error in read(world, text, "admin").errors] == [True]
    assert read(world, text.replace("、经办人\t610002", "\t")).errors == []
    before = counts(world)
    with pytest.raises(Invalid, match="第 2 行：不能用名单改自己"):
        people_imports.import_people(world.session, world.actor("admin"), read(world, text).rows)
    assert counts(world) == before


def test_last_administrator_is_not_changed_by_a_list(world: World) -> None:
    text = "用户名\t姓名\t角色\nadmin\t管理员\t审计员\n"
    before = counts(world)
    with pytest.raises(Invalid, match="第 2 行：这是最后一个可用的系统管理员"):
        people_imports.import_people(world.session, None, read(world, text).rows)
    assert counts(world) == before


def test_preview_that_is_out_of_date_imports_nothing(world: World) -> None:
    rows = read(world, LIST).rows
    seen = people_imports.plan(world.session, None, rows).digest
    people.add_user(world.session, None, "610002-01", PersonForm("先来的", ["drafter"], OFFICE))
    before = counts(world)
    with pytest.raises(Stale, match="在预览之后有改动"):
        people_imports.import_people(world.session, None, rows, seen=seen)
    assert counts(world) == before


def test_list_that_takes_claimed_tables_away_is_refused(world: World) -> None:
    table_id = world.submitted()
    claims.claim(world.session, world.actor("reviewer"), table_id)
    text = "用户名\t姓名\t角色\t分管单位\nreviewer\t陈审核\t审核人\t620001\n"
    before = counts(world)
    with pytest.raises(Invalid, match="陈审核认领的表"):
        people_imports.import_people(world.session, None, read(world, text).rows)
    assert counts(world) == before


def test_fifty_thousand_rows_are_refused_as_a_list(world: World) -> None:
    with pytest.raises(Invalid, match="行"):
        read(world, "单位编码\t姓名\t角色\n" + "610002\t甲\t经办人\n" * 70_000)
    found = read(world, "单位编码\t姓名\t角色\n" + "610002\t甲\t经办人\n" * 5_000)
    assert ["超过 300 人" in error.text for error in found.errors] == [True]


def test_workbook_with_title_merged_cells_and_line_breaks_is_read(world: World) -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet("人员")
        sheet.merge_range("A1:E1", "山海关区绩效目标管理系统人员名单")
        sheet.merge_range("A2:A3", "单位编码")
        sheet.merge_range("B2:C2", "人员")
        sheet.merge_range("D2:D3", "联系电话")
        sheet.merge_range("E2:E3", "分管单位")
        sheet.write_row("B3", ["姓名", "角色"])
        sheet.merge_range("A4:A5", 610002)
        sheet.write_row("B4", ["王\u200b伟\n", "经办人\n单位负责人", 13800000000])
        sheet.write_row("B5", ["张 三", "经办人", "0335-5051234\n13900000000"])
        sheet.write_row("B6", ["新审核", "审核人", "", "610002\n620001"])
        sheet.write("A7", "合计")
        sheet.write_formula("B7", "=COUNTA(B4:B6)", None, 3)
    reading = people_imports.read(world.session, None, rosters.read("名单.xlsx", data.getvalue()))
    assert reading.errors == []
    assert [(row.name, row.roles, row.office, row.phone, row.assigned) for row in reading.rows] == [
        ("王伟", ("drafter", "head"), OFFICE, "13800000000", ()),
        ("张三", ("drafter",), OFFICE, "0335-5051234、13900000000", ()),
        ("新审核", ("reviewer",), "", "", (OFFICE, "620001")),
    ]
