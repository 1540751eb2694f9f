"""What reading any list shares: heads of any kind of list, rows that announce nothing, offices by code or name."""

from __future__ import annotations

import pytest

from portal.domain.errors import Invalid
from portal.domain.rosters import Head, OfficeIndex, RosterReader, SheetRow, SheetRows, find_sheet

HEAD = Head(
    {"code": ("物品编码", "编码"), "name": ("物品名称", "名称"), "note": ("备注",)},
    anchors=("code", "name"),
    keys=("code",),
)
OFFICES = {"061001": "东街小学", "610002": "古城街道", "610003": "同名", "610004": "同名"}


def sheet(name: str, *lines: str) -> SheetRows:
    return SheetRows(name, [SheetRow.of(n, line.split(" ")) for n, line in enumerate(lines, 1)])


def test_head_is_found_below_titles_by_any_of_its_captions() -> None:
    found = find_sheet([sheet("说明", "填表说明"), sheet("表一", "一览表", "备注 名称* 编码（文本）", "x 锤 1")], HEAD)

    assert found is not None
    read, columns, told = found
    assert columns is not None
    assert (read.name, columns.places, columns.first) == ("表一", {"note": 0, "name": 1, "code": 2}, 2)
    assert told == ["只读了工作表“表一”，没有读：说明。"]


def test_sheets_without_text_hold_no_list() -> None:
    assert find_sheet([sheet("表一", "", "")], HEAD) is None


def test_head_names_the_missing_columns_by_their_labels() -> None:
    columns = HEAD.find(sheet("", "编码 名称").rows)

    assert columns is not None
    assert HEAD.missing(columns, ["code", "note"]) == ["备注"]


def test_reader_passes_over_blank_rows_totals_headings_and_repeated_heads() -> None:
    rows = sheet("", "编码 名称", "1 锤", " ", "小计 ", " 五金", "编码 名称", "2 共计", "3").rows
    columns = HEAD.find(rows)
    assert columns is not None
    reader = RosterReader(HEAD, columns)

    assert [row.line for row in reader.announcing(rows)] == [2, 7, 8]
    assert list(reader.sentences()) == ["第 4 行是合计，没有读。", "第 5 行只有一格文字，没有读。"]


def test_reader_refuses_formulas_with_the_label_of_their_column() -> None:
    rows = sheet("", "编码 名称", "=A1 锤").rows
    columns = HEAD.find(rows)
    assert columns is not None
    reader = RosterReader(HEAD, columns)

    reader.refuse_formulas(rows[1], ["code", "name"])

    assert [error.text for error in reader.errors] == [
        "第 2 行：物品编码是公式“=A1”；请改成值（选择性粘贴为数值）再导入。"
    ]


@pytest.mark.parametrize("text", ["610002", "610002古城街道", "[610002]古城街道", "古城街道"])
def test_office_is_known_by_code_or_name(text: str) -> None:
    assert OfficeIndex(OFFICES).code_of(text) == "610002"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("61001", "在系统里是“061001”"),
        ("6.1E+05", "科学计数法"),
        ("7", "没有编码为“7”的单位"),
        ("同名", "有几个单位都叫"),
    ],
)
def test_office_that_is_not_known_is_told_why(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        OfficeIndex(OFFICES).code_of(text)
