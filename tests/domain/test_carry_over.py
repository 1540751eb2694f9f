"""Taking a table over: years, codes and levels follow the new year, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import documents
from portal.domain.carry_over import carry_over
from portal.domain.documents import DepartmentDocument, Document, Duty, Indicator, ProjectDocument
from portal.domain.rules import YearRules, check_table
from tests.domain.strategies import any_document
from tests.world import sound_project

OLD, NEW = YearRules.for_year(2019), YearRules.for_year(2020)
LATE = YearRules.for_year(2024)  # the first of another framework
_PHRASES = (
    "2019年", "二〇一九年", "二零一九年", "2019 年", "较2019年", "〔2019〕8号", "《2019年工作要点》", "2019年以来",
    "2018年", "度", "底", "比", "的", "完成", "，", "。", "发放工资", "2020年", "2019", "年", "\n",
)  # fmt: skip
phrases = st.lists(st.sampled_from(_PHRASES), max_size=8).map("".join).map(documents.clean_text)


@st.composite
def documents_of_last_year(draw: st.DrawFn) -> Document:
    document = draw(any_document)
    for path in documents.texts(document):
        if path.endswith("/level1"):
            words = draw(st.sampled_from(["产出指标", "效果", "效益指标", "成本指标", "满意度", "别的", ""]))
        elif path.endswith("/level2"):
            words = draw(st.sampled_from(["数量", "社会效益指标", "成本指标", "经济成本", "满意", ""]))
        elif path == "project_code":
            words = draw(st.sampled_from(["610-1301-JBN-OTTA", "610-1", ""]))
        elif path == "ordinal":
            continue
        else:
            words = draw(phrases)
        document = documents.with_value(document, path, words)
    return document


def years_of(text: str) -> str:
    for year in ("2019", "2020", "2024", "二〇一九", "二零一九", "二〇二〇", "二零二零", "二〇二四", "二零二四"):
        text = text.replace(year, "****")
    return text


@given(documents_of_last_year(), st.sampled_from([OLD, NEW, LATE]))
def test_renewing_twice_is_renewing_once(document: Document, new: YearRules) -> None:
    once = carry_over(document, OLD, new)
    assert carry_over(once, OLD, new) == once


@given(documents_of_last_year(), st.sampled_from([NEW, LATE]))
def test_nothing_but_years_codes_and_levels_changes(document: Document, new: YearRules) -> None:
    before, after = documents.texts(document), documents.texts(carry_over(document, OLD, new))
    assert list(after) == list(before)  # the same rows with the same ids, in the same order
    for path, text in before.items():
        if path.rpartition("/")[2] in ("level1", "level2"):
            continue
        if path == "project_code":
            assert after[path] in (text, "")
        else:
            assert years_of(after[path]) == years_of(text)
            assert len(after[path]) == len(text)


@given(documents_of_last_year())
def test_within_a_year_only_code_and_name_change(document: Document) -> None:
    copy = carry_over(document, OLD, OLD)
    if isinstance(document, ProjectDocument) and isinstance(copy, ProjectDocument):
        assert copy.project_name == document.project_name + (
            "" if document.project_name.endswith("（副本）") else "（副本）"
        )
        assert copy == replace(document, project_code="", project_name=copy.project_name)
    else:
        assert copy == document


@given(documents_of_last_year())
def test_no_stale_year_of_the_source_is_left_for_the_rule_to_find(document: Document) -> None:
    findings = check_table(carry_over(document, OLD, NEW), NEW)
    assert [finding for finding in findings if finding.rule == "W8" and "写的是“2019年”" in finding.message] == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2019年发放工资12次。", "2020年发放工资12次。"),
        ("2019年发放工资，2019年缴纳保险。", "2020年发放工资，2020年缴纳保险。"),
        ("二〇一九年发放工资", "二〇二〇年发放工资"),
        ("二零一九年发放工资", "二零二零年发放工资"),
        ("较2019年提高5个百分点。", "较2019年提高5个百分点。"),
        ("按照冀财资〔2019〕674号发放。", "按照冀财资〔2019〕674号发放。"),
        ("完成《2019年工作要点》的任务。", "完成《2019年工作要点》的任务。"),
        ("2018年发放工资。", "2018年发放工资。"),  # not the source's year: the rule tells
    ],
)
def test_stale_years_become_the_new_year_and_others_stay(typed: str, expected: str) -> None:
    document = replace(sound_project(), goals=typed)
    assert carry_over(document, OLD, NEW) == replace(document, goals=expected)


def test_years_in_a_basis_stay_and_in_duties_change() -> None:
    indicator = Indicator("aaaa", "产出指标", "数量指标", "次数", "2019年的次数", "≥3次", "2019年实施方案")
    document = replace(sound_project(), indicators=(indicator,))
    assert carry_over(document, OLD, NEW) == replace(
        document, indicators=(replace(indicator, description="2020年的次数"),)
    )
    department = DepartmentDocument("2019年总体目标", (Duty("duty1", "城市管理", "2019年清理楼道。"),))
    assert carry_over(department, OLD, NEW) == DepartmentDocument(
        "2020年总体目标", (Duty("duty1", "城市管理", "2020年清理楼道。"),)
    )


@pytest.mark.parametrize(
    ("code", "kept"), [("610-1301-JBN-OTTA", "610-1301-JBN-OTTA"), ("610-1301", ""), ("", ""), ("6" * 100, "")]
)
def test_code_is_kept_for_another_year_where_it_fits_its_pattern(code: str, kept: str) -> None:
    document = replace(sound_project(), project_code=code)
    assert carry_over(document, OLD, NEW) == replace(document, project_code=kept)


def test_code_is_kept_where_the_pattern_of_the_year_is_none() -> None:
    document = sound_project()
    assert carry_over(document, OLD, replace(NEW, code_pattern="(")) == document


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("效果指标", "社会效益指标"), ("效益指标", "社会效益指标")),
        (("效果", "社会效益"), ("效益指标", "社会效益指标")),
        (("效果指标", "别的指标"), ("效益指标", "别的指标")),
        (("效果指标", ""), ("效益指标", "")),
        (("产出指标", "时效"), ("产出指标", "时效指标")),
        (("产出指标", "成本指标"), ("产出指标", "成本指标")),  # cost has three kinds now: the office must say which
        (("产出指标", "经济成本"), ("成本指标", "经济成本指标")),
        (("别的", "别的"), ("别的", "别的")),
        (("", ""), ("", "")),
    ],
)
def test_levels_follow_another_framework_where_it_is_plain_which_are_meant(
    typed: tuple[str, str], expected: tuple[str, str]
) -> None:
    row = Indicator("aaaa", *typed, "名称", "说明", "≥3次", "依据")
    document = replace(sound_project(), indicators=(row,))
    new = replace(row, level1=expected[0], level2=expected[1])
    assert carry_over(document, OLD, LATE) == replace(document, indicators=(new,))
    assert carry_over(document, OLD, NEW) == document  # the same framework: as typed, for the rules to tell
