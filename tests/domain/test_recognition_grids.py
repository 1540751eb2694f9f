"""Grids of tables that others made: several below each other, captions beside and above values, rows of lists."""

from __future__ import annotations

import pytest

from portal.domain import documents, forms
from portal.domain.documents import Document, Indicator, ProjectDocument
from portal.domain.forms.recognition import Recognition, recognise_all
from tests.domain.drawings import grid

FORMS = tuple(forms.get(id) for id in forms.available())
HEAD = "一级指标 | 二级指标 | 三级指标 | 指标值"


def read(*lines: str, form: str = "hebei-2017") -> Recognition:
    return recognise_all(grid("\n".join(lines)), forms.likeliest(form), lambda name, n: f"{n:04d}")


def only(*lines: str, form: str = "hebei-2017") -> Document:
    (found,) = read(*lines, form=form).tables
    return found.document


def project(name: str, amount: str = "5") -> list[str]:
    return [
        f"项目名称 | {name}→3",
        f"预算数 | {amount} | 绩效目标 | {name}完工",
        HEAD,
        f"产出指标 | 数量指标 | {name}长度 | ≥1公里",
    ]


def names(found: Recognition) -> list[str]:
    return [documents.value_at(each.document, "project_name") or "" for each in found.tables]


def rows_of(document: Document) -> list[tuple[str, str, str, str]]:
    assert isinstance(document, ProjectDocument)
    return [(row.level1, row.level2, row.level3, row.target_value) for row in document.indicators]


# --- several tables below each other --------------------------------------------------------------


def test_table_without_a_title_begins_where_a_project_is_named_again() -> None:
    found = read(*project("修路"), *project("修桥"), *project("种树"))
    assert names(found) == ["修路", "修桥", "种树"]
    assert [len(rows_of(each.document)) for each in found.tables] == [1, 1, 1]


def test_lines_directly_above_belong_to_the_table_below() -> None:
    found = read(*project("修路"), "（2024年度）→4", "单位：万元→4", *project("修桥"))
    assert [forms.yuan(each.document, "budget/total") for each in found.tables] == [5, 50_000]
    assert names(found) == ["修路", "修桥"]


def test_titles_divide_tables_and_one_over_two_lines_is_one() -> None:
    found = read(
        *["修路绩效目标表→4", "项目支出绩效目标申报表→4", *project("修路")],
        *["修桥绩效目标表→4", "项目支出绩效目标申报表→4", *project("修桥")],
    )
    assert names(found) == ["修路", "修桥"]
    assert [each.unplaced for each in found.tables] == [(), ()]


def test_title_of_a_list_within_a_table_begins_no_table() -> None:
    lines = project("修路")
    assert names(read(*lines[:2], "年度绩效目标表→4", *lines[2:])) == ["修路"]


def test_other_table_below_a_target_table_is_told_by_its_title() -> None:
    found = read("项目支出绩效目标表→4", *project("修路"), "项目支出绩效自评表→4", *project("修桥"))
    assert names(found) == ["修路"]
    ((other, cells),) = found.others
    assert (other.title, other.is_performance) == ("项目支出绩效自评表", True)
    assert "修桥" in {cell.text for cell in cells} and "修路" not in {cell.text for cell in cells}


@pytest.mark.parametrize(
    ("title", "told"),
    [("2024年1月 工资发放表", "2024年1月工资发放表"), ("项目绩效目标表", ""), ("说明如下", "")],
)
def test_table_of_another_kind_is_told_by_its_title_if_that_is_one(title: str, told: str) -> None:
    found = read(f"{title}→2", "姓名 | 金额", "张三 | 5")
    assert (found.tables, [(other.title, other.is_performance) for other, _ in found.others]) == ((), [(told, False)])


# --- all projects of an office in one list ---------------------------------------------------------

LIST = "项目名称 | 预算数 | 一级指标 | 二级指标 | 三级指标 | 指标值"


