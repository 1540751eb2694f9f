"""Texts in files that others made: titles, lines above a table, values in parts, what a template left behind."""

from __future__ import annotations

import pytest

from portal.domain import forms
from portal.domain.forms.recognition import above, titles, values

LONGEST_TITLE = "甲" * 75 + "绩效目标表"

# --- titles --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_target", "is_other"),
    [
        ("项目支出绩效目标申报表", True, False),
        ("项目支出绩效 目标表（2024年度）", True, False),
        ("项目绩效信息表", True, False),
        (LONGEST_TITLE, True, False),
        (f"甲{LONGEST_TITLE}", False, False),
        ("绩效目标，另见附表", False, False),
        ("绩效目标", False, False),
        ("项目支出绩效自评表", False, True),
        ("项目绩效评价表（2024年度）", False, True),
        ("绩效目标完成情况表", False, True),
        ("绩效自评的说明", False, False),
        ("2024年1月工资发放表", False, False),
    ],
)
def test_title_announces_a_target_table_or_another(text: str, is_target: bool, is_other: bool) -> None:
    assert (titles.is_target_title(text), titles.is_other_title(text)) == (is_target, is_other)
    assert titles.announces(text) is (is_target or is_other)


@pytest.mark.parametrize("text", ["2024年1月工资发放表", "人员花名册", "收费清单", "往来账", "项目基本情况"])
def test_title_of_any_table(text: str) -> None:
    assert titles.is_title(text)
    assert not titles.is_title(f"另见，{text}")
    assert not titles.is_title(f"{text}的说明")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("（2021年度）", True), ("2021", True), ("(2021)年", True), ("____年度", True), ("（ XX 年度）", False)),
        *(("年度", False), ("2021年度项目", False), ("3021年", False), ("xx年", True)),
    ],
)
def test_line_of_the_year_says_nothing_else(text: str, expected: bool) -> None:
    assert titles.is_year(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("部门整体支出绩效目标表", True), ("部门整体绩效自评表", False), ("整体情况", False), ("项目绩效目标表", False)],
)
def test_title_of_the_whole_office_is_that_of_a_target_table(text: str, expected: bool) -> None:
    assert titles.is_whole_office(text) is expected


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("3、道路养护项目支出绩效目标表", "道路养护"),
        ("道路养护（2024年度）绩效目标申报表", "道路养护"),
        ("2024年度道路养护绩效目标表", "道路养护"),
        ("2023年度部门预算项目支出绩效目标表", ""),
        ("某县财政专项资金绩效目标表", ""),
        ("古城街道办事处项目绩效目标表", ""),
        ("道路养护绩效目标，另见附表", ""),
        ("工资发放表", ""),
    ],
)
def test_name_of_the_project_in_a_title(title: str, name: str) -> None:
    assert titles.project_name(title) == name


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ({"完成可能性", "预计完成情况"}, "绩效运行监控表"),
        ({"完成可能性", "执行率"}, "绩效运行监控表"),
        ({"完成可能性"}, ""),
        ({"实际完成值"}, "绩效自评表"),
        ({"得分", "执行率"}, "绩效自评表"),
        ({"得分"}, ""),
        ({"执行率"}, ""),
        ({"三级指标", "指标值"}, ""),
    ],
)
def test_table_without_a_title_is_known_by_captions_that_only_it_has(keys: set[str], kind: str) -> None:
    assert titles.other_table(keys) == kind


# --- lines above a table -------------------------------------------------------------------------

FIELDS = {"项目编码": "project_code", "项目名称": "project_name", "联系人": ""}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("项目编码：610-1 项目名称：甲", [("project_code", "610-1"), ("project_name", "甲")]),
        ("项目名称: 甲\u3000联系人：张三", [("project_name", "甲"), ("", "张三")]),
        ("项目名称：时间：上午", [("project_name", "时间：上午")]),
        ("项目名称：", [("project_name", "")]),
        ("见 项目编码：610-1", []),
        ("时间：上午", []),
        ("甲", []),
    ],
)
def test_captions_and_values_one_behind_the_other_in_one_cell(text: str, found: list[tuple[str, str]]) -> None:
    assert above.inline(text, FIELDS) == found


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("610002古城街道", "610002", "古城街道"),
        ("[610002]古城街道", "610002", "古城街道"),
        ("（610002） 古城街道 ", "610002", "古城街道"),
        ("610002-古城街道", "610002", "古城街道"),
        ("610002001345古城街道", "610002001345", "古城街道"),
    ],
)
def test_office_is_read_with_its_code_however_both_are_joined(text: str, code: str, name: str) -> None:
    pattern = next(pattern for pattern in above.patterns(forms.get("national-2021")) if "office_code" in pattern.paths)
    found = above.office(pattern, text)
    assert found and (found["office_code"], found["office_name"].strip()) == (code, name)
    assert above.office(pattern, name) is None
    assert above.office(pattern, f"61000{name}") is None


