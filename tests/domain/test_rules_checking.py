"""How rules are applied: order, policy of the year, broken rules, hostile documents."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain import documents, forms
from portal.domain.documents import (
    Budget,
    DepartmentDocument,
    Duty,
    Indicator,
    PerformanceText,
    ProjectDocument,
    Safeguard,
    SpendingPlan,
)
from portal.domain.errors import Invalid
from portal.domain.forms import is_place
from portal.domain.rules import (
    RULES,
    Finding,
    Rule,
    RuleContext,
    Severity,
    YearRules,
    blocking,
    check_table,
    check_text,
    checking,
    sentences,
)
from portal.domain.target_values import readings
from tests.domain.sound_documents import DEPARTMENT, HEBEI, HEBEI_IN_FULL, PROJECT, places

TWICE = replace(PROJECT, goals="发放工资\n发放工资", purpose="")
BROKEN_PATTERN = replace(HEBEI, code_pattern="(")


# --- the list ------------------------------------------------------------------------------------


def test_rules_are_those_of_the_domain_in_their_order() -> None:
    errors, warnings = [f"E{n}" for n in range(1, 14)], [f"W{n}" for n in range(1, 25)]
    assert [rule.id for rule in RULES] == errors + warnings
    assert [rule.severity for rule in RULES] == [Severity.ERROR] * 13 + [Severity.WARNING] * 24


def test_every_rule_has_words_and_looks_at_something() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert 0 < len(rule.name) <= 8
        assert rule.title
        assert rule.reason
        assert rule.project or rule.department or rule.office or rule.in_context
        assert rule.bad
        assert rule.good
        assert rule.bad != rule.good


# --- what is missing -----------------------------------------------------------------------------


def test_every_error_on_a_blank_document_says_that_something_is_missing() -> None:
    for form in map(forms.get, forms.available()):
        found = check_table(documents.blank(form.kind, form.id), HEBEI)
        assert found
        assert [finding for finding in found if not finding.is_missing] == []


def test_only_what_is_not_written_yet_is_missing() -> None:
    begun = Indicator(id="begun", level1="产出指标", level3="发放人数", target_value="多")
    document = replace(PROJECT, purpose="/", project_code="无", indicators=(begun,))
    found = check_table(document, HEBEI)
    assert {(finding.rule, finding.path) for finding in found if finding.is_missing} == {
        ("E5", "indicators"),
        ("E11", "indicators/begun/basis"),
        ("E12", "indicators/begun/level2"),
        ("E12", "indicators/begun/description"),
    }
    assert {("E3", "project_code"), ("E6", "indicators/begun/target_value"), ("E12", "purpose")} <= set(
        places(blocking(finding for finding in found if not finding.is_missing))
    )


def test_an_error_that_only_warns_is_never_missing() -> None:
    found = check_table(replace(PROJECT, purpose=""), replace(HEBEI, only_warn=frozenset({"E12"})))
    assert [(finding.rule, finding.is_missing) for finding in found] == [("E12", False)]


# --- the year ------------------------------------------------------------------------------------


def test_year_takes_the_framework_of_its_time() -> None:
    assert YearRules.for_year(2020).framework.name == "hebei-2017"
    assert YearRules.for_year(2024).framework.name == "national-2021"
    assert YearRules.for_year(2020, "national-2015").framework.name == "national-2015"
    assert YearRules.for_year(2020).code_pattern == HEBEI.framework.code_pattern


def test_year_refuses_an_unknown_framework() -> None:
    with pytest.raises(Invalid):
        YearRules.for_year(2020, "hebei-1949")


def test_year_may_let_an_error_only_warn() -> None:
    found = check_table(TWICE, replace(HEBEI, only_warn=frozenset({"E8"})))
    assert [(finding.rule, finding.severity) for finding in found] == [
        ("E8", Severity.WARNING),
        ("E12", Severity.ERROR),
    ]
    assert places(blocking(found)) == [("E12", "purpose")]


def test_year_cannot_leave_out_an_error() -> None:
    assert places(check_table(TWICE, replace(HEBEI, off=HEBEI.off | {"E8"}))) == [
        ("E8", "goals"),
        ("E12", "purpose"),
    ]


def test_year_may_leave_out_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    def finds(_document: ProjectDocument, _year: YearRules) -> Iterator[tuple[str, str]]:
        yield "goals", "甲"

    monkeypatch.setattr(checking, "RULES", (Rule("W0", Severity.WARNING, "甲", "乙", project=finds),))
    assert check_table(PROJECT, HEBEI) == [Finding("W0", Severity.WARNING, "goals", "甲")]
    assert check_table(PROJECT, replace(HEBEI, off=frozenset({"W0"}))) == []


# --- the whole text ------------------------------------------------------------------------------


def test_text_is_reported_document_by_document() -> None:
    other = replace(TWICE, project_code="610-1301-JBN-ABI7", project_name="车辆保险费")
    text = PerformanceText(replace(DEPARTMENT, overall=""), (PROJECT, other))
    assert [(f.table, f.rule, f.path) for f in check_text(text, HEBEI)] == [
        (0, "E12", "overall"),
        (2, "E8", "goals"),
        (2, "E12", "purpose"),
    ]


def test_text_without_documents_has_no_finding() -> None:
    assert check_text(PerformanceText(), HEBEI) == []
    assert check_text(PerformanceText(), BROKEN_PATTERN) == []


def test_one_rule_says_one_thing_at_one_place() -> None:
    wrong = replace(PROJECT, project_code="无")
    other = replace(wrong, project_name="车辆保险费")
    assert places(check_table(wrong, HEBEI, others=[other])) == [("E3", "project_code")]


# --- broken rules --------------------------------------------------------------------------------


def test_broken_rule_warns_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        found = check_table(TWICE, BROKEN_PATTERN)
    assert [(f.rule, f.severity, f.path) for f in found] == [
        ("E3", Severity.WARNING, ""),
        ("E8", Severity.ERROR, "goals"),
        ("E12", Severity.ERROR, "purpose"),
    ]
    assert found[0].message == (
        "规则 E3（项目编码、预算单位编码合乎规定且相互一致，项目编码和项目名称不重复）未能检查这张表，"
        "不影响送审和其他规则；请告知系统管理员核对本年度的规则设置。"
    )
    assert [record.getMessage() for record in caplog.records] == ["rule E3 could not be evaluated"]


def test_half_a_result_of_a_broken_rule_blocks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_document: ProjectDocument, _year: YearRules) -> Iterator[tuple[str, str]]:
        yield "goals", "甲"
        raise ZeroDivisionError

    monkeypatch.setattr(checking, "RULES", (Rule("E0", Severity.ERROR, "甲", "乙", project=breaks),))
    found = check_table(PROJECT, HEBEI)
    assert (places(found), blocking(found)) == ([("E0", "")], [])


@pytest.mark.parametrize(("department", "table"), [(DEPARTMENT, 0), (None, 1)])
def test_broken_look_at_the_office_is_said_once(
    monkeypatch: pytest.MonkeyPatch, department: DepartmentDocument | None, table: int
) -> None:
    def breaks(_text: PerformanceText, _year: YearRules, _asked: object) -> Iterator[tuple[int, str, str]]:
        raise ZeroDivisionError
        yield

    monkeypatch.setattr(checking, "RULES", (Rule("E0", Severity.ERROR, "甲", "乙", office=breaks),))
    found = check_text(PerformanceText(department, (PROJECT, PROJECT)), HEBEI)
    assert [(f.rule, f.severity, f.table, f.path) for f in found] == [("E0", Severity.WARNING, table, "")]
    assert places(check_table(PROJECT, HEBEI, others=[PROJECT])) == [("E0", "")]
    assert places(check_table(DEPARTMENT, HEBEI, others=[PROJECT])) == [("E0", "")]


# --- one document among many ---------------------------------------------------------------------


def test_table_beside_others_has_the_findings_of_the_whole_text() -> None:
    """What a rule leaves out because nobody asks about it must not concern the table that is asked about."""
    office = "秦皇岛市山海关区古城街道办事处"
    named = [
        replace(PROJECT, project_code=f"610-1301-JBN-OTT{n}", project_name=f"第{n}项工作经费", office_name=office)
        for n in range(4)
    ]
    copied = replace(named[3], goals=f"{PROJECT.goals}\n促进立法交流与合作，提高立法质量和水平，促进立法会议表决")
    tables = (*named[:3], copied, replace(named[0], goals="1、按月足额向15名退休居委会主任发放生活补贴"))

    whole = check_text(PerformanceText(DEPARTMENT, tables), HEBEI_IN_FULL)

    for number, table in enumerate(tables, 1):
        others = [other for other in tables if other is not table]
        alone = check_table(table, HEBEI_IN_FULL, others, department=DEPARTMENT)
        expected = sorted((f.rule, f.path) for f in whole if f.table == number)
        assert sorted((f.rule, f.path) for f in alone) == expected
        errors = check_table(table, HEBEI_IN_FULL, others, department=DEPARTMENT, only_blocking=True)
        assert errors == blocking(alone)
    assert {"W7", "W9", "W13", "E3"} <= {f.rule for f in whole}


# --- hostile documents ---------------------------------------------------------------------------

TEXT = st.text(max_size=40) | st.sampled_from(
    [
        "",
        " ",
        "产出指标",
        "效果",
        "时效指标",
        "1、甲\n2、甲",
        "-5",
        "25%",
        "610-1301-JBN-OTTA",
        "610002",
        "٢٣",
        "Ⅷ²",
        "≧90%为优；80%-90%为良；70%-80%为中；70%以下为差。",
        "100百分比",
        "不少于一百二十万人次",
        "90%以上为优，0%以下为差，%为中",
        "540元/人·月",
        "各项工作落实率",
        "满意度指标",
        "2018年争取",
        "二〇一八年",
        "秦发《2001》15号",
        "财政统一安排",
        "按时足额发放社区工作人员工资",
        "努力与相关部门协调，积极发挥管理及服务职能，完成各项辅助工作",
        "秦皇岛市山海关区古城街道办事处",
        "促进立法交流与合作",
        "車輛保險 insurance ﾊﾝｶｸ",
    ]
)


def rows_of(row_type: type[Indicator] | type[Duty] | type[Safeguard], width: int) -> st.SearchStrategy:
    cells = st.lists(st.tuples(*[TEXT] * width), max_size=5)
    return cells.map(lambda rows: tuple(row_type(f"row{n}", *row) for n, row in enumerate(rows, 1)))


PROJECTS = st.builds(
    ProjectDocument,
    ordinal=st.integers(0, 99),
    office_code=TEXT,
    office_name=TEXT,
    project_code=TEXT,
    project_name=TEXT,
    budget=st.builds(Budget, TEXT, TEXT, TEXT),
    purpose=TEXT,
    spending_plan=st.builds(SpendingPlan, TEXT, TEXT, TEXT, TEXT),
    goals=TEXT,
    indicators=rows_of(Indicator, 6),
)
DEPARTMENTS = st.builds(DepartmentDocument, overall=TEXT, duties=rows_of(Duty, 2), safeguards=rows_of(Safeguard, 2))
TEXTS = st.builds(PerformanceText, st.none() | DEPARTMENTS, st.lists(PROJECTS, max_size=4).map(tuple))


@settings(max_examples=60)
@given(TEXTS, st.sampled_from(["hebei-2017", "national-2015", "national-2021"]))
def test_any_text_gives_findings_at_places_of_its_documents(text: PerformanceText, framework: str) -> None:
    found = check_text(text, YearRules.for_year(2020, framework))
    keys = [(finding.rule, finding.table, finding.path) for finding in found]
    assert len(keys) == len(set(keys))
    for finding in found:
        document = text.tables[finding.table - 1] if finding.table else text.department
        assert document is not None
        assert finding.path
        assert is_place(document, finding.path)
        assert finding.message.endswith("。")
        assert len(finding.message) < 500


PIECES = (
    *(
        "1",
        "一、",
        "(",
        "、",
        " ",
        "1,",
        "万",
        "目标1：",
        "①",
        "-",
        "\n",
        "甲\n",
        "指标",
        "年",
        "2019年",
        "《",
        "〔2012〕",
    ),
    *(
        "90%",
        "≥90%",
        "80%-90%为良；",
        "优",
        "各项工作",
        "及时率",
        "足额",
        "540元/人·月",
        "十人",
        "百分之",
        "每月",
        "人每",
    ),
    *(
        "12个月",
        "按时发放",
        "立法",
        "山民[2012]18号",
        "较2019年",
        "社区工作人员工资。",
        "a,b",
        "👍",
        "ﷺ",
        "Ⅷ²",
        "٢٣",
        "\u3000",
    ),
)
"""What a pattern could trip over when it stands there a hundred thousand times."""


@pytest.mark.parametrize("unit", PIECES)
def test_long_texts_everywhere(unit: str) -> None:
    long = unit * (100_000 // len(unit))
    row = Indicator("row1", *[long] * 6)
    document = ProjectDocument(
        1,
        long,
        long,
        long,
        long,
        Budget(long, long, long),
        long,
        SpendingPlan(*[long] * 4),
        long,
        (row, replace(row, id="row2", target_value=long[:600])),
    )
    context = RuleContext(*[{s.key: "别处" for s in sentences(document)}] * 2)
    others = [document, replace(document, project_name="乙")]
    found = check_table(document, HEBEI_IN_FULL, others, context=context)
    assert all(finding.path and len(finding.message) < 500 for finding in found)
    department = DepartmentDocument(long, (Duty("duty1", long, long),), (Safeguard("safe1", long, long),))
    found = check_table(department, HEBEI_IN_FULL, others=[document], context=context)
    assert all(finding.path and len(finding.message) < 500 for finding in found)
    assert [len(words) < 100 for words in readings(document).values()] == [True] * (2 if unit.strip() else 0)


def test_three_hundred_indicators_are_each_named_once() -> None:
    rows = tuple(Indicator(f"row{n}", "产出指标", "数量指标", "人数", "甲", "≥1人", "乙") for n in range(300))
    found = check_table(replace(PROJECT, indicators=rows), HEBEI)
    assert places(found) == [
        ("E5", "indicators"),
        *[("E7", f"indicators/row{n}/level3") for n in range(1, 300)],
    ]