def test_project_in_a_list_has_the_rows_below_its_name_until_another_is_named() -> None:
    found = read(
        LIST,
        "修路 | 5 | 产出指标 | 数量指标 | 长度 | ≥1公里",
        " | | 产出指标 | 质量指标 | 合格率 | ≥95%",
        "修路 | 5 | 效果指标 | 社会效益指标 | 受益人口 | ≥3人",
        "修桥 | 6 | 产出指标 | 数量指标 | 座数 | ≥1座",
    )
    assert names(found) == ["修路", "修桥"]
    assert [[row[2] for row in rows_of(each.document)] for each in found.tables] == [
        ["长度", "合格率", "受益人口"],
        ["座数"],
    ]
    assert [documents.value_at(each.document, "budget/total") for each in found.tables] == ["5", "6"]
    assert [cell.text for each in found.tables for cell in each.unplaced] == []


def test_rows_of_sums_and_of_no_project_are_told_with_the_first() -> None:
    found = read(
        LIST,
        " | | 产出指标 | 数量指标 | 无主 | 1",
        "修路 | 5 | 产出指标 | 数量指标 | 长度 | ≥1公里",
        "小计 | 7 | | | |",
        "两项 | 8 | | | |",
        "修桥 | 6 | 产出指标 | 数量指标 | 座数 | ≥1座",
    )
    assert names(found) == ["修路", "修桥"]
    first, second = ([cell.text.rpartition("：")[2] for cell in each.unplaced] for each in found.tables)
    assert {"无主", "小计", "7", "两项", "8"} <= set(first)
    assert second == []


# --- captions and values ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ["项目名称 | 修路 | 绩效目标 | 完工"],
        ["项目名称 | 绩效目标", "修路 | 完工"],
        ["项目名称 | | 绩效目标 |", "修路 | | 完工 |"],
        ["项目名称→2 | 修路→2", "绩效目标→2 | 完工→2"],
        ["项目名称： | 修路", "年度\\n绩效目标： | 完工"],
    ],
)
def test_value_stands_beside_its_caption_or_below_it(lines: list[str]) -> None:
    document = only(*lines, HEAD, "产出指标 | 数量指标 | 长度 | ≥1公里")
    assert isinstance(document, ProjectDocument)
    assert (document.project_name, document.goals) == ("修路", "完工")


def test_blank_cell_beside_a_caption_is_its_value_where_another_caption_stands_below() -> None:
    document = only("项目名称 | 修路", "资金用途 |", "绩效目标 | 完工", HEAD, "产出指标 | 数量指标 | 长度 | ≥1公里")
    assert isinstance(document, ProjectDocument)
    assert (document.purpose, document.goals) == ("", "完工")


def test_goal_of_the_year_is_taken_before_that_of_several_years() -> None:
    lines = [
        "项目名称 | 修路→3",
        "实施期目标 | 三年完工 | 年度目标 | 今年完工",
        HEAD,
        "产出指标 | 数量指标 | 长度 | 1公里",
    ]
    (found,) = read(*lines).tables
    assert documents.value_at(found.document, "goals") == "今年完工"
    assert [cell.text for cell in found.unplaced] == ["实施期目标：三年完工"]


def test_text_beside_a_caption_without_a_place_is_told_with_the_caption() -> None:
    lines = ["项目名称 | 修路 | 项目负责人 | 张三", *project("修路")[1:]]
    (found,) = read(*lines).tables
    assert [cell.text for cell in found.unplaced] == ["项目负责人：张三"]


def test_two_captions_are_too_few_for_a_table() -> None:
    assert read("项目名称 | 修路", "绩效目标 | 完工").tables == ()
    assert names(read("项目名称 | 修路", "绩效目标 | 完工", "资金用途 | 沥青")) == ["修路"]


# --- lists -----------------------------------------------------------------------------------------


def indicators(*lines: str, form: str = "hebei-2017") -> list[tuple[str, str, str, str]]:
    return rows_of(only("项目名称 | 修路→3", "绩效目标 | 完工→3", *lines, form=form))


def test_cell_merged_over_rows_gives_its_text_to_each() -> None:
    found = indicators(HEAD, "产出指标↓2 | 数量指标 | 长度 | ≥1公里", "质量指标 | 合格率 | ≥95%")
    assert found == [
        ("产出指标", "数量指标", "长度", "≥1公里"),
        ("产出指标", "质量指标", "合格率", "≥95%"),
    ]


