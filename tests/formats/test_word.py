"""The structure of the Word document: headings, contents, the merged cells of the form."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import documents, forms, markup
from portal.domain.documents import (
    Budget,
    DepartmentDocument,
    Document,
    Duty,
    Indicator,
    Kind,
    PerformanceText,
    ProjectDocument,
    Safeguard,
)
from portal.domain.forms import Form
from portal.domain.imprint import DocumentState, Imprint
from portal.domain.target_values import parts
from portal.formats import text
from tests.domain.form_documents import FORMS, in_form
from tests.formats.generated import performance_texts
from tests.formats.word_files import all_words, cells, opened, printable, project_grid, words

PROJECT_FORMS = [form for form in FORMS if form.kind is Kind.PROJECT]
NO_FORM = "1999-gone"
SEED = text.read((Path(__file__).parents[1] / "data" / "gucheng-2020.txt").read_bytes()).text


def shape(table: Any) -> list[list[tuple[str, str]]]:
    return [[(shown, merge) for shown, _, merge in cells(row)] for row in table.rows]


@pytest.fixture(scope="module")
def seed() -> Any:
    return opened(SEED, Imprint("第 12 号 3fa4"))


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


def test_widths_are_in_twips_and_borders_single(seed: Any) -> None:
    properties = seed.tables[0]._tbl.tblPr
    widths = [each for each in properties.iter() if each.get(qn("w:w"))]
    assert [(each.tag.partition("}")[2], each.get(qn("w:w")), each.get(qn("w:type"))) for each in widths] == [
        ("tblW", "9638", "dxa"),
        ("top", "40", "dxa"),
        ("left", "80", "dxa"),
        ("bottom", "40", "dxa"),
        ("right", "80", "dxa"),
    ]
    borders = [each.attrib for each in properties.find(qn("w:tblBorders"))]
    assert [(each[qn("w:val")], each[qn("w:sz")]) for each in borders] == [("single", "4")] * 6


def test_rows_do_not_split_and_the_first_repeats(seed: Any) -> None:
    rows = [row._tr.trPr for row in seed.tables[0].rows]
    assert [row.find(qn("w:cantSplit")) is not None for row in rows] == [True] * 11
    assert [row.find(qn("w:tblHeader")) is not None for row in rows] == [True] + [False] * 10


def test_office_and_unit_stand_above_the_table(seed: Any) -> None:
    assert words(seed).count("预算单位：610002秦皇岛市山海关区古城街道办事处\t单位：元") == 8


def test_footer_shows_page_and_audit_record(seed: Any) -> None:
    assert [p.text for p in seed.sections[0].footer.paragraphs] == ["第 1 页　共 1 页", "审计记录：第 12 号 3fa4"]
    assert [p.text for p in opened(SEED).sections[0].footer.paragraphs] == ["第 1 页　共 1 页"]


SENT = DocumentState("第 2 次送审（第 2 轮），2020-01-02 李秀英送审，已批复", is_draft=False)
DRAFT = DocumentState("草拟，没有送审", is_draft=True)


def test_header_says_what_the_copy_is_and_marks_the_pages_of_drafts() -> None:
    standings = (SENT, DRAFT, DRAFT, *[SENT] * 6)
    document = opened(SEED, Imprint("", "2020 年度　610002 古城", "刘芳 2020-01-03 09:00 导出", standings))
    first = "2020 年度　610002 古城\t刘芳 2020-01-03 09:00 导出"
    assert [[p.text for p in section.header.paragraphs] for section in document.sections] == [
        [first, "9 张表，其中草拟 2 张"],
        [first, "9 张表，其中草拟 2 张\t草　拟"],
        [first, "9 张表，其中草拟 2 张"],
    ]
    assert [p.text for p in document.paragraphs if p.style.name == "Standing"] == [each.words for each in standings]
    marked = [p.text[:2] for p in document.paragraphs if p.style.name == "Heading 2"][3:5]
    assert marked == ["1、", "2、"]


def test_single_table_has_neither_cover_nor_contents(seed: Any) -> None:
    document = opened(PerformanceText(tables=SEED.tables[:1]), Imprint("", "2020 年度", "某", (DRAFT,)))
    assert words(document)[0] == "1、办事处工作经费绩效目标表"
    assert "TOC" not in document.element.xml
    assert [p.text for p in document.sections[0].header.paragraphs] == ["2020 年度\t某", "草拟，没有送审\t草　拟"]


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
    assert words(opened(PerformanceText(DepartmentDocument(overall=lines)))) == [
        "部门整体绩效目标",
        "一、总体绩效目标",
        "总体目标",
        *lines.split("\n"),
        "二、分项绩效目标",
        "职责分类目标",
        "三、工作保障措施",
    ]


def test_emphasis_shows_as_bold_runs_and_links_with_their_addresses() -> None:
    overall = "甲 **乙** *丙*\n- 戊 [己](https://a.b/c)"
    document = opened(PerformanceText(DepartmentDocument(overall=overall)))
    first, second = document.paragraphs[3:5]
    assert [(run.text, bool(run.bold)) for run in first.runs] == [("甲 ", False), ("乙", True), (" *丙*", False)]
    assert (second.style.name, second.text) == ("Text", "- 戊 己（https://a.b/c）")


def test_duties_and_safeguards_are_numbered() -> None:
    department = DepartmentDocument("", (Duty("d001", "甲", "子\n\n丑"),), (Safeguard("s001", "乙", "寅"),))
    assert words(opened(PerformanceText(department)))[-8:] == [
        "二、分项绩效目标",
        "职责分类目标",
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
    assert marks in words(opened(PerformanceText(DepartmentDocument(overall=marks))))


def test_table_of_many_rows_and_blank_table_are_written() -> None:
    rows = tuple(Indicator(f"a{n:05d}", "产出指标", "质量指标", f"第{n}项") for n in range(300))
    long = replace(SEED.tables[0], indicators=rows)
    document = opened(PerformanceText(tables=(long, ProjectDocument())))
    assert [len(table.rows) for table in document.tables] == [307, 7]
    assert [row[0][1] for row in shape(document.tables[0])[7:]] == ["restart"] + ["continue"] * 299


@given(performance_texts)
@settings(max_examples=12)
def test_every_project_has_one_table_and_one_for_what_its_form_does_not_show(written: PerformanceText) -> None:
    tables = [1 + bool(forms.left_out(forms.of(table), table)) for table in written.tables]
    assert len(opened(written).tables) == sum(tables)


# --- every form ----------------------------------------------------------------------------------


def word_file(document: Document) -> Any:
    if isinstance(document, DepartmentDocument):
        return opened(PerformanceText(document))
    return opened(PerformanceText(tables=(document,)))


def shown_lines(field: str, value: str) -> list[str]:
    """What the writer makes of a text, line by line."""
    if field in documents.MARKED:
        value = markup.plain(value)
    return [line for line in value.split("\n") if line.strip()]


def assert_holds_every_text(document: Document) -> None:
    found = all_words(word_file(document))
    for path, value in documents.texts(document).items():
        if path == "ordinal":
            assert not int(value) or f"{value}、" in found
            continue
        field = documents.field_of(document.kind, path)
        lines = shown_lines(field, value)
        in_parts = [part for part in parts.split(value).values() if part] if field.endswith("/target_value") else lines
        assert all(line in found for line in lines) or all(part in found for part in in_parts), path


@given(st.data())
@settings(max_examples=12)
def test_every_text_of_a_project_is_written_even_in_a_form_that_does_not_show_it(data: st.DataObject) -> None:
    document = printable(data.draw(st.sampled_from(PROJECT_FORMS).flatmap(in_form)))
    form = data.draw(st.sampled_from([*(form.id for form in PROJECT_FORMS), NO_FORM]))
    assert_holds_every_text(replace(document, form=form))


@given(st.data())
@settings(max_examples=12)
def test_every_text_of_a_department_is_written(data: st.DataObject) -> None:
    department = printable(data.draw(in_form(forms.get("department-2017"))))
    department = replace(department, extra=(("remark", "附注\n第二行"),))
    assert_holds_every_text(replace(department, form=data.draw(st.sampled_from((department.form, NO_FORM)))))


@pytest.mark.parametrize("form", PROJECT_FORMS, ids=lambda form: form.id)
@given(data=st.data())
@settings(max_examples=12)
def test_word_tables_have_the_cells_of_the_sheet_and_read_back(form: Form, data: st.DataObject) -> None:
    document = printable(data.draw(in_form(form)))
    # The line above a table is one line, as names of offices are.
    one_line = " ".join(document.office_name.split())
    document = replace(document, office_name=one_line)
    sheet = forms.layout(document)

    grid = project_grid(word_file(document), sheet.above)

    assert sorted(grid.cells, key=repr) == sorted(forms.as_grid(sheet).cells, key=repr)
    found = forms.recognise(grid, FORMS, lambda name, n: f"{n:04d}")
    for path in form.above_the_sheet:
        document = documents.with_value(document, path, "")
    assert (found.document if found else None) == documents.without_ids(document)


@pytest.mark.parametrize("form", PROJECT_FORMS, ids=lambda form: form.id)
def test_columns_are_those_of_the_form_and_fill_the_page(form: Form) -> None:
    (table,) = word_file(documents.blank(form.kind, form.id)).tables
    widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.gridCol_lst]
    assert len(widths) == form.sections[0].width
    assert (widths[0], sum(widths), max(widths[1:]) - min(widths[1:]) <= 1) == (1_300, 9_638, True)


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("hebei-2017", "预算单位：610002甲\t单位：元"),
        ("hebei-2021", "项目编码：610-1"),
        ("national-2021", "项目编码：610-1"),
        ("sichuan-2023", "项目编码：610-1\t金额单位：元"),
    ],
)
def test_line_above_says_what_the_sheet_does_not(form: str, line: str) -> None:
    document = word_file(ProjectDocument(1, "610002", "甲", "610-1", "乙", form=form))
    assert [p.text for p in document.paragraphs if p.style.name == "Above Table"] == [line]


def test_no_line_stands_above_a_form_that_has_nothing_to_say_there() -> None:
    document = word_file(ProjectDocument(project_name="乙", form="hebei-2021"))
    assert [p.text for p in document.paragraphs if p.style.name == "Above Table"] == []


def test_value_in_parts_captions_in_two_rows_and_caption_that_runs_down() -> None:
    rows = tuple(
        Indicator(f"a{n:03d}", "产出指标", "质量指标", "合格率", "", value) for n, value in enumerate(("≥95%", "好"))
    )
    (table,) = word_file(ProjectDocument(indicators=rows, form="hebei-2021")).tables
    captions = ("绩效指标", "一级指标", "二级指标", "三级指标", "指标值", "说明")
    assert shape(table)[8:] == [
        [(shown, "" if shown == "指标值" else "restart") for shown in captions],
        [*[("", "continue")] * 4, *[(shown, "") for shown in ("符号", "值", "计量单位")], ("", "continue")],
        [("", "continue"), ("产出指标", "restart"), *[(t, "") for t in ("质量指标", "合格率", "≥", "95", "%", "")]],
        [("", "continue"), ("", "continue"), *[(t, "") for t in ("质量指标", "合格率", "定性", "好", "", "")]],
    ]


def test_texts_outside_the_form_stand_in_a_table_below_with_a_heading() -> None:
    document = word_file(ProjectDocument(purpose="购置", budget=Budget(local="3"), form="national-2021"))
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 3"] == ["表样以外的内容"]
    below = document.tables[1]
    assert shape(below) == [[("本级安排", ""), ("3", "")], [("资金用途", ""), ("购置", "")]]
    assert [row._tr.trPr.find(qn("w:tblHeader")) for row in below.rows] == [None, None]


def test_texts_outside_the_form_of_a_department_stand_below_its_sections() -> None:
    department = DepartmentDocument("甲", extra=(("remark", "乙\n丙"),))
    assert words(word_file(department))[-3:] == ["表样以外的内容", "remark：乙", "丙"]


def test_form_that_is_gone_is_written_with_all_fields_and_a_title() -> None:
    indicator = Indicator("a001", "产出指标", weight="10")
    document = word_file(ProjectDocument(3, "610002", "甲", "610-1", "乙", indicators=(indicator,), form=NO_FORM))
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 2"] == ["3、乙绩效目标表"]
    head, listed = document.tables
    assert shape(head)[3] == [("项目名称", ""), ("乙", "")]
    assert [shown for shown, _ in shape(listed)[1]] == ["1", "产出指标", "", "", "", "", "", "10"]
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in listed.rows] == [True, False]


def test_contents_count_the_pages_of_all_rows_and_of_texts_outside_the_form() -> None:
    def page_of_second(first: ProjectDocument) -> int:
        document = opened(PerformanceText(tables=(first, ProjectDocument(2))))
        line = next(p.text for p in document.paragraphs if p.text.startswith("2、绩效目标表\t"))
        return int(line.partition("\t")[2])

    rows = tuple(Indicator(f"a{n:03d}", "产出指标") for n in range(100))
    assert page_of_second(ProjectDocument(1, form="hebei-2021")) == 3
    assert page_of_second(ProjectDocument(1, indicators=rows, form="hebei-2021")) > 5
    assert page_of_second(ProjectDocument(1, purpose="长" * 10_000, form="hebei-2021")) > 5


def test_captions_codes_amounts_and_levels_are_centred_and_texts_are_not() -> None:
    indicator = Indicator("a001", "产出指标", "质量指标", "合格率", "描述", "100%", "依据")
    document = ProjectDocument(
        1, "610002", "甲", "610-1", "乙", Budget("1"), "用途", goals="目标", indicators=(indicator,)
    )
    (table,) = word_file(document).tables
    styles = {cell.text: cell.paragraphs[0].style.name for row in table.rows for cell in row.cells}
    texts = ("用途", "目标", "合格率", "描述", "100%", "依据")
    assert {shown for shown, style in styles.items() if style == "Cell"} == {*texts}
    assert {styles[shown] for shown in ("项目编码", "610-1", "乙", "1", "产出指标", "质量指标")} == {"Cell Caption"}


def test_captions_of_several_lines_break_after_an_even_number_of_characters() -> None:
    (table,) = word_file(ProjectDocument(form="hebei-2021")).tables
    goals = next(row.cells[0] for row in table.rows if row.cells[0].text == "年度总体目标")
    indent = goals.paragraphs[0]._p.pPr.ind
    width = 1_300 - 160 - int(indent.get(qn("w:left"))) - int(indent.get(qn("w:right")))
    assert 800 <= width < 1_000
