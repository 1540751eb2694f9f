"""Lists of the register as files: workbooks with titles, merged heads and formulas, CSV in several encodings."""

from __future__ import annotations

from io import BytesIO

import pytest
import xlsxwriter

from portal.domain.errors import Refused
from portal.domain.register import RegisterReading, read
from portal.formats import rosters

OFFICES = {"610002": "古城街道办事处", "061001": "东街中心小学"}


def workbook(*rows: list[object], merges: tuple[str, ...] = (), name: str = "清单") -> bytes:
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for bounds in merges:
            sheet.merge_range(bounds, "")
        for n, row in enumerate(rows):
            for column, value in enumerate(row):
                if value != "":
                    sheet.write(n, column, value)
    return data.getvalue()


def reading(data: bytes, name: str = "清单.xlsx") -> RegisterReading:
    return read(rosters.read(name, data), OFFICES, "")


def test_workbook_with_title_unit_merged_head_and_merged_offices_is_read() -> None:
    data = workbook(
        ["2027 年应报清单"],
        ["单位：万元"],
        ["预算单位", "", "项目", "", "金额", "是否重点"],
        ["编码", "名称", "编码", "名称"],
        ["610002", "古城街道办事处", "610-1", "甲", 2.5, "是"],
        ["", "", "610-2", "乙", 3],
        merges=("A1:F1", "A3:B3", "C3:D3", "E3:E4", "F3:F4", "A5:A6", "B5:B6"),
    )

    found = reading(data)

    assert found.errors == []
    assert [(row.office_code, row.code, row.amount_fen, row.is_key) for row in found.rows] == [
        ("610002", "610-1", 2_500_000, True),
        ("610002", "610-2", 3_000_000, False),
    ]
    assert found.told == ["表里的金额以万元为单位，已换算成元。"]


def test_formula_counts_by_the_value_stored_with_it_and_one_without_is_an_error_of_its_row() -> None:
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["单位编码", "项目编码", "项目名称", "金额"])
        for n, value in ((1, 700), (2, "")):
            sheet.write_row(n, 0, ["610002", f"610-{n}", "甲"])
            sheet.write_formula(n, 3, "=300+400", value=value)

    found = reading(data.getvalue())

    assert [row.amount_fen for row in found.rows] == [70_000]
    assert [error.text[:11] for error in found.errors] == ["第 3 行：没有金额；"]


def test_office_code_that_a_workbook_holds_as_a_number_is_named_with_its_row() -> None:
    found = reading(workbook(["单位编码", "项目编码", "项目名称", "金额"], [61001, "610-1", "甲", 1]))

    assert found.errors[0].text.startswith("第 2 行：单位编码“61001”在系统里是“061001”")


def test_second_sheet_with_the_head_is_read_and_the_other_named() -> None:
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        book.add_worksheet("说明").write(0, 0, "填报说明")
        sheet = book.add_worksheet("清单")
        sheet.write_row(0, 0, ["单位编码", "项目编码", "项目名称", "金额"])
        sheet.write_row(1, 0, ["610002", "610-1", "甲", 1])

    found = reading(data.getvalue())

    assert len(found.rows) == 1
    assert found.told == ["只读了工作表“清单”，没有读：说明。"]


def test_workbook_of_fifty_thousand_rows_is_refused_in_one_sentence() -> None:
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for n in range(50_000):
            sheet.write_row(n, 0, ["610002", f"610-{n}", "甲", 1])

    with pytest.raises(Refused, match="超过 20,000 行"):
        reading(data.getvalue())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_each_encoding_with_codes_kept_as_text(encoding: str) -> None:
    text = '单位编码,项目编码,项目名称,金额\r\n="061001",\'610-1,"甲,乙","1,000"\r\n'

    found = reading(text.encode(encoding), "清单.csv")

    assert [(row.office_code, row.code, row.name, row.amount_fen) for row in found.rows] == [
        ("061001", "610-1", "甲,乙", 100_000)
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b""),
        ("a.csv", b"\0\1\2"),
        ("a.pdf", b"%PDF-1.4"),
        ("a.csv", b'a,b\n"c'),
        ("a.html", b"<table></table>"),
    ],
)
def test_file_that_is_no_list_is_refused_in_one_sentence(name: str, data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        rosters.read(name, data)
    assert refusal.value.message.endswith("。")
    assert "\n" not in refusal.value.message
