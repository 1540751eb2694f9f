"""The two forms: canonical JSON, digest, cleaning, addressing."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

import pytest
from hypothesis import given

from portal.domain import documents, forms, serialization
from portal.domain.documents import (
    MAX_ROWS,
    MAX_TEXT,
    Budget,
    DepartmentDocument,
    Document,
    Duty,
    Indicator,
    Kind,
    ProjectDocument,
    Safeguard,
)
from portal.domain.errors import Invalid
from tests.domain.strategies import any_document

PROJECT = ProjectDocument(
    ordinal=3,
    office_code="610002",
    project_name="办事处工作经费",
    budget=Budget("2.3万", "23000.00", ""),
    indicators=(
        Indicator("aaaa", "产出指标", "数量指标", "发放工资人数", "人数", "≥3人", "文件"),
        Indicator("bbbb", "效果指标", level3="居民满意度"),
    ),
)
DEPARTMENT = DepartmentDocument("总体目标", (Duty("dddd", "职责", "目标"),), (Safeguard("ssss", "标题", "正文"),))
CANONICAL = (
    '{"duties":[{"goal":"目标","id":"dddd","name":"职责"}],"overall":"总体目标",'
    '"safeguards":[{"body":"正文","id":"ssss","title":"标题"}]}'
)


# --- canonical JSON ------------------------------------------------------------------------------


@given(any_document)
def test_document_survives_its_canonical_json(document: Document) -> None:
    assert serialization.load(document.kind, serialization.canonical(document)) == document


def test_canonical_json_is_sorted_dense_and_plain_utf8() -> None:
    assert serialization.canonical(DEPARTMENT) == CANONICAL


def test_blank_fields_stand_in_the_canonical_json_as_empty_strings() -> None:
    plain = json.loads(serialization.canonical(ProjectDocument()))
    assert plain == {
        "ordinal": 0,
        "office_code": "",
        "office_name": "",
        "project_code": "",
        "project_name": "",
        "budget": {"total": "", "fiscal": "", "other": ""},
        "purpose": "",
        "spending_plan": {"march": "", "june": "", "october": "", "december": ""},
        "goals": "",
        "indicators": [],
    }


def test_digest_is_the_sha256_of_the_canonical_json_and_never_changes() -> None:
    expected = hashlib.sha256(CANONICAL.encode("utf-8")).hexdigest()
    assert serialization.digest(serialization.canonical(DEPARTMENT)) == expected
    # Written down once: a later version of the portal must still verify revisions of today.
    assert serialization.digest(serialization.canonical(PROJECT)) == (
        "565790c8fff9bd7675f9cef0bdb982b3efe151fc1881c6b5489261631e3a5d1c"
    )


def test_amounts_stay_as_typed() -> None:
    assert serialization.load(Kind.PROJECT, serialization.canonical(PROJECT)).budget.total == "2.3万"  # type: ignore[union-attr]


# --- reading plain values ------------------------------------------------------------------------


def test_missing_fields_are_blank_and_missing_row_ids_are_given() -> None:
    document = serialization.from_json(Kind.PROJECT, {"goals": "目标", "indicators": [{"level3": "甲"}, {}]})
    assert isinstance(document, ProjectDocument)
    assert (document.goals, document.budget) == ("目标", Budget())
    assert [row.level3 for row in document.indicators] == ["甲", ""]
    assert all(documents.ROW_ID.fullmatch(row.id) for row in document.indicators)
    assert len({row.id for row in document.indicators}) == 2


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        (Kind.PROJECT, []),
        (Kind.PROJECT, None),
        (Kind.PROJECT, {"goals": 1}),
        (Kind.PROJECT, {"goals": ["目标"]}),
        (Kind.PROJECT, {"goals": "字" * (MAX_TEXT + 1)}),
        (Kind.PROJECT, {"ordinal": "第一"}),
        (Kind.PROJECT, {"ordinal": -1}),
        (Kind.PROJECT, {"ordinal": 10_000}),
        (Kind.PROJECT, {"ordinal": [1]}),
        (Kind.PROJECT, {"budget": "23000"}),
        (Kind.PROJECT, {"indicators": {}}),
        (Kind.PROJECT, {"indicators": ["行"]}),
        (Kind.PROJECT, {"indicators": [{"id": "A!"}]}),
        (Kind.PROJECT, {"indicators": [{"id": 12345}]}),
        (Kind.PROJECT, {"indicators": [{"id": "same"}, {"id": "same"}]}),
        (Kind.PROJECT, {"indicators": [{}] * (MAX_ROWS + 1)}),
        (Kind.DEPARTMENT, {"duties": [{"id": "same"}], "safeguards": [{"id": "same"}]}),
        (Kind.DEPARTMENT, {"duties": [{"name": {}}]}),
    ],
)
def test_what_has_not_the_shape_of_a_document_is_refused(kind: Kind, plain: Any) -> None:
    with pytest.raises(Invalid):
        serialization.from_json(kind, plain)


@pytest.mark.parametrize("ordinal", [math.inf, math.nan])
def test_ordinal_that_is_no_number_is_refused_as_invalid(ordinal: float) -> None:
    with pytest.raises(Invalid):
        serialization.from_json(Kind.PROJECT, {"ordinal": ordinal})


def test_cleaning_takes_tabs_and_control_characters_and_nothing_else() -> None:
    assert documents.clean_text(" \t一\t二\r\n三\r四\x00\x0b\x85五\ud800　 ") == "一 二\n三\n四五"
    assert documents.clean_text("＝1+1 <b>&amp;") == "＝1+1 <b>&amp;"


# --- a form --------------------------------------------------------------------------------------


def test_form_is_assembled_from_texts_and_row_ids() -> None:
    texts = documents.texts(PROJECT)
    assert documents.assemble(Kind.PROJECT, texts, {"indicators": ["aaaa", "bbbb"]}) == PROJECT


def test_assembling_blanks_what_is_missing_cleans_and_takes_any_length() -> None:
    long = "字" * (MAX_TEXT + 1)
    texts = {"overall": long, "duties/dddd/name": "\t职责 "}
    assert documents.assemble(Kind.DEPARTMENT, texts, {"duties": ["dddd"]}) == DepartmentDocument(
        long, (Duty("dddd", "职责", ""),)
    )


@pytest.mark.parametrize(
    "row_ids",
    [
        {"duties": ["dddd", "dddd"]},
        {"duties": ["dddd"], "safeguards": ["dddd"]},
        {"duties": ["../x"]},
        {"duties": [f"row{n}" for n in range(MAX_ROWS + 1)]},
    ],
)
def test_assembling_refuses_row_ids_that_are_none_or_stand_twice(row_ids: dict[str, list[str]]) -> None:
    with pytest.raises(Invalid):
        documents.assemble(Kind.DEPARTMENT, {}, row_ids)


# --- addressing ----------------------------------------------------------------------------------


@given(any_document)
def test_every_text_is_found_at_its_path_and_can_be_replaced_there(document: Document) -> None:
    found = documents.texts(document)
    for path, text in found.items():
        assert documents.value_at(document, path) == text
        new = "77" if path == "ordinal" else "新"
        assert documents.texts(documents.with_value(document, path, new)) == found | {path: new}


def test_text_of_a_row_that_is_gone_is_none() -> None:
    assert documents.value_at(PROJECT, "indicators/gone/level3") is None


@pytest.mark.parametrize("path", ["", "budget", "overall", "indicators/aaaa", "indicators/aaaa/id", "a/b/c/d"])
def test_path_that_the_form_has_not_is_refused(path: str) -> None:
    with pytest.raises(Invalid):
        documents.value_at(PROJECT, path)


def test_rows_of_a_list_that_the_form_has_not_are_refused() -> None:
    with pytest.raises(Invalid):
        documents.rows(PROJECT, "duties")


PLACES = {
    "": "整表",
    "goals": "绩效目标",
    "budget": "预算规模",
    "budget/fiscal": "其中：财政资金",
    "spending_plan": "资金支出计划",
    "indicators": "绩效指标",
    "indicators/bbbb": "绩效指标第2行",
    "indicators/aaaa/target_value": "绩效指标第1行·指标值",
}


@pytest.mark.parametrize(("path", "label"), PLACES.items())
def test_place_of_an_opinion_has_words(path: str, label: str) -> None:
    assert forms.is_place(PROJECT, path)
    assert forms.label(PROJECT, path) == label


def test_row_that_is_gone_still_has_words_but_is_no_place() -> None:
    assert forms.label(PROJECT, "indicators/gone/basis") == "绩效指标（已删除的行）·指标值确定依据"
    assert not forms.is_place(PROJECT, "indicators/gone")
    assert not forms.is_place(PROJECT, "indicators/gone/basis")


@pytest.mark.parametrize("path", ["overall", "duties", "indicators/aaaa/none", "indicators/aaaa/level3/x", "x/aaaa"])
def test_place_of_another_form_is_none(path: str) -> None:
    assert not forms.is_place(PROJECT, path)


@pytest.mark.parametrize("group", ["budget", "spending_plan"])
def test_department_table_has_no_amounts_to_point_at(group: str) -> None:
    assert not forms.is_place(DEPARTMENT, group)


def test_without_ids_compares_everything_else() -> None:
    other = DepartmentDocument("总体目标", (Duty("eeee", "职责", "目标"),), (Safeguard("tttt", "标题", "正文"),))
    assert documents.without_ids(other) == documents.without_ids(DEPARTMENT)
    assert documents.without_ids(documents.with_value(DEPARTMENT, "duties/dddd/goal", "别的")) != (
        documents.without_ids(DEPARTMENT)
    )