@pytest.mark.parametrize(
    "foot",
    [
        "注：由财政部门审核→4",
        "备注 1：见附件→4",
        "※ 见附件→4",
        "合计 | | | 100",
        "联系人 | 张三 | 电话 | 1234",
        "联系人：张三\u3000联系电话：1234→4",
        "本表一式三份，由财政部门审核→4",
    ],
)
def test_line_below_a_list_is_no_row(foot: str) -> None:
    assert indicators(HEAD, "产出指标 | 数量指标 | 长度 | ≥1公里", foot) == [("产出指标", "数量指标", "长度", "≥1公里")]


def test_blank_row_and_row_that_a_template_left_are_no_rows() -> None:
    found = indicators(HEAD, "产出指标 | 数量指标 | 长度 | ≥1公里", " | | |", "产出指标 | 质量指标 | …… | ≥ %")
    assert found == [("产出指标", "数量指标", "长度", "≥1公里")]


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (["一级指标 | 三级指标 | 符号 | 指标值 | 计量单位", "产出指标 | 长度 | ≥ | 1 | 公里"], "≥1公里"),
        (["一级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位", "产出指标 | 长度 | 正向 | 1 | 公里"], "1公里"),
        (["一级指标 | 三级指标 | 指标值→2", "产出指标 | 长度 | ≥ | 1公里"], "≥1公里"),
        (
            ["一级指标↓2 | 三级指标↓2 | 指标值→3", "比较符号 | 数值 | 计量单位", "产出指标 | 长度 | ≥ | 1 | 公里"],
            "≥1公里",
        ),
    ],
)
def test_value_in_several_columns_is_joined(lines: list[str], value: str) -> None:
    (row,) = indicators(*lines)
    assert (row[2], row[3]) == ("长度", value)


def test_unit_beside_a_value_in_words_is_told_under_its_caption() -> None:
    lines = ["一级指标 | 三级指标 | 指标值 | 计量单位", "产出指标 | 面貌 | 改善 | 处"]
    (found,) = read("项目名称 | 修路→3", "绩效目标 | 完工→3", *lines).tables
    assert [cell.text for cell in found.unplaced] == ["计量单位：处"]


def test_number_of_days_is_a_date_only_where_a_time_is_asked_for() -> None:
    found = read(
        *project("修路")[:3],
        "产出指标 | 时效指标 | 完成 | 44561",
        "产出指标 | 数量指标 | 完工日期 | ≤44561",
        "产出指标 | 数量指标 | 长度 | 44561",
    ).tables[0]
    assert [row[3] for row in rows_of(found.document)] == ["2021年12月31日", "≤2021年12月31日", "44561"]
    assert len(found.converted) == 2


def test_list_of_several_years_beside_or_above_the_annual_one_is_left_out() -> None:
    beside = read(
        "项目名称 | 修路→5",
        "绩效目标 | 完工→5",
        "实施期指标→3 | 年度指标→3",
        "二级指标 | 三级指标 | 指标值 | 二级指标 | 三级指标 | 指标值",
        "数量指标 | 总长 | 9公里 | 数量指标 | 长度 | 1公里",
    ).tables[0]
    above = read(
        *["项目名称 | 修路→3", "绩效目标 | 完工→3", "实施期绩效指标→4", HEAD, "产出指标 | 数量指标 | 总长 | 9公里"],
        *["年度绩效指标→4", HEAD, "产出指标 | 数量指标 | 长度 | 1公里"],
    ).tables[0]
    for found, told in ((beside, "表里另有中长期"), (above, "中长期（实施期）的绩效指标有 1 行")):
        assert [row[2:] for row in rows_of(found.document)] == [("长度", "1公里")]
        assert [sentence.startswith(told) for sentence in found.converted] == [True]
        assert "总长" in " ".join(cell.text for cell in found.unplaced)


def test_rows_are_counted_through_all_tables_of_a_grid() -> None:
    ids = [row.id for each in read(*project("修路"), *project("修桥")).tables for row in _indicators(each.document)]
    assert ids == ["0001", "0002"]


def _indicators(document: Document) -> tuple[Indicator, ...]:
    assert isinstance(document, ProjectDocument)
    return document.indicators
