"""The structure of the Word document: headings, contents, the merged cells of the form."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings

from portal.domain.documents import (
    DepartmentDocument,
    Duty,
    Indicator,
    PerformanceText,
    ProjectDocument,
    Safeguard,
)
from portal.formats import text, word
from tests.formats.generated import performance_texts

SEED = text.read((Path(__file__).parents[1] / "data" / "gucheng-2020.txt").read_bytes()).text


def opened(written: PerformanceText, anchor: str = "") -> Any:
    return docx.Document(io.BytesIO(word.write(written, anchor)))


def cells(row: Any) -> list[tuple[str, int, str]]:
    """Text, columns and vertical merging of each cell that is really there."""
    found = []
    for cell in row._tr.tc_lst:
        shown = "\n".join(paragraph.text for paragraph in cell.p_lst)
        merge = cell.tcPr.find(qn("w:vMerge"))
        found.append((shown, cell.grid_span, "" if merge is None else merge.get(qn("w:val"))))
    return found


def shape(table: Any) -> list[list[tuple[str, str]]]:
    return [[(shown, merge) for shown, _, merge in cells(row)] for row in table.rows]


def words(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


@pytest.fixture(scope="module")
def seed() -> Any:
    return opened(SEED, "第 12 号 3fa4")


def test_page_is_a4(seed: Any) -> None:
    section = seed.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_headings_are_those_of_parts_sections_and_tables(seed: Any) -> None:
    found = [(p.style.name, p.text) for p in seed.paragraphs if p.style.name in ("Heading 1", "Heading 2")]
    titles = [("Heading 2", f"{table.ordinal}、{table.project_name}绩效目标表") for table in SEED.tables]
    assert found == [
        ("Heading 1", "第一部分　部门整体绩效目标"),
        ("Heading 2", "一、总体绩效目标"),
        ("Heading 2", "二、分项绩效目标"),
        ("Heading 2", "三、工作保障措施"),
        ("Heading 1", "第二部分　预算项目绩效目标"),
        *titles,
    ]


def test_contents_are_a_filled_field_with_a_page_reference_for_each_heading(seed: Any) -> None:
    xml = seed.element.xml
    instructions = [found.strip() for found in re.findall(r"<w:instrText[^>]*>([^<]*)<", xml)]
    bookmarks = re.findall(r'<w:bookmarkStart [^>]*w:name="(\w+)"', xml)
    assert instructions == ['TOC \\o "1-2" \\h \\z \\u', *(f"PAGEREF {name} \\h" for name in bookmarks)]
    lines = [p.text for p in seed.paragraphs if p.style.name.startswith("toc ")]
    assert lines[:2] == ["第一部分　部门整体绩效目标\t2", "一、总体绩效目标\t2"]
    assert lines[-1] == "8、综合事务经费绩效目标表\t12"
    assert len(lines) == len(bookmarks) == 13


def test_table_has_the_rows_and_merged_cells_of_the_form(seed: Any) -> None:
    assert len(seed.tables) == 8
    scale = "≧90%为优；80%-90%为良；70%-80%为中；70%以下为差。"
    goals = "1、用于弥补单位经费，用于预算外人员工资。\n2、用于弥补单位经费，用于预算外人员保险。"
    budget = ("预算数", "23000.00", "其中：财政资金", "23000.00", "其他资金", "")
    columns = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")
    plan = ("3月底", "6月底", "10月底", "12月底")
    row = ("及时率", "及时发放预算外人员工资，缴纳保险", scale, "冀财资[2017]674号")
    below = ("足额率", "足额发放预算外人员工资，缴纳保险", scale, "冀财资[2017]674号")

    def plain(*texts: str) -> list[tuple[str, str]]:
        return [(shown, "") for shown in texts]

    assert shape(seed.tables[0])[:9] == [
        plain("项目编码", "610-1301-JBN-OTTA", "项目名称", "办事处工作经费"),
        [("预算规模及资金用途", "restart"), *plain(*budget)],
        [("", "continue"), *plain("非税收入用于弥补单位经费，用于预算外人员工资等。")],
        [("资金支出计划（%）", "restart"), *plain(*plan)],
        [("", "continue"), *plain("25.00", "60.00", "90.00", "100.00")],
        plain("绩效目标", goals),
        plain(*columns),
        [("产出指标", "restart"), *plain("时效指标", *row)],
        [("", "continue"), *plain("质量指标", *below)],
    ]


def test_every_row_fills_the_grid(seed: Any) -> None:
    for table in seed.tables:
        columns = len(table._tbl.tblGrid.gridCol_lst)
        assert {sum(span for _, span, _ in cells(row)) for row in table.rows} == {columns}


def test_equal_level_two_is_not_merged(seed: Any) -> None:
    assert [row[1] for row in shape(seed.tables[5])[7:]] == [
        ("质量指标", ""),
        ("社会效益指标", ""),
        ("社会效益指标", ""),
        ("服务对象满意度指标", ""),
    ]


def test_rows_do_not_split_and_the_first_repeats(seed: Any) -> None:
    rows = [row._tr.trPr for row in seed.tables[0].rows]
    assert [row.find(qn("w:cantSplit")) is not None for row in rows] == [True] * 11
    assert [row.find(qn("w:tblHeader")) is not None for row in rows] == [True] + [False] * 10


def test_office_and_unit_stand_above_the_table(seed: Any) -> None:
    assert words(seed).count("预算单位：610002秦皇岛市山海关区古城街道办事处\t单位：元") == 8


def test_footer_shows_page_and_audit_record(seed: Any) -> None:
    assert [p.text for p in seed.sections[0].footer.paragraphs] == ["第 1 页　共 1 页", "审计记录：第 12 号 3fa4"]
    assert [p.text for p in opened(SEED).sections[0].footer.paragraphs] == ["第 1 页　共 1 页"]


def test_fonts_are_chinese_ones(seed: Any) -> None:
    fonts = {
        name: seed.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Cell", "Text", "Heading 1", "Heading 2", "Title")
    }
    assert fonts == {
        **dict.fromkeys(("Normal", "Cell", "Text"), "宋体"),
        **dict.fromkeys(("Heading 1", "Heading 2", "Title"), "黑体"),
    }


def test_plain_text_comes_out_as_it_was() -> None:
    lines = "=SUM(A1)\n540*12*15，元*12*15\na_b_c，<b>&amp;\n1、甲"
    assert words(opened(PerformanceText(DepartmentDocument(overall=lines))))[-7:-2] == [
        "一、总体绩效目标",
        *lines.split("\n"),
    ]


def test_markdown_shows_as_runs_items_and_addresses() -> None:
    overall = "甲 **乙** *丙* \\*丁\\*\n- 戊 [己](https://a.b/c)"
    document = opened(PerformanceText(DepartmentDocument(overall=overall)))
    first, second = document.paragraphs[-4:-2]
    assert [(run.text, bool(run.bold), bool(run.italic)) for run in first.runs if run.text.strip()] == [
        ("甲 ", False, False),
        ("乙", True, False),
        ("丙", False, True),
        ("*", False, False),
        ("丁", False, False),
        ("*", False, False),
    ]
    assert (second.style.name, second.text) == ("Item", "• 戊 己（https://a.b/c）")


def test_duties_and_safeguards_are_numbered() -> None:
    department = DepartmentDocument("", (Duty("d001", "甲", "子\n\n丑"),), (Safeguard("s001", "乙", "寅"),))
    assert words(opened(PerformanceText(department)))[-7:] == [
        "二、分项绩效目标",
        "一、甲",
        "绩效目标：子",
        "丑",
        "三、工作保障措施",
        "一、乙",
        "寅",
    ]


def test_characters_that_xml_has_not_are_replaced() -> None:
    project = ProjectDocument(goals="甲\ufffe乙", indicators=(Indicator("a001", "\uffff"),))
    (table,) = opened(PerformanceText(tables=(project,))).tables
    assert [row[-1][0] for row in shape(table)][5] == "甲\ufffd乙"


def test_text_of_nothing_but_marks_is_written() -> None:
    marks = "*_[" * 20_000
    written = "".join(words(opened(PerformanceText(DepartmentDocument(overall=marks)))))
    assert written.count("[") == 20_000


def test_table_of_many_rows_and_blank_table_are_written() -> None:
    rows = tuple(Indicator(f"a{n:05d}", "产出指标", "质量指标", f"第{n}项") for n in range(300))
    long = replace(SEED.tables[0], indicators=rows)
    document = opened(PerformanceText(tables=(long, ProjectDocument())))
    assert [len(table.rows) for table in document.tables] == [307, 7]
    assert [row[0][1] for row in shape(document.tables[0])[7:]] == ["restart"] + ["continue"] * 299


@given(performance_texts)
@settings(max_examples=25, deadline=None)
def test_every_document_is_written_with_one_table_a_project(written: PerformanceText) -> None:
    assert len(opened(written).tables) == len(written.tables)