def test_office_is_not_looked_for_in_a_cell_of_another_field() -> None:
    pattern = next(pattern for pattern in above.patterns(forms.get("hebei-2017")) if pattern.paths == ("goals",))
    assert above.office(pattern, "610002古城街道") is None


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "value", "unit_left"),
    [
        (("≥", "50", "处"), "≥50处", ""),
        (("大于等于", "50", "%"), "≥50%", ""),
        ((" 小于 等于 ", "50", "%"), "≤50%", ""),
        ((">=", " 50 ", " 处 "), "≥50处", ""),
        (("", "50", ""), "50", ""),
        (("≥", "≥50", "处"), "≥50处", ""),
        (("≥", "50处", "处"), "≥50处", ""),
        (("≥", "1,200.5", "人"), "≥1,200.5人", ""),
        (("", "10-20", "人"), "10-20人", ""),
        (("定性", "提高", "次"), "提高", "次"),
        (("≥", "90%", "次"), "≥90%", "次"),
        (("≥", "", "次"), "", "次"),
        (("≥", "", ""), "", ""),
    ],
)
def test_value_in_parts_is_joined_and_a_unit_without_a_place_is_left(
    parts: tuple[str, str, str], value: str, unit_left: str
) -> None:
    assert values.join(*parts) == (value, unit_left)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("≥", True), (" 大于 等于 ", True), ("定性", True), ("＞＝", True), ("正向", False), ("≥50", False), ("", False)],
)
def test_sign_compares_or_says_that_the_value_is_in_words(text: str, expected: bool) -> None:
    assert values.is_sign(text) is expected


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("44561", "2021年12月31日"),
        (" ≤44,561 ", "≤2021年12月31日"),
        ("44561.0", "2021年12月31日"),
        ("36526", "2000年1月1日"),
        ("36525", ""),
        ("55153", "2050年12月31日"),
        ("55154", ""),
        ("44561元", ""),
        ("44561.5", ""),
        ("", ""),
    ],
)
def test_number_of_days_is_a_date_of_this_half_century(text: str, day: str) -> None:
    assert values.serial_date(text) == day


@pytest.mark.parametrize(
    ("text", "line"),
    [
        *(("清理\n卫生", "清理卫生"), (" 甲 \n\n 乙 \n丙", "甲乙丙"), ("甲 乙", "甲 乙"), ("", ""), ("\n", "")),
        *(("PM\n2.5", "PM 2.5"), ("A\n级", "A级"), ("甲\nA", "甲A")),
    ],
)
def test_name_over_several_lines_is_joined_with_blanks_between_latin_letters_only(text: str, line: str) -> None:
    assert values.in_one_line(text) == line


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        *(("指标1：培训人数", "培训人数"), ("目标 12、培训人数", "培训人数"), ("指标1: ", "")),
        *(("指标1", "指标1"), ("培训指标1：甲", "培训指标1：甲"), ("指标123：甲", "指标123：甲")),
    ],
)
def test_number_of_a_templates_row_is_no_part_of_a_name(name: str, plain: str) -> None:
    assert values.without_number(name) == plain


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        *(
            ("", "", True),
            ("……", "", True),
            ("指标1：", "≥ %", True),
            ("×××", " 公里 ", True),
            ("指标值", "万元", True),
        ),
        *(("培训", "", False), ("", "50", False), ("", "≥50个", False), ("", "≥个次", False)),
    ],
)
def test_row_left_blank_by_a_template_has_no_name_and_no_number(name: str, value: str, expected: bool) -> None:
    assert values.is_residue(name, value) is expected
