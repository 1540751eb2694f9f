"""Lists of people: reading, proposed user names, what an import would change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain import people
from portal.domain.people import HeldPerson, PeopleReading, PersonRow
from portal.domain.people.columns import roles_of
from portal.domain.rosters import SheetRow, SheetRows

OFFICES = {"610": "街道管理中心", "610002": "古城街道办事处", "061003": "南关街道办事处"}
HEAD = ["单位编码", "姓名", "角色", "电话", "分管单位"]


def read(*rows: list[str], head: list[str] | None = None) -> PeopleReading:
    lines = [head or HEAD, *rows]
    return people.read([SheetRows("", [SheetRow.of(n, cells) for n, cells in enumerate(lines, 1)])], OFFICES)


def texts(reading: PeopleReading) -> list[str]:
    return [error.text for error in reading.errors]


@pytest.mark.parametrize(("cell", "roles"), [
    ("经办人", ["drafter"]),
    ("单位负责人、经办", ["drafter", "head"]),
    ("经办人单位负责人", ["drafter", "head"]),  # a line break that was lost
    ("业务科室审核人", ["reviewer"]),
    ("审核员 兼 绩效科审批人", ["reviewer", "approver"]),
    ("管理员", ["admin"]),
    ("皇帝", None),
    ("经办人、皇帝", None),
])  # fmt: skip
def test_roles_are_read_from_words(cell: str, roles: list[str] | None) -> None:
    assert roles_of(cell) == roles


def test_people_are_read_with_titles_merged_heads_and_line_breaks() -> None:
    rows = [
        ["古城街道人员名单", "", "", "", ""],
        ["所在单位", "人员", "", "联系方式", "分管单位"],
        ["所在单位", "姓名", "角色", "联系方式", "分管单位"],
        ["古城街道办事处", "王 伟", "经办人", "0335-5051234\n13800000000", ""],
        ["", "李\u200b主任", "单位负责人", "", ""],
        ["区财政局", "陈审核", "审核人", "", "610002\n610"],
        ["合计", "", "", "3", ""],
    ]
    found = people.read([SheetRows("", [SheetRow.of(n, cells) for n, cells in enumerate(rows, 1)])], OFFICES)
    assert texts(found) == []
    assert found.rows == [
        PersonRow("王伟", ("drafter",), "610002", "", "0335-5051234、13800000000", (), 4),
        PersonRow("李主任", ("head",), "610002", "", "", (), 5),
        PersonRow("陈审核", ("reviewer",), "", "", "", ("610", "610002"), 6),
    ]
    assert any("按上面一行的单位读" in sentence for sentence in found.told)


@pytest.mark.parametrize(("row", "words"), [
    (["610999", "王伟", "经办人", "", ""], "第 2 行：没有编码为“610999”的单位"),
    (["61003", "王伟", "经办人", "", ""], "在系统里是“061003”"),
    (["", "王伟", "经办人", "", ""], "要写明单位编码"),
    (["610002", "", "经办人", "123456", ""], "没有姓名"),
    (["610002", "王伟", "", "", ""], "没有角色"),
    (["610002", "王伟", "科员", "", ""], "角色“科员”看不懂"),
    (["610002", "王伟", "经办人", "问传达室", ""], "电话“问传达室”看不懂"),
    (["610002", "王伟", "经办人", "3355051234", ""], "少了开头的 0"),
    (["610002", "=A1&B1", "经办人", "", ""], "姓名是公式"),
    (["610002", "王" * 65, "经办人", "", ""], "姓名超过 64 字"),
    (["", "陈审核", "审核人", "", "610009"], "分管单位：没有编码为“610009”的单位"),
    (["610002", "王伟", "经办人", "", "610002"], "角色里却没有业务科室审核人"),
])  # fmt: skip
def test_row_that_cannot_be_read_is_told_with_its_number(row: list[str], words: str) -> None:
    assert [words in text for text in texts(read(row))] == [True], texts(read(row))


def test_doubled_people_and_user_names_are_told() -> None:
    twice = ["610002", "王伟", "经办人", "", ""]
    assert texts(read(twice, twice)) == ["第 3 行：“王伟”与第 2 行重复；是同名的两个人，请写明用户名。"]
    head = ["用户名", "单位编码", "姓名", "角色"]
    rows = [["ww", "610002", "王伟", "经办人"], ["WW", "610002", "王伟", "经办人"], ["王", "610002", "张", "经办人"]]
    assert [text[:12] for text in texts(read(*rows, head=head))] == [
        "第 3 行：用户名 ww 与"[:12],
        "第 4 行：用户名“王”应"[:12],
    ]


@pytest.mark.parametrize(("rows", "words"), [
    ([], "里面没有内容"),
    ([["王伟", "经办人"]], "没有找到表头"),
    ([HEAD], "表头下面没有人员"),
    ([HEAD, *[["610002", f"人{n}", "经办人", "", ""] for n in range(301)]], "超过 300 人"),
])  # fmt: skip
def test_list_that_is_none_is_refused_whole(rows: list[list[str]], words: str) -> None:
    found = people.read([SheetRows("", [SheetRow.of(n, cells) for n, cells in enumerate(rows, 1)])], OFFICES)
    assert [words in error.message for error in found.errors] == [True]
    assert found.rows == ()


HELD = HeldPerson(7, "610002-01", "王伟", ("drafter",), "610002", "5051234")


def test_new_people_get_free_user_names_from_the_unit_code() -> None:
    rows = [
        PersonRow("李主任", ("head",), "610002"),
        PersonRow("新人", ("drafter",), "610002"),
        PersonRow("甲", ("auditor",)),
    ]
    plan = people.compare([HELD], [*rows, PersonRow("乙", ("drafter",), "610002", "610002-03")])
    assert [row.username for row in plan.new] == ["610002-02", "610002-04", "czj-01", "610002-03"]


def test_known_people_are_compared_and_blank_cells_keep_what_is() -> None:
    same = PersonRow("王伟", ("drafter",), "610002")
    assert people.compare([HELD], [same]).unchanged_count == 1
    plan = people.compare([HELD], [replace(same, roles=("drafter", "head"), phone="5059999")])
    assert plan.changed[0].words == [("角色", "经办人", "经办人、单位负责人"), ("电话", "5051234", "5059999")]
    renamed = people.compare([HELD], [replace(same, name="王玮", username="610002-01")])
    assert renamed.changed[0].words == [("姓名", "王伟", "王玮")]
    reviewer = HeldPerson(8, "czj-01", "陈", ("reviewer",), assigned=("610",))
    kept = people.compare([reviewer], [PersonRow("陈", ("reviewer",))])
    assert kept.unchanged_count == 1


def test_account_that_two_rows_mean_or_that_is_disabled_is_an_error() -> None:
    row = PersonRow("王伟", ("drafter",), "610002", line=2)
    other = replace(row, username="610002-01", line=3)
    assert ["同一个账号" in error.message for error in people.compare([HELD], [row, other]).errors] == [True]
    assert ["已停用" in error.message for error in people.compare([replace(HELD, active=False)], [row]).errors] == [
        True
    ]
    twin = replace(HELD, id=8, username="ww")
    assert ["请写明用户名" in error.message for error in people.compare([HELD, twin], [row]).errors] == [True]
