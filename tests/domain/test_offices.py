"""The tree of offices as codes, and reading and comparing lists of offices."""

from __future__ import annotations

import pytest

from portal.domain.offices import MAX_OFFICES, OfficeRow, circles, compare, covering, lineage, read
from portal.domain.rosters import Reading, SheetRow, SheetRows
from portal.formats import rosters

HELD = {
    "0610": OfficeRow("0610", "街道管理中心", "", "0335-5051234"),
    "0610002": OfficeRow("0610002", "古城街道办事处", "0610", ""),
}
HEAD = "单位编码\t单位名称\t上级单位\t电话"


def reading(*lines: str) -> Reading[OfficeRow]:
    return read(rosters.read_text("\n".join(lines)), HELD)


def errors(*lines: str) -> list[str]:
    return [error.text for error in reading(*lines).errors]


# --- the tree --------------------------------------------------------------------------------------


def test_circles_are_found_whatever_leads_into_them() -> None:
    parents = {"1": "2", "2": "3", "3": "2", "4": "4", "5": "6", "6": ""}
    assert circles(parents) == [["2", "3", "2"], ["4", "4"]]
    assert circles({"5": "6", "7": "6"}) == []


def test_lineage_goes_from_the_top_down_and_ends_where_it_is_too_long() -> None:
    assert lineage("3", {"3": "2", "2": "1"}) == "/1/2/3/"
    chain = {f"{n:012d}": f"{n - 1:012d}" for n in range(2, 40)}
    assert lineage(f"{15:012d}", chain).count("/") == 16
    assert lineage(f"{16:012d}", chain) == ""


def test_nearest_assigned_office_covers() -> None:
    assert covering("/1/2/3/", {"1", "2"}) == "2"
    assert covering("/1/2/3/", {"3"}) == "3"
    assert covering("/1/2/3/", {"4"}) == ""


# --- lists -----------------------------------------------------------------------------------------


def test_list_is_read_below_titles_with_parents_by_code_or_name() -> None:
    found = reading(
        *("2027 年预算单位一览表", "主管部门\t联系电话\t名称\t编码", "街道管理中心\t5051234\t南关街\u200b道\t0610003"),
        *("0610003\t\t南关中心\t061000301", "\t\t2 个\t合计"),
    )

    assert found.errors == []
    assert found.rows == [
        OfficeRow("0610003", "南关街道", "0610", "5051234", 3),
        OfficeRow("061000301", "南关中心", "0610003", None, 4),
    ]


def test_blank_cells_of_a_list_change_nothing() -> None:
    found = reading(HEAD, "0610\t街道管理中心\t\t", "0610002\t古城街道办事处\t\t5059999")
    plan = compare(HELD, found.rows)

    assert plan.new == []
    assert [change.words for change in plan.changed] == [[("电话", "无", "5059999")]]
    assert plan.unchanged_count == 1


def test_plan_names_what_is_new_and_what_changes() -> None:
    plan = compare(HELD, reading(HEAD, "0610002\t古城\t\t", "0610003\t南关\t0610\t").rows)

    assert plan.new == [OfficeRow("0610003", "南关", "0610", "", 3)]
    assert [change.words for change in plan.renamed] == [[("名称", "古城街道办事处", "古城")]]
    assert plan.digest != compare(HELD, []).digest


def test_parent_of_merged_cells_holds_for_all_their_rows() -> None:
    rows = [
        SheetRow(1, ["上级", "编码", "名称"], ["上级", "编码", "名称"]),
        SheetRow(2, ["0610", "0610003", "甲"], ["0610", "0610003", "甲"]),
        SheetRow(3, ["", "0610004", "乙"], ["0610", "0610004", "乙"]),
    ]
    assert [row.parent for row in read([SheetRows("表一", rows)], HELD).rows] == ["0610", "0610"]


def test_list_without_a_head_is_read_in_the_usual_order() -> None:
    assert reading("0610003\t南关街道").rows == [OfficeRow("0610003", "南关街道", None, None, 1)]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["0610003\t甲\t\t", "0610003\t乙\t\t"], "第 3 行：单位编码 0610003 与第 2 行重复。"),
        (["610002\t古城\t\t"], "第 2 行：单位编码“610002”在系统里是“0610002”"),
        (["6.1E+09\t甲\t\t"], "第 2 行：单位编码“6.1E+09”是科学计数法"),
        (["=A1\t甲\t\t"], "第 2 行：单位编码是公式“=A1”"),
        (["0610003\t=B1\t\t"], "第 2 行：单位名称是公式“=B1”"),
        (["61\t甲\t\t"], "第 2 行：单位编码“61”不足 3 位"),
        (["甲乙丙\t甲\t\t"], "第 2 行：单位编码应为 3 到 12 位数字，而不是“甲乙丙”。"),
        (["\t甲\t0610\t"], "第 2 行：没有单位编码。"),
        (["0610003\t\t0610\t"], "第 2 行：没有单位名称。"),
        ([f"0610003\t{'名' * 201}\t\t"], "第 2 行：单位名称超过 200 字。"),
        (["0610003\t甲\t999\t"], "第 2 行：上级单位：没有编码为“999”的单位。"),
        (["0610003\t甲\t610\t"], "第 2 行：上级单位：单位编码“610”在系统或清单里是“0610”"),
        (["610003\t甲\t0610\t"], "第 2 行：单位编码“610003”与上级单位“0610”对不上"),
        (["0610003\t甲\t\t找小王"], "第 2 行：电话只写号码"),
        (["0610\t街道管理中心\t0610002\t"], "第 2 行：上级绕成了一圈：0610 → 0610002 → 0610；请核对这些单位的上级。"),
        (["0610003\t甲\t0610003\t"], "第 2 行：上级绕成了一圈：0610003 → 0610003；"),
    ],
)
def test_fault_is_told_with_its_row(lines: list[str], said: str) -> None:
    found = errors(HEAD, *lines)
    assert any(error.startswith(said) for error in found), found


def test_each_circle_is_told_once() -> None:
    lines = ["071\t甲\t072\t", "072\t乙\t071\t", "081\t丙\t082\t", "082\t丁\t081\t"]
    assert [error.partition("；")[0] for error in errors(HEAD, *lines)] == [
        "第 2 行：上级绕成了一圈：071 → 072 → 071",
        "第 4 行：上级绕成了一圈：081 → 082 → 081",
    ]


def test_offices_nested_without_end_are_refused() -> None:
    lines = [f"{n:012d}\t第{n}级\t{n - 1:012d}\t" if n > 1 else f"{n:012d}\t第{n}级\t\t" for n in range(1, 17)]
    assert errors(HEAD, *lines) == ["第 17 行：单位层级太深。"]


def test_equal_names_are_told() -> None:
    found = reading(HEAD, "0610003\t中心\t\t", "0610004\t中心\t\t")
    assert (found.errors, found.told) == ([], ["第 3 行的单位与前面的一个单位同名，请核对。"])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([""], "里面没有内容。"),
        (["这是一封信"], "没有找到表头"),
        ([HEAD], "表头下面没有单位。"),
        ([HEAD, *(f"{n:06d}\t甲\t\t" for n in range(MAX_OFFICES + 1))], "超过 1,000 行"),
    ],
)
def test_what_is_no_such_list_is_refused_in_one_sentence(lines: list[str], said: str) -> None:
    found = errors(*lines)
    assert len(found) == 1
    assert found[0].startswith(said)
