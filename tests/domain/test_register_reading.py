"""Reading of lists into entries of the register: what is read, what is told, what is an error of which row."""

from __future__ import annotations

import pytest

from portal.domain.register import EntryRow, RegisterReading, read
from portal.domain.rosters import SheetRow, SheetRows
from portal.formats import rosters

OFFICES = {"610002": "古城街道办事处", "061001": "东街中心小学", "620001": "南关街道办事处"}
PATTERN = r"^\d{3}-\d{4}$"
HEAD = "单位编码\t项目编码\t项目名称\t金额\t重点"


def reading(*lines: str, pattern: str = PATTERN) -> RegisterReading:
    return read(rosters.read_text("\n".join(lines)), OFFICES, pattern)


def errors(*lines: str) -> list[str]:
    return [error.text for error in reading(*lines).errors]


def test_list_with_a_head_is_read_in_any_order_of_columns() -> None:
    found = reading("项目名称\t重点\t预算数（元）\t项目代码\t预算单位", "经费\t是\t23,000.00\t610-0001\t南关街道办事处")

    assert found.errors == []
    assert found.rows == [EntryRow("620001", "610-0001", "经费", 2_300_000, True, 2)]


def test_list_without_a_head_is_read_in_the_usual_order() -> None:
    assert reading("610002\t610-0001\t经费\t100").rows == [EntryRow("610002", "610-0001", "经费", 10_000, line=1)]


def test_titles_totals_notes_and_repeated_heads_are_passed_over() -> None:
    found = reading(
        *("2027 年应报清单", "", HEAD, "610002\t610-0001\t甲\t1", "小计\t\t\t1", HEAD),
        *("610002\t610-0002\t乙\t2", "\t合 计\t\t3", "注：以上为一般公共预算"),
    )

    assert [row.code for row in found.rows] == ["610-0001", "610-0002"]
    assert found.errors == []
    assert found.told == ["第 5、8 行是合计，没有读。", "第 9 行只有一格文字，没有读。"]


@pytest.mark.parametrize("head", ["单位编码\t项目编码\t项目名称\t金额（万元）", f"金额单位：万元\n{HEAD}"])
def test_amounts_in_ten_thousands_are_converted_and_told(head: str) -> None:
    found = reading(head, "610002\t610-0001\t经费\t2.35")

    assert found.rows[0].amount_fen == 2_350_000
    assert "表里的金额以万元为单位，已换算成元。" in found.told


def test_unit_that_nobody_knows_is_refused() -> None:
    assert errors("单位编码\t项目编码\t项目名称\t金额（千元）", "610002\t610-0001\t经费\t2") == [
        "表头里的金额单位是“千元”，请换算成元或万元再导入。"
    ]


def test_head_of_two_rows_with_merged_cells_is_read() -> None:
    rows = [
        SheetRow(1, ["清单", "", "", "", ""], ["清单"] * 5),
        SheetRow(2, ["单位", "", "项目", "", "金额"], ["单位", "单位", "项目", "项目", "金额"]),
        SheetRow(3, ["编码", "名称", "编码", "名称", ""], ["编码", "名称", "编码", "名称", "金额"]),
        SheetRow(4, ["610002", "古城", "610-0001", "甲", "5"], ["610002", "古城", "610-0001", "甲", "5"]),
        SheetRow(5, ["", "", "610-0002", "乙", "6"], ["610002", "古城", "610-0002", "乙", "6"]),
    ]

    found = read([SheetRows("表一", rows)], OFFICES, PATTERN)

    assert [(row.office_code, row.name, row.amount_fen) for row in found.rows] == [
        ("610002", "甲", 500),
        ("610002", "乙", 600),
    ]
    assert (found.errors, found.told) == ([], [])


def test_blank_office_below_another_is_read_as_merged_and_told() -> None:
    found = reading(HEAD, "610002\t610-0001\t甲\t1", "\t610-0002\t乙\t2")

    assert [row.office_code for row in found.rows] == ["610002", "610002"]
    assert found.told == ["第 3 行没有写单位，按上面一行的单位读。"]


