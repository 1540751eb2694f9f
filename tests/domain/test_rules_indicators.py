"""E4, E5 and E7: levels in the framework, the needed kinds, names that differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.rules import YearRules, check_table
from tests.domain.sound_documents import EFFECT, HEBEI, OUTPUT, PROJECT, SATISFACTION, errors_only, places

NATIONAL_2015 = errors_only(YearRules.for_year(2020, "national-2015"))
NATIONAL_2021 = errors_only(YearRules.for_year(2024))
BENEFIT = replace(EFFECT, level1="效益指标")


def with_rows(*rows: Indicator) -> ProjectDocument:
    return replace(PROJECT, indicators=rows)


def extra(level1: str, level2: str) -> Indicator:
    return Indicator("row4", level1, level2, "补贴发放人数", "实际发放补贴的人数", "≥15人", "山民〔2012〕18号")


# --- E4 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level1", "level2"),
    [("产出指标", "数量指标"), ("产出", "成本"), (" 效果 ", "可持续影响指标 "), ("满意度", "服务对象满意度")],
)
def test_levels_in_the_framework(level1: str, level2: str) -> None:
    assert check_table(with_rows(*PROJECT.indicators, extra(level1, level2)), HEBEI) == []


@pytest.mark.parametrize(
    ("level1", "level2", "field"),
    [
        ("效益指标", "社会效益指标", "level1"),
        ("产出类指标", "数量指标", "level1"),
        ("数量指标", "数量指标", "level1"),
        ("其他", "其他", "level1"),
        ("产出指标", "经济效益指标", "level2"),
        ("产出指标", "产出指标", "level2"),
        ("产出指标", "生态成本指标", "level2"),
        ("一" * 100_000, "数量指标", "level1"),
    ],
)
def test_levels_outside_the_framework(level1: str, level2: str, field: str) -> None:
    found = check_table(with_rows(*PROJECT.indicators, extra(level1, level2)), HEBEI)
    assert places(found) == [("E4", f"indicators/row4/{field}")]


@pytest.mark.parametrize(
    ("level1", "level2", "year", "message"),
    [
        (
            "产出指标",
            "经济效益指标",
            HEBEI,
            "第4行的二级指标“经济效益指标”属于“效果指标”，不属于“产出指标”，汇总和评价时归不了类；"
            "请把一级指标改为“效果指标”，或改选二级指标：数量指标、质量指标、时效指标、成本指标。",
        ),
        (
            "产出指标",
            "成本指标",
            NATIONAL_2021,
            "第4行的二级指标“成本指标”在本年度的指标体系中是一级指标，汇总和评价时归不了类；"
            "请把它填在一级指标一栏并选其下的二级指标：经济成本指标、社会成本指标、生态环境成本指标。",
        ),
        (
            "产出指标",
            "其他指标",
            NATIONAL_2021,
            "第4行的二级指标“其他指标”不在本年度指标体系的“产出指标”之下，汇总和评价时归不了类；"
            "请改选：数量指标、质量指标、时效指标。",
        ),
        (
            "效果指标",
            "社会效益指标",
            NATIONAL_2021,
            "第4行的一级指标“效果指标”不在本年度的指标体系中，汇总和评价时归不了类；"
            "本年度的表式称为“效益指标”，请改用这一名称。",
        ),
        (
            "社会效益",
            "社会效益指标",
            HEBEI,
            "第4行的一级指标“社会效益”不在本年度的指标体系中，汇总和评价时归不了类；"
            "它是“效果指标”下的二级指标，请把一级指标改为“效果指标”。",
        ),
        (
            "其他",
            "数量指标",
            HEBEI,
            "第4行的一级指标“其他”不在本年度的指标体系中，汇总和评价时归不了类；"
            "请改选：产出指标、效果指标、满意度指标。",
        ),
    ],
)
def test_level_message_says_where_it_belongs(level1: str, level2: str, year: YearRules, message: str) -> None:
    document = with_rows(OUTPUT, replace(EFFECT, level1=year.framework.effect_level), SATISFACTION)
    document = replace(document, indicators=(*document.indicators, extra(level1, level2)))
    assert [finding.message for finding in check_table(document, year)] == [message]


def test_blank_levels_are_left_to_completeness() -> None:
    found = check_table(
        with_rows(
            *PROJECT.indicators,
            extra("", "数量指标"),
        ),
        HEBEI,
    )
    assert places(found) == [("E12", "indicators/row4/level1")]
    found = check_table(with_rows(*PROJECT.indicators, extra("产出指标", " ")), HEBEI)
    assert places(found) == [("E12", "indicators/row4/level2")]


# --- E5 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ((EFFECT, SATISFACTION), "缺少产出指标。"),
        ((OUTPUT, SATISFACTION), "缺少效果指标。"),
        ((OUTPUT, EFFECT), "缺少满意度指标。"),
        ((SATISFACTION,), "缺少产出指标、效果指标。"),
    ],
)
def test_missing_kinds_are_one_finding(rows: tuple[Indicator, ...], missing: str) -> None:
    found = check_table(with_rows(*rows), HEBEI)
    assert places(found) == [("E5", "indicators")]
    assert missing in found[0].message


def test_no_indicator_at_all_is_left_to_completeness() -> None:
    assert places(check_table(with_rows(), HEBEI)) == [("E12", "indicators")]


def test_rows_without_any_level1_are_left_to_completeness() -> None:
    assert places(check_table(with_rows(replace(OUTPUT, level1="")), HEBEI)) == [("E12", "indicators/row1/level1")]


def test_effect_under_its_other_name_is_one_fault_not_two() -> None:
    found = check_table(with_rows(OUTPUT, BENEFIT, SATISFACTION), HEBEI)
    assert places(found) == [("E4", "indicators/row2/level1")]


@pytest.mark.parametrize(("year", "found"), [(NATIONAL_2015, [("E5", "indicators")]), (NATIONAL_2021, [])])
def test_satisfaction_is_demanded_where_the_framework_asks(year: YearRules, found: list[tuple[str, str]]) -> None:
    assert places(check_table(with_rows(OUTPUT, BENEFIT), year)) == found


def test_cost_does_not_stand_in_for_output() -> None:
    found = check_table(with_rows(BENEFIT, extra("成本指标", "经济成本指标")), NATIONAL_2021)
    assert places(found) == [("E5", "indicators")]


# --- E7 ------------------------------------------------------------------------------------------


def test_same_name_points_to_the_first_row() -> None:
    rows = (OUTPUT, replace(EFFECT, level3="工资 发放\n及时率"), replace(SATISFACTION, level3=OUTPUT.level3))
    found = check_table(with_rows(*rows), HEBEI)
    assert places(found) == [("E7", "indicators/row2/level3"), ("E7", "indicators/row3/level3")]
    assert [finding.message for finding in found] == [
        "第2行的三级指标“工资 发放 及时率”与第1行重名。"
        "重名的指标在监控和评价时分不清是哪一个；请合并，或写明各自衡量的对象。",
        "第3行的三级指标“工资发放及时率”与第1行重名。"
        "重名的指标在监控和评价时分不清是哪一个；请合并，或写明各自衡量的对象。",
    ]


@pytest.mark.parametrize("level3", ["工资发放率", "工资发放及时率（二）", "每月工资发放及时率", "3.15工资发放及时率"])
def test_names_that_differ_a_little(level3: str) -> None:
    assert check_table(with_rows(OUTPUT, replace(EFFECT, level3=level3), SATISFACTION), HEBEI) == []


@pytest.mark.parametrize(
    "level3", ["工资发放及时率。", "工资发放及时率（%）", "1.工资发放及时率", "（2）工资发放及时率"]
)
def test_numbering_unit_and_punctuation_make_no_other_name(level3: str) -> None:
    found = check_table(with_rows(OUTPUT, replace(EFFECT, level3=level3), SATISFACTION), HEBEI)
    assert places(found) == [("E7", "indicators/row2/level3")]


def test_one_name_with_two_units_is_two_names() -> None:
    rows = (replace(OUTPUT, level3="低保对象（人）"), replace(EFFECT, level3="低保对象（户）"), SATISFACTION)
    assert "E7" not in {finding.rule for finding in check_table(with_rows(*rows), HEBEI)}


def test_blank_names_are_not_the_same() -> None:
    rows = (replace(OUTPUT, level3=""), replace(EFFECT, level3=" "), SATISFACTION)
    assert places(check_table(with_rows(*rows), HEBEI)) == [
        ("E12", "indicators/row1/level3"),
        ("E12", "indicators/row2/level3"),
    ]
