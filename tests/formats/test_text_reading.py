"""Reading the text form: the real document, the shapes in which offices send it, and what is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from portal.domain import forms
from portal.domain.documents import ROW_ID, DepartmentDocument, ProjectDocument, texts
from portal.formats import text
from portal.formats.reading import Reading, Unplaced, Unreadable
from portal.formats.text import lines

SEED = (Path(__file__).parents[1] / "data" / "gucheng-2020.txt").read_bytes()
SOURCE = SEED.decode()

HEAD = "1、办公费绩效目标表\n\t610002古城街道\n\t单位：元\n"
FORM = (
    "\n\t项目编码\n\t610-1301-JBN-OTTA\n\t项目名称\n\t办公费\n"
    "\n\t预算规模及资金用途\n\t预算数\n\t3\n\t其中：财政资金\n\t2\n\t其他资金\n\t1\n"
    "\n\t\n\t用途\n"
    "\n\t资金支出计划（%）\n\t3月底\n\t6月底\n\t10月底\n\t12月底\n"
    "\n\t\n\t25\n\t60\n\t90\n\t100\n"
    "\n\t绩效目标\n\t目标\n"
    "\n\t一级指标\n\t二级指标\n\t三级指标\n\t绩效指标描述\n\t指标值\n\t指标值确定依据\n"
)
ROW = "\n\t产出指标\n\t时效指标\n\t三级甲\n\t描述甲\n\t值甲\n\t依据甲\n"
ROW2 = "\n\t效果指标\n\t社会效益指标\n\t三级乙\n\t描述乙\n\t值乙\n\t依据乙\n"


def read(source: str) -> Reading:
    return text.read(source.encode())


def table(source: str) -> ProjectDocument:
    (only,) = read(source).text.tables
    return only


def department(source: str) -> DepartmentDocument:
    found = read(source).text.department
    assert found is not None
    return found


def rows(document: ProjectDocument) -> list[tuple[str, ...]]:
    return [
        (row.level1, row.level2, row.level3, row.description, row.target_value, row.basis)
        for row in document.indicators
    ]


# --- the real document ---------------------------------------------------------------------------


def test_seed_is_read_whole() -> None:
    reading = text.read(SEED)
    found = reading.text.department
    assert found is not None
    assert reading.unplaced == ()
    assert len(found.duties) == 11
    assert [len(safeguard.body.split("\n\n")) for safeguard in found.safeguards] == [2, 3, 3]
    assert [len(project.indicators) for project in reading.text.tables] == [4, 3, 4, 3, 3, 4, 3, 3]
    assert sum(Decimal(project.budget.total) for project in reading.text.tables) == Decimal("2025280.00")


def test_seed_values_stand_at_their_places() -> None:
    reading = text.read(SEED)
    assert reading.text.department is not None
    assert reading.text.department.overall.startswith("深入贯彻")
    assert reading.text.department.duties[10].name == "人口与计生工作"
    assert reading.text.department.duties[10].goal == "完成区级下达各项工作指标"
    sixth = reading.text.tables[5]
    assert (sixth.ordinal, sixth.office_code, sixth.project_code) == (6, "610002", "610-1201-JBN-FLVO")
    assert sixth.project_name == "提前下达2020年市级社区干部生活补助资金"
    assert sixth.goals == "1、足额发放社区干部人员工资\n2、按时缴纳各种保险"
    assert [(row.level1, row.level2) for row in sixth.indicators] == [
        ("产出指标", "质量指标"),
        ("效果指标", "社会效益指标"),
        ("效果指标", "社会效益指标"),
        ("满意度指标", "服务对象满意度指标"),
    ]
    second = reading.text.tables[1]
    assert second.indicators[1].target_value == "≧90%为优秀\n90%-80%为良好\n80%-70%为中\n70%以下为差"


def test_seed_written_again_has_the_same_words_in_the_same_order() -> None:
    written = text.write(text.read(SEED).text).decode()
    assert written.split() == re.sub(r"TC .*? \\f [AC] \\l 1", "", SOURCE).split()


def test_seed_written_again_reads_the_same() -> None:
    assert text.read(text.write(text.read(SEED).text)) == text.read(SEED)


def test_row_ids_are_valid_unique_and_the_same_on_every_reading() -> None:
    reading = text.read(SEED)
    ids = [row.id for project in reading.text.tables for row in project.indicators]
    assert [row_id for row_id in ids if not ROW_ID.fullmatch(row_id)] == []
    assert len(set(ids)) == 27
    assert reading == text.read(SEED)


# --- encodings and line ends ---------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_read_the_same(encoding: str, newline: str) -> None:
    assert text.read(SOURCE.replace("\n", newline).encode(encoding)) == text.read(SEED)


def test_big_endian_utf_16_reads_the_same() -> None:
    assert text.read(b"\xfe\xff" + SOURCE.encode("utf-16-be")) == text.read(SEED)


# --- parts and numbers of tables -----------------------------------------------------------------


def test_first_part_alone() -> None:
    reading = read(SOURCE[: SOURCE.index("第二部分")])
    assert (reading.text.department, reading.text.tables) == (text.read(SEED).text.department, ())


def test_second_part_alone() -> None:
    reading = read(SOURCE[SOURCE.index("第二部分") :])
    assert (reading.text.department, reading.text.tables) == (None, text.read(SEED).text.tables)


def test_one_table_without_the_heading_of_its_part() -> None:
    assert table(HEAD + FORM).project_name == "办公费"


def test_parts_in_the_other_order() -> None:
    cut = SOURCE.index("第二部分")
    assert read(SOURCE[cut:].strip() + "\n\n" + SOURCE[:cut]).text == text.read(SEED).text


def test_sixty_tables_keep_order_and_ids_apart() -> None:
    source = "".join((HEAD + FORM + ROW).replace("1、", f"{n}、", 1) + "\n" for n in range(1, 61))
    tables = read(source).text.tables
    assert [found.ordinal for found in tables] == list(range(1, 61))
    assert len({found.indicators[0].id for found in tables}) == 60


def test_sections_without_the_heading_of_their_part() -> None:
    found = department("一、总体绩效目标\n总体目标\n正文\n\n三、工作保障措施\n一、甲\n\n乙\n")
    assert (found.overall, found.duties, found.safeguards[0].title) == ("正文", (), "甲")


def test_department_with_empty_sections() -> None:
    reading = read("第一部分\n部门整体绩效目标\n")
    assert reading == Reading(replace(reading.text, department=DepartmentDocument(), tables=()))


# --- headings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "ordinal"),
    [
        *(("1、", 1), ("1.", 1), ("1．", 1), ("(1)", 1), ("（1）", 1), ("（一）", 1), ("一、", 1), ("十二、", 12)),
        *(("第1表", 1), ("第十表：", 10), ("表3 ", 3), ("１２、", 12), ("③", 3), ("7 ", 7), ("一百零二、", 102)),
        *(("二十、", 20), ("", 0), (" 5、 ", 5)),
    ],
)
def test_numbers_of_headings(number: str, ordinal: int) -> None:
    reading = read(HEAD.replace("1、", number, 1) + FORM)
    assert (reading.text.tables[0].ordinal, reading.unplaced) == (ordinal, ())


def test_number_at_the_beginning_of_the_name_is_no_ordinal() -> None:
    found = table((HEAD + FORM).replace("1、办公费", "2020年补助").replace("办公费", "2020年补助"))
    assert (found.ordinal, found.project_name) == (0, "2020年补助")


def test_heading_with_another_name_is_reported() -> None:
    reading = read(HEAD.replace("办公费", "车辆费") + FORM)
    assert (reading.text.tables[0].ordinal, reading.text.tables[0].project_name) == (1, "办公费")
    assert reading.unplaced == (Unplaced(1, "1、车辆费绩效目标表"),)


def test_line_of_a_goal_that_looks_like_a_heading_stays_in_its_cell() -> None:
    found = table((HEAD + FORM + ROW).replace("\t目标\n", "\t目标\n1、完成绩效目标表\n\n2、年报绩效目标表\n"))
    assert found.goals == "目标\n1、完成绩效目标表\n\n2、年报绩效目标表"


def test_heading_without_its_table_is_reported() -> None:
    reading = read(HEAD + FORM + ROW + "\n2、失表绩效目标表\n\n" + HEAD + FORM)
    assert [found.project_name for found in reading.text.tables] == ["办公费", "办公费"]
    assert reading.text.tables[0].indicators[0].basis == "依据甲"
    assert [left.text for left in reading.unplaced] == ["2、失表绩效目标表"]


def test_table_without_its_heading_begins_at_its_own_cells() -> None:
    second = HEAD.partition("\n")[2] + FORM + ROW2
    reading = read(HEAD + FORM + ROW + "\n" + second)
    assert [rows(found)[0][2] for found in reading.text.tables] == ["三级甲", "三级乙"]
    assert (reading.text.tables[1].ordinal, reading.unplaced) == (0, ())


# --- cells ---------------------------------------------------------------------------------------


def test_rows_merged_from_above_are_filled_in() -> None:
    below = ROW2.replace("效果指标", "").replace("社会效益指标", "")
    assert [row[:2] for row in rows(table(HEAD + FORM + ROW + below))] == [("产出指标", "时效指标")] * 2


def test_level_two_is_not_inherited_under_another_level_one() -> None:
    below = ROW2.replace("社会效益指标", "")
    assert [row[:2] for row in rows(table(HEAD + FORM + ROW + below))][1] == ("效果指标", "")


def test_full_width_space_is_a_really_blank_level() -> None:
    below = ROW2.replace("效果指标", "　").replace("社会效益指标", "")
    assert [row[:2] for row in rows(table(HEAD + FORM + ROW + below))][1] == ("", "")


def test_cells_keep_their_lines_and_lose_layout_around_them() -> None:
    found = table((HEAD + FORM).replace("\t目标\n", "\t  一\n\n　　二  \n <b>三</b>\n\n\n"))
    assert found.goals == "一\n\n　　二  \n <b>三</b>"


def test_amounts_stay_as_typed() -> None:
    found = table((HEAD + FORM).replace("\t3\n", "\t2.3万\n").replace("\t25\n", "\t25％左右\n"))
    assert (found.budget.total, found.spending_plan.march) == ("2.3万", "25％左右")


@pytest.mark.parametrize(
    ("caption", "typed"),
    [
        *(("资金支出计划（%）", "资金支出计划(%)"), ("资金支出计划（%）", "资金支出计划（％）")),
        *(("资金支出计划（%）", "资金支出计划"), ("其中：财政资金", "其中:财政资金")),
        *(("单位：元", "单位:元"), ("单位：元", "单 位 ： 元"), ("项目编码", "项目 编码"), ("3月底", "3 月底")),
    ],
)
def test_captions_in_other_shapes(caption: str, typed: str) -> None:
    assert read((HEAD + FORM + ROW).replace(caption, typed)) == read(HEAD + FORM + ROW)


def test_blank_lines_between_all_cells_change_nothing() -> None:
    source = HEAD + FORM + ROW
    assert read(source.replace("\n", "\n\n")).text == read(source).text


def test_file_without_any_blank_line_reads_the_same() -> None:
    source = HEAD + FORM + ROW + ROW2
    assert read(source.replace("\n\n", "\n")).text == read(source).text


def test_white_space_cut_off_at_line_ends_changes_nothing() -> None:
    cut = "\n".join(line.rstrip() for line in SOURCE.split("\n"))
    assert text.read(cut.encode()).text.tables == text.read(SEED).text.tables


# --- what finds no place -------------------------------------------------------------------------


def test_additional_cell_of_a_row_is_reported() -> None:
    reading = read(HEAD + FORM + ROW.rstrip("\n") + "\n\t多余\n" + ROW2)
    assert [row[2] for row in rows(reading.text.tables[0])] == ["三级甲", "三级乙"]
    assert reading.unplaced == (Unplaced(49, "多余"),)


def test_row_with_a_missing_cell_is_reported_whole() -> None:
    reading = read(HEAD + FORM + ROW.replace("\t值甲\n", "") + ROW2)
    assert [row[2] for row in rows(reading.text.tables[0])] == ["三级乙"]
    assert [left.text for left in reading.unplaced] == ["产出指标", "时效指标", "三级甲", "描述甲", "依据甲"]


def test_as_many_cells_too_many_as_too_few_still_show() -> None:
    six_short = "".join(ROW.replace("\t依据甲\n", "") for _ in range(6))
    reading = read(HEAD + FORM + six_short)
    assert (rows(reading.text.tables[0]), len(reading.unplaced)) == ([], 30)


def test_column_missing_in_the_head_of_the_rows_stays_blank() -> None:
    source = (HEAD + FORM + ROW + ROW2).replace("\t绩效指标描述\n", "")
    reading = read(source.replace("\t描述甲\n", "").replace("\t描述乙\n", ""))
    assert [row[2:5] for row in rows(reading.text.tables[0])] == [("三级甲", "", "值甲"), ("三级乙", "", "值乙")]
    assert reading.unplaced == ()


def test_additional_cell_between_captions_is_reported() -> None:
    reading = read((HEAD + FORM + ROW).replace("\t办公费\n", "\t办公费\n\t负责人：张三\n"))
    assert (reading.text.tables[0].project_name, reading.text.tables[0].purpose) == ("办公费", "用途")
    assert reading.unplaced == (Unplaced(9, "负责人：张三"),)
    assert reading.text.tables == (replace(table(HEAD + FORM + ROW)),)


def test_missing_value_between_captions_leaves_the_others_in_place() -> None:
    found = table((HEAD + FORM + ROW).replace("\t610-1301-JBN-OTTA\n", "").replace("\t3\n", ""))
    assert found == replace(
        table(HEAD + FORM + ROW), project_code="", budget=replace(found.budget, total="", fiscal="2", other="1")
    )


def test_missing_month_leaves_the_plan_unplaced() -> None:
    reading = read((HEAD + FORM).replace("\t60\n", ""))
    assert reading.text.tables[0].spending_plan.march == ""
    assert [left.text for left in reading.unplaced] == ["25", "90", "100"]


def test_other_unit_than_yuan_is_reported() -> None:
    reading = read((HEAD + FORM).replace("单位：元", "单位：万元"))
    assert (reading.text.tables[0].office_code, reading.unplaced) == ("610002", (Unplaced(3, "单位：万元"),))


def test_amounts_in_another_unit_are_turned_and_told() -> None:
    reading = read((HEAD + FORM).replace("单位：元", "单位：万元").replace("\t1\n", "\t约一\n"))
    budget = reading.text.tables[0].budget
    assert (budget.total, budget.fiscal, budget.other) == ("30000.00", "20000.00", "约一")
    assert reading.converted == (
        "第 1 张表：预算数：3 万元 换算为 30000.00 元",
        "第 1 张表：其中：财政资金：2 万元 换算为 20000.00 元",
    )


def test_value_that_reads_as_a_caption_does_not_hide_the_captions_before_it() -> None:
    reading = read((HEAD + FORM + ROW).replace("\t单位：元\n", "").replace("描述甲", "单位：元"))
    assert (reading.text.tables[0].office_code, reading.text.tables[0].goals) == ("610002", "目标")
    assert [row[3] for row in rows(reading.text.tables[0])] == ["单位：元"]


# --- other forms ---------------------------------------------------------------------------------

PRINTED_2021 = (
    "办公费项目支出绩效目标申报表\n"
    "\t项目名称\n\t办公费\n"
    "\n\t主管部门及代码\n\t[610]街道\n\t实施单位\n\t[610002]古城街道\n"
    "\n\t资金来源\n\t年度资金情况\n"
    "\n\t\n\t资金总额（元）：\n\t3\n"
    "\n\t\n\t财政拨款\n\t2\n"
    "\n\t\n\t其中：上级补助\n\t\n\t本级安排\n\t2\n"
    "\n\t\n\t其他资金\n\t1\n"
    "\n\t年度总体目标\n\t目标\n"
)
PARTS_2021 = (
    "\n\t绩 效 指 标\n\t一级指标\n\t二级指标\n\t三级指标\n\t指标值\n\t说明\n"
    "\n\t\n\t\n\t\n\t*符号\n\t*值\n\t计量单位\n\t\n"
    "\n\t产出指标\n\t数量指标\n\t印刷\n\t≥\n\t95\n\t份\n\t说明甲\n"
)


def by_field(document: ProjectDocument) -> dict[str, str]:
    return {path: text for path, text in texts(document).items() if text not in ("", "0")}


def test_table_as_its_form_prints_it_is_read_without_a_code() -> None:
    reading = read(PRINTED_2021 + PARTS_2021)
    assert reading == Reading(reading.text)
    assert reading.text.tables[0].form == "hebei-2021"
    assert by_field(reading.text.tables[0]) == {
        **{"office_code": "610002", "office_name": "古城街道", "project_name": "办公费", "goals": "目标"},
        **{"budget/total": "3", "budget/fiscal": "2", "budget/other": "1", "budget/local": "2"},
        **{"extra/supervisor_code": "610", "extra/supervisor_name": "街道"},
        **{"indicators/i00010001/level1": "产出指标", "indicators/i00010001/level2": "数量指标"},
        **{"indicators/i00010001/level3": "印刷", "indicators/i00010001/target_value": "≥95份"},
        "indicators/i00010001/description": "说明甲",
    }


@pytest.mark.parametrize(
    ("printed", "read_as"),
    [
        ("\t年度资金情况\n", ""),
        ("\t主管部门及代码\n\t[610]街道\n", "\t主管部门\n"),
        ("\t绩 效 指 标\n", ""),
        ("\n\t其他资金\n", "\n\t备注\n\t无\n\n\t\n\t其他资金\n"),
    ],
)
def test_table_of_a_form_with_captions_missing_or_added_is_read_by_the_others(printed: str, read_as: str) -> None:
    found = table((PRINTED_2021 + PARTS_2021).replace(printed, read_as))
    assert (found.form, found.office_code, found.budget.other, found.goals) == ("hebei-2021", "610002", "1", "目标")
    assert [(row[2], row[4]) for row in rows(found)] == [("印刷", "≥95份")]


def test_value_in_one_column_of_a_form_that_parts_it_is_read_whole() -> None:
    head = "\n\t绩效指标\n\t一级指标\n\t二级指标\n\t三级指标\n\t指标值\n\t说明\n"
    found = table(PRINTED_2021 + head + "\n\t产出指标\n\t数量指标\n\t印刷\n\t≥95份\n\t\n")
    assert (found.form, rows(found)[0][4]) == ("hebei-2021", "≥95份")


def test_empty_cells_below_a_caption_down_the_list_are_no_cells_of_the_rows() -> None:
    row = PARTS_2021.partition("\t\n\n")[2]
    found = table(PRINTED_2021 + PARTS_2021.replace(row, row.replace("\t产出", "\t\n\t产出")))
    assert rows(found) == [("产出指标", "数量指标", "印刷", "说明甲", "≥95份", "")]


def test_unit_in_the_caption_of_the_funds_is_turned_into_the_one_of_the_form() -> None:
    reading = read((PRINTED_2021 + PARTS_2021).replace("资金总额（元）", "资金总额（万元）"))
    assert (reading.text.tables[0].budget.total, reading.text.tables[0].budget.local) == ("30000.00", "20000.00")
    assert reading.converted[0] == "第 1 张表：资金总额（元）：3 万元 换算为 30000.00 元"


def test_form_is_sought_among_the_wanted_ones() -> None:
    wanted = [forms.get("national-2021")]
    reading = text.read((PRINTED_2021 + PARTS_2021).encode(), wanted)
    assert (reading.text.tables[0].form, reading.text.tables[0].project_name) == ("national-2021", "办公费")


def test_tables_of_several_forms_stand_in_one_file() -> None:
    tables = read(PRINTED_2021 + PARTS_2021 + "\n" + HEAD + FORM + ROW).text.tables
    assert [found.form for found in tables] == ["hebei-2021", "hebei-2017"]


def test_table_with_its_code_in_front_begins_there_when_its_heading_is_lost() -> None:
    first = HEAD + FORM + ROW
    second = "\n\t项目编码\n\t13030324P0001\n" + PRINTED_2021.partition("\n")[2] + PARTS_2021
    tables = read(first + second).text.tables
    assert [(found.form, found.project_code) for found in tables] == [
        ("hebei-2017", "610-1301-JBN-OTTA"),
        ("hebei-2021", "13030324P0001"),
    ]


def test_text_outside_the_form_that_names_no_place_is_reported() -> None:
    below = "\n\t表样以外的内容\n\n\t绩效指标第9行·权重\n\t5\n\n\t不知道\n\t6\n\n\t权重\n"
    reading = read(HEAD + FORM + ROW + below)
    assert [left.text for left in reading.unplaced] == ["绩效指标第9行·权重", "5", "不知道", "6", "权重"]


def test_lines_around_the_parts_are_reported() -> None:
    source = "古城街道2020年绩效文本\n" + SOURCE.replace("职责分类目标\n", "职责分类目标\n按职责分列：\n")
    reading = read(source.replace("预算项目绩效目标\n", "预算项目绩效目标\n共八张表\n"))
    assert reading.text == text.read(SEED).text
    assert [left.text for left in reading.unplaced] == ["古城街道2020年绩效文本", "按职责分列：", "共八张表"]


def test_text_before_the_tables_is_reported_where_there_is_no_department_part() -> None:
    assert read("说明\n\n" + HEAD + FORM).unplaced == (Unplaced(1, "说明"),)


# --- the department part -------------------------------------------------------------------------


def test_duty_numbers_may_skip_and_repeat() -> None:
    source = "二、分项绩效目标\n一、甲\n绩效目标：子\n三、乙\n绩效目标：丑\n三、丙\n\n绩效目标：寅\n"
    assert [(duty.name, duty.goal) for duty in department(source).duties] == [
        ("甲", "子"),
        ("乙", "丑"),
        ("丙", "寅"),
    ]


def test_numbers_of_another_kind_do_not_begin_a_duty() -> None:
    source = "二、分项绩效目标\n（一）甲\n绩效目标：\n1、子\n2、丑\n一、寅\n（二）乙\n"
    assert [(duty.name, duty.goal) for duty in department(source).duties] == [
        ("甲", "1、子\n2、丑\n一、寅"),
        ("乙", ""),
    ]


def test_list_beginning_at_one_again_stays_in_its_safeguard() -> None:
    source = "三、工作保障措施\n一、甲\n\n一、子\n\n二、乙\n\n丑\n"
    assert [(row.title, row.body) for row in department(source).safeguards] == [("甲", "一、子"), ("乙", "丑")]


# --- the office ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "office"),
    [
        *(("610002古城街道", ("610002", "古城街道")), ("610002 古城街道", ("610002", "古城街道"))),
        *(("610002　古城街道", ("610002", "古城街道")), ("610002001古城街道", ("610002001", "古城街道"))),
        *(("古城街道", ("", "古城街道")), ("61-2　　古城街道", ("61-2", "古城街道")), ("610002", ("610002", ""))),
    ],
)
def test_office_cell(cell: str, office: tuple[str, str]) -> None:
    found = table((HEAD + FORM).replace("610002古城街道", cell))
    assert (found.office_code, found.office_name) == office


# --- anchor --------------------------------------------------------------------------------------


def test_anchor_is_the_last_line_and_is_skipped_in_reading() -> None:
    written = text.write(text.read(SEED).text, "第 12 号 3fa4")
    assert written.decode().split("\n")[-2:] == ["审计记录：第 12 号 3fa4", ""]
    assert text.read(written) == text.read(SEED)


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的。"),
        (b"\xef\xbb\xbf \r\n\t\n", "文件是空的。"),
        (b"PK\x03\x04\x00\x00", "这不是文本文件。"),
        (b"\xff\xff\xfe\xff", "认不出文件的文字编码，请另存为 UTF-8 或 GBK 编码的文本文件。"),
        (b"\xff\xfe\x00", "认不出文件的文字编码，请另存为 UTF-8 或 GBK 编码的文本文件。"),
        ("第一部分\n随想\n".encode(), "文件里既没有项目绩效目标表，也没有部门整体绩效目标。"),
        (b"x" * (text.MAX_BYTES + 1), "文件超过 20 MB，不是一份绩效文本。"),
        (b"\n" * (lines.MAX_LINES + 1) + b"x", "文件超过 400000 行，不是一份绩效文本。"),
        (b"\t" * 5_000_000 + b"x", "文件里既没有项目绩效目标表，也没有部门整体绩效目标。"),
        ("甲绩效目标表\n".encode() * 1_000_000, "文件超过 400000 行，不是一份绩效文本。"),
        ("甲绩效目标表\n".encode() * 60_000, "文件里既没有项目绩效目标表，也没有部门整体绩效目标。"),
        ("1、甲绩效目标表\n\t项目编码\n".encode() * 1_001, "一个文件最多 1000 张表。"),
        ((HEAD + FORM + ROW * 1_001).encode(), "一张表最多 1000 行指标，第 1 张表超过了。"),
        (
            (HEAD + FORM).replace("\t目标\n", "\t" + "目" * 200_001 + "\n").encode(),
            "一栏最多 200000 字，文件里有一栏 200001 字。",
        ),
    ],
    ids=[
        "empty",
        "white space",
        "zip",
        "not text",
        "half utf-16",
        "prose",
        "too large",
        "too many lines",
        "tabs",
        "headings over the limit",
        "headings",
        "1001 tables",
        "1001 rows",
        "a cell too long",
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        text.read(data)
    assert refusal.value.message == sentence


@pytest.mark.parametrize(
    ("below", "outcome"),
    [
        ("\t\n" * 30_000, "一张表最多 1000 行指标，第 1 张表超过了。"),
        ("1、甲绩效目标表\n" * 150_000, "一栏最多 200000 字，文件里有一栏 1350007 字。"),
        ("\n" * 300_000 + "x", "一栏最多 200000 字，文件里有一栏 300009 字。"),
        ("\t" * 5_000_000, "办公费"),
        ("一" * 190_000, "办公费"),
        (" TC \\l" * 30_000, "办公费"),
    ],
    ids=["cells", "headings", "blank lines", "one line of tabs", "numerals", "residue"],
)
def test_hostile_lines_below_a_table_are_read_in_one_pass(below: str, outcome: str) -> None:
    try:
        found = table(HEAD + FORM + below).project_name
    except Unreadable as refusal:
        found = refusal.message
    assert found == outcome
