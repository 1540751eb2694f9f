"""Workbooks as offices make them: several tables on a sheet, heads in two rows, escapes, borders without merging."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from portal.domain.forms import Grid, GridCell
from portal.formats import files
from tests.formats.layout_files import as_docx, as_xlsx, drawing, grid
from tests.formats.layout_truth import LAYOUTS, Expected, seen

ALL_PROJECTS = """2023年部门预算项目绩效目标表→14
部门：某县水利局→7 | 单位：万元→7
序号↓2 | 单位名称↓2 | 项目编码↓2 | 项目名称↓2 | 预算金额→3 | 年度绩效目标↓2 | 绩效指标→6
合计 | 财政拨款 | 其他资金 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 计量单位
合计→4 | 130 | 120 | 10 | | | | | | |
1↓2 | 水库所↓2 | P001↓2 | 水库加固↓2 | 80↓2 | 80↓2 | 0↓2 | 完成加固↓2 | 产出指标↓2 | 数量指标 | 加固数量 | = | 2 | 座
质量指标 | 合格率 | ≥ | 95 | %
2 | 河道管理处 | P002 | 河道清淤 | 50 | 40 | 10 | 完成清淤 | 效益 | 生态 | 水质 | 定性 | 明显改善 |
填表人：王五→7 | 联系电话：123→7"""
PROJECTS = [
    Expected(
        "水库加固",
        "水库所",
        "800000",
        "800000",
        "完成加固",
        [("产出指标", "数量指标", "加固数量", "=2座"), ("产出指标", "质量指标", "合格率", "≥95%")],
    ),
    Expected("河道清淤", "河道管理处", "500000", "400000", "完成清淤", [("效益", "生态", "水质", "明显改善")]),
]


def without_merges(held: Grid) -> Grid:
    """Cells merged across rows as one text with blank cells below it."""
    below = [
        GridCell(row, cell.column, 1, cell.colspan, "")
        for cell in held.cells
        for row in range(cell.row + 1, cell.end_row)
        if cell.row > 3
    ]
    cells = [replace(cell, rowspan=1) if cell.row > 3 else cell for cell in held.cells]
    return Grid(tuple(sorted([*cells, *below], key=lambda cell: (cell.row, cell.column))))


def repeated_in_each_row(held: Grid) -> Grid:
    cells = [
        replace(cell, row=row, rowspan=1) if cell.row > 3 else cell
        for cell in held.cells
        for row in (range(cell.row, cell.end_row) if cell.row > 3 else (cell.row,))
    ]
    return Grid(tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))


@pytest.mark.parametrize("changed", [lambda held: held, without_merges, repeated_in_each_row])
@pytest.mark.parametrize("made", [as_xlsx, as_docx])
def test_all_projects_under_a_head_of_two_rows_are_read(
    made: Callable[[Grid], bytes], changed: Callable[[Grid], Grid]
) -> None:
    found = files.read("a", made(changed(grid(ALL_PROJECTS))))
    assert [seen(table) for table in found.text.tables] == PROJECTS


def test_tables_side_by_side_are_read() -> None:
    left, right = grid(drawing("10")), grid(drawing("20"))
    moved = (replace(cell, column=cell.column + left.width + 1) for cell in right.cells)
    found = files.read("a", as_xlsx(Grid((*left.cells, *moved))))
    assert [seen(table) for table in found.text.tables] == [*LAYOUTS["10-anhui-county"], *LAYOUTS["20-tianjin"]]


def test_head_that_is_repeated_between_projects_is_no_row() -> None:
    lines = ALL_PROJECTS.split("\n")
    found = files.read("a", as_xlsx("\n".join([*lines[:7], *lines[2:4], *lines[7:]])))
    assert [seen(table) for table in found.text.tables] == PROJECTS


def test_escaped_line_end_is_a_line_end() -> None:
    (table,) = files.read("a", as_xlsx(drawing("10").replace("完成除险加固", "完成\r\\n加固_x000D_"))).text.tables
    assert table.goals == "完成\n加固_x000D_"


def test_level_that_is_written_apart_is_closed_up() -> None:
    (table,) = files.read("a", as_xlsx(drawing("10").replace("产出指标", "产出 指标"))).text.tables
    assert table.indicators[0].level1 == "产出指标"


def test_sheets_of_one_project_stay_two_tables() -> None:
    (table,) = LAYOUTS["10-anhui-county"]
    found = files.read("a", as_xlsx(drawing("10"), drawing("10")))
    assert [seen(each) for each in found.text.tables] == [table, table]


def test_lines_on_a_sheet_without_a_table_are_told_each() -> None:
    found = files.read("a", as_xlsx("2021年绩效目标\n某县水利局", drawing("10"), names=["封面", "项目"]))
    assert [seen(table) for table in found.text.tables] == LAYOUTS["10-anhui-county"]
    assert [left.text for left in found.unplaced][:2] == ["2021年绩效目标", "某县水利局"]


def test_numbers_of_rows_and_units_are_not_told_and_words_for_signs_once() -> None:
    source = """项目绩效目标表→6
项目名称 | 甲→2 | 其中：省级财政资金 | 5 | 单位：元
序号 | 二级指标 | 三级指标 | 符号 | 指标值 | 计量单位
1 | 数量指标 | 里程 | ≥ | 5 | 公里
2 | 质量指标 | 质量 | 定性 | 优 |
3 | 质量指标 | 外观 | 定性 | 良 | """
    found = files.read("a", as_xlsx(source))
    assert [row.target_value for row in found.text.tables[0].indicators] == ["≥5公里", "优", "良"]
    assert [left.text for left in found.unplaced] == ["其中：省级财政资金：5"]
    assert found.converted == ("第 1 张表：符号“定性”没有读入，这些指标值按文字读入。",)
