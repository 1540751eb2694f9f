"""Corrections: the right text of a finding as operations, where only one text can be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import changes, documents
from portal.domain.documents import DepartmentDocument, Document, Indicator, ProjectDocument
from portal.domain.rules import Finding, YearRules, check_table, check_text
from portal.formats import text as text_form
from tests.domain.form_documents import any_form_document
from tests.domain.rule_cases import SOUND, YEAR, row, with_fields, with_row

SEED = Path(__file__).parent.parent / "data" / "gucheng-2020.txt"
ROW = "indicators/rownew/"


def finding(rule: str, document: Document, year: YearRules = YEAR) -> Finding:
    return next(found for found in check_table(document, year) if found.rule == rule)


def corrected(rule: str, document: Document) -> Document:
    correction = finding(rule, document).correction
    assert correction is not None
    assert all(documents.value_at(document, each.path) == each.base for each in correction.operations)
    return changes.apply(document, correction.operations)


@pytest.mark.parametrize(
    ("rule", "fields", "path", "new"),
    [
        ("E1", {"budget/total": "120.96万"}, "budget/total", "1209600.00"),
        ("E1", {"budget/total": "120.96万元"}, "budget/total", "1209600.00"),
        ("E1", {"budget/total": "１２０９６００"}, "budget/total", "1209600"),
        ("E1", {"budget/total": "¥1209600.00元"}, "budget/total", "1209600.00"),
        ("E1", {"budget/total": "1209\u200b600.00"}, "budget/total", "1209600.00"),
        ("E1", {"budget/total": "人民币1209600.00元整"}, "budget/total", "1209600.00"),
        ("E1", {"budget/total": "1，209，600.00"}, "budget/total", "1209600.00"),
        ("E1", {"budget/total": "1,209,600.00元"}, "budget/total", "1209600.00"),
        ("E2", {"spending_plan/june": "５０％"}, "spending_plan/june", "50"),
        ("E2", {"spending_plan/june": "50\ufeff%"}, "spending_plan/june", "50"),
        ("E2", {"spending_plan/december": ""}, "spending_plan/december", "100"),
        ("E3", {"project_code": "６１０-1301-jbn-OTTA"}, "project_code", "610-1301-JBN-OTTA"),
        ("E3", {"project_code": "610-1301-JBN-OTTA\u200b"}, "project_code", "610-1301-JBN-OTTA"),
        ("E4", {"indicators/row05/level1": "效益指标"}, "indicators/row05/level1", "效果指标"),
        ("E4", {"indicators/row05/level1": "数量", "indicators/row05/level2": ""}, "indicators/row05/level2", "数量"),
        (
            "E4",
            {"indicators/row05/level1": " 数量 ", "indicators/row05/level2": " "},
            "indicators/row05/level2",
            "数量",
        ),
        ("E12", {"budget/total": ""}, "budget/total", "1209600.00"),
        ("E12", {"budget/total": " "}, "budget/total", "1209600.00"),
        ("E12", {"indicators/row05/level1": " "}, "indicators/row05/level1", "效果指标"),
        ("E12", {"indicators/row05/level1": ""}, "indicators/row05/level1", "效果指标"),
        ("W14", {"purpose": "按山民[2012]18号，42人。"}, "purpose", "按山民〔2012〕18号，42人。"),
        ("W16", {"goals": "发放率≧95%，42人。"}, "goals", "发放率≥95%，42人。"),
        ("W16", {"goals": "１２次，42人。"}, "goals", "12次，42人。"),
        ("W16", {"goals": "占比90百分比，>=42人。"}, "goals", "占比90%，≥42人。"),
        ("W16", {"goals": "发放工资,缴纳保险42人。"}, "goals", "发放工资，缴纳保险42人。"),
        ("W16", {"budget/total": "1,209,600.00"}, "budget/total", "1209600.00"),
        ("W16", {"goals": "发放\u200b工资42\u00ad人。"}, "goals", "发放工资42人。"),
    ],
)
def test_correction_of_a_text(rule: str, fields: Mapping[str, str], path: str, new: str) -> None:
    document = with_fields(fields)

    after = corrected(rule, document)

    assert documents.value_at(after, path) == new
    assert rule not in {found.rule for found in check_table(after, YEAR) if found.path == path}


@pytest.mark.parametrize("typed", ["", " "])
def test_end_of_the_plan_is_certain_where_nothing_stands(typed: str) -> None:
    correction = finding("E2", with_fields({"spending_plan/december": typed})).correction
    assert correction is not None and correction.is_certain


@pytest.mark.parametrize(
    ("rule", "name", "typed", "new"),
    [
        ("W22", "补贴发放准确率", "100%", "＝100%"),
        ("W22", "补贴发放准确率", "100百分比", "＝100%"),
        ("W22", "工程验收合格率", "95%", "≥95%"),
        ("W22", "居民满意度", "90%", "≥90%"),
        ("W22", "有责投诉率", "3%", "≤3%"),
        ("E6", "维修费用", "30万以内", "≤30万元"),
        ("E6", "工程验收合格率", "≥90", "≥90%"),
    ],
)
def test_correction_of_a_value(rule: str, name: str, typed: str, new: str) -> None:
    after = corrected(rule, with_row(row("产出", "质量", name, value=typed)))

    assert documents.value_at(after, f"{ROW}target_value") == new


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("居民满意度", "100%"),  # W10 says that it should be less
        ("网格员在岗率", "95%"),
        ("补贴标准", "540元/人·月"),
        ("道路长度", "985米"),
        ("验收合格率", "90%（12月底前）"),
    ],
)
def test_value_with_several_meanings_has_no_correction(name: str, typed: str) -> None:
    assert finding("W22", with_row(row("产出", "质量", name, value=typed))).correction is None


def test_date_that_became_a_number_is_offered_but_not_certain() -> None:
    found = finding("E6", with_row(row("产出", "时效", "项目完成时间", value="44,561")))

    assert found.correction is not None
    assert [each.new for each in found.correction.operations] == ["2021年12月31日前"]
    assert not found.correction.is_certain


@pytest.mark.parametrize(
    ("rule", "fields", "offered"),
    [
        ("E1", {"budget/fiscal": "1000000.00", "budget/other": "9600.00"}, {"budget/total": "1009600.00"}),
        ("E1", {"budget/fiscal": "1000000.00", "budget/other": ""}, {"budget/other": "209600.00"}),
        ("E1", {"budget/fiscal": "1300000.00", "budget/other": ""}, {"budget/total": "1300000.00"}),
        ("E2", {"spending_plan/december": "95"}, {"spending_plan/december": "100"}),
        (
            "E2",
            {f"spending_plan/{month}": "25.00" for month in ("march", "june", "october", "december")},
            {"spending_plan/june": "50.00", "spending_plan/october": "75.00", "spending_plan/december": "100.00"},
        ),
        ("E4", {"indicators/row05/level2": "数量指标"}, {"indicators/row05/level1": "产出指标"}),
    ],
)
def test_what_may_mean_something_else_is_offered_but_not_certain(
    rule: str, fields: Mapping[str, str], offered: Mapping[str, str]
) -> None:
    found = finding(rule, with_fields(fields))

    assert found.correction is not None
    assert {each.path: each.new for each in found.correction.operations} == offered
    assert not found.correction.is_certain


@pytest.mark.parametrize(
    "fields",
    [
        {"budget/total": "约120万"},
        {"budget/total": "-1209600"},
        {"budget/total": "12,09600"},
        {"budget/total": "1209600.005"},
        {"spending_plan/june": "过半"},
        {"project_code": "610-1301-JBN"},
    ],
)
def test_text_that_may_mean_something_else_has_no_correction(fields: Mapping[str, str]) -> None:
    (path,) = fields

    assert [f.correction for f in check_table(with_fields(fields), YEAR) if f.path == path and f.rule < "E4"] in (
        [None],
        [None, None],
    )


@pytest.mark.parametrize(
    "document", [ProjectDocument(), ProjectDocument(indicators=(Indicator("row1"),)), DepartmentDocument()]
)
def test_correction_of_a_blank_document_is_none(document: Document, caplog: pytest.LogCaptureFixture) -> None:
    found = check_table(document, YEAR)

    assert found
    assert {each.correction for each in found} == {None}
    assert caplog.records == []


FAULTS = (
    *("≧95%", "≦3%", ">=3次", "100百分比", "100%", "30万以内", "44,561", "48万", "48,000.00", "48，000.00", "5０％"),
    *("山民[2012]18号", "１２次", "1\u200b2", "甲,乙", "６１０-1301-jbn-OTTA", "效益指标", "数量指标", "社会效益指标"),
)


@st.composite
def faulty(draw: st.DrawFn) -> Document:
    document = draw(any_form_document)
    paths = [path for path in documents.texts(document) if path != "ordinal"]
    for path in draw(st.lists(st.sampled_from(paths), max_size=8)):
        document = documents.with_value(document, path, draw(st.sampled_from(FAULTS)))
    return document


@given(document=faulty())
def test_correction_changes_the_document_and_a_certain_one_mends_its_finding(document: Document) -> None:
    with patch("portal.domain.rules.checking.logger.exception") as crashed:
        found = check_table(document, YEAR)

    crashed.assert_not_called()
    for each in found:
        if each.correction:
            for one in each.correction.operations:
                assert documents.value_at(document, one.path) == one.base
                assert documents.clean_field(document.kind, one.path, one.new) == one.new != one.base
            if each.correction.is_certain:
                after = changes.apply(document, each.correction.operations)
                assert (each.path, each.message) not in {(left.path, left.message) for left in check_table(after, YEAR)}


@pytest.mark.parametrize(
    ("typed", "clear"),
    [
        (
            "≥95%（≧90%为优；80%-90%为良；70%-80%为中；70%以下为差）",
            "≥95%；≥90%为优；≥80%且＜90%为良；≥70%且＜80%为中；＜70%为差",
        ),
        ("≤2次；≤3次为优；3-5次为良；5次以上为差", "≤2次；≤3次为优；＞3次且≤5次为良；＞5次为差"),
        ("≥95%；＞90%为优；＜90%为差", "≥95%；≥90%为优；＜90%为差"),
    ],
)
def test_bound_of_two_grades_is_offered_to_the_better_one(typed: str, clear: str) -> None:
    found = finding("E9", with_row(row("产出", "质量", "工程验收合格率", value=typed)))

    assert found.correction is not None
    assert [each.new for each in found.correction.operations] == [clear]
    assert not found.correction.is_certain


def test_scale_with_a_wide_gap_has_no_correction() -> None:
    document = with_row(row("产出", "质量", "工程验收合格率", value="≥95%；≥90%为优；60%-80%为中；＜60%为差"))

    assert finding("E9", document).correction is None


def test_correction_of_one_fault_covers_all_its_places() -> None:
    rows = tuple(Indicator(f"new{n}", *row("产出", "质量", f"设备{n}完好率", value="≧90%")) for n in range(3))
    document = replace(SOUND, indicators=(*SOUND.indicators, *rows), goals="发放工资,缴纳保险42人。")

    one, other = (found.correction for found in check_table(document, YEAR) if found.rule == "W16")

    assert other is not None
    assert one is not None
    assert {each.path for each in (*one.operations, *other.operations)} == {
        "goals",
        *(f"indicators/new{n}/target_value" for n in range(3)),
    }


def test_certain_corrections_of_the_real_document_leave_nothing_to_correct() -> None:
    year = replace(YearRules.for_year(2020), only_warn=frozenset({"E6", "E9", "E10"}))
    text = text_form.read(SEED.read_bytes()).text

    for _ in range(5):
        tables = tuple(_all_corrected(table, year) for table in text.tables)
        text = replace(text, tables=tables)

    left = [found for found in check_text(text, year) if found.correction and found.correction.is_certain]
    assert left == []
    assert text.tables[0].indicators[0].basis == "冀财资〔2017〕674号"
    assert text.tables[5].indicators[0].target_value == "＝100%"
    assert {found.rule for found in check_text(text, year)} & {"W14", "W16"} == set()


def _all_corrected(table: ProjectDocument, year: YearRules) -> ProjectDocument:
    for found in check_table(table, year):
        if found.correction and found.correction.is_certain:
            table, _, _ = changes.merge_onto(table, found.correction.operations)  # type: ignore[assignment]
    return table