def test_invisible_characters_and_line_breaks_are_taken_out() -> None:
    found = reading(HEAD, '610002\u200b\t610-0001\ufeff\t"社区\n工作经费"\t１２,０００')

    assert found.rows == [EntryRow("610002", "610-0001", "社区工作经费", 1_200_000, line=2)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("610002\t610-0001\t甲\t1", "第 3 行：项目编码 610-0001 与第 2 行重复（同一单位 610002）。"),
        ("999999\t610-0002\t甲\t1", "第 3 行：没有编码为“999999”的单位。"),
        ("61001\t610-0002\t甲\t1", "第 3 行：单位编码“61001”在系统里是“061001”：多半是表格软件"),
        ("610002\t61-0002\t甲\t1", "第 3 行：项目编码“61-0002”少了开头的 0：多半是表格软件"),
        ("610002\t6.1E+11\t甲\t1", "第 3 行：项目编码“6.1E+11”是科学计数法，末尾的数字已经丢失"),
        ("610002\t610-0002\t\t1", "第 3 行：没有项目名称。"),
        ("610002\t\t甲\t1", "第 3 行：没有项目编码。"),
        ("610002\t610-0002\t甲\t", "第 3 行：没有金额"),
        ("610002\t610-0002\t甲\t约五万", "第 3 行：金额“约五万”不是可以计算的金额"),
        ("610002\t610-0002\t甲\t-5", "第 3 行：金额“-5”是负数"),
        ("610002\t610-0002\t甲\t=SUM(D1:D9)", "第 3 行：金额是公式“=SUM(D1:D9)”；请改成值"),
        ("610002\t610-0002\t甲\t1\t大概", "第 3 行：“重点”一栏是“大概”"),
        (f"610002\t610-0002\t{'长' * 201}\t1", "第 3 行：项目名称超过 200 字。"),
    ],
)
def test_faulty_row_is_named_with_its_line(row: str, message: str) -> None:
    found = errors(HEAD, "610002\t610-0001\t甲\t1", row)

    assert len(found) == 1
    assert found[0].startswith(message)


def test_amount_as_text_is_read_where_it_can_mean_one_thing() -> None:
    found = reading(HEAD, "610002\t610-0001\t甲\t3.5万元", "610002\t610-0002\t乙\t￥2000元")

    assert [row.amount_fen for row in found.rows] == [3_500_000, 200_000]
    assert found.told == ["第 2、3 行的金额不是纯数字，已按数读；请在下面核对。"]


def test_code_against_the_pattern_of_the_year_is_told_but_no_error() -> None:
    found = reading(HEAD, "610002\tXM-1\t甲\t1")

    assert len(found.rows) == 1
    assert found.told == ["第 2 行的项目编码不合本年度的编码格式，单位照此填报会被检查出来；请核对。"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["甲\t乙\t丙"], "没有找到表头"),
        (["项目编码\t项目名称", "610-0001\t甲"], "表头里没有找到：单位编码、金额。"),
        ([HEAD], "表头下面没有项目。"),
        ([""], "里面没有内容。"),
    ],
)
def test_list_that_is_none_is_refused_in_one_sentence(lines: list[str], message: str) -> None:
    found = errors(*lines)

    assert len(found) == 1
    assert found[0].startswith(message)


def test_list_of_fifty_thousand_rows_is_refused_in_one_sentence() -> None:
    rows = [SheetRow.of(n, ["610002", f"610-{n}", "甲", "1"]) for n in range(2, 50_002)]
    found = read([SheetRows("", [SheetRow.of(1, HEAD.split("\t")), *rows])], OFFICES, "")

    assert [error.text for error in found.errors] == ["超过 20,000 行；请分成几份导入，每份不超过 20,000 行。"]


def test_errors_stop_at_a_number_that_a_person_can_read() -> None:
    assert len(reading(HEAD, *["999999\t610-0001\t甲\t1"] * 500).errors) == 200
