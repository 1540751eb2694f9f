"""The two forms: canonical JSON, digest, cleaning, addressing."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
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
    PostedForm,
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
    '{"duties":[{"goal":"目标","id":"dddd","name":"职责"}],"form":"department-2017","overall":"总体目标",'
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
        "form": "hebei-2017",
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
    # Written down once: a later version of the portal must still write what it wrote, and verify it.
    written_down = "2781dbcb7d913872d6fad1e24a8ca72936817fad562d84f72341278366e19f61"
    assert serialization.digest(serialization.canonical(PROJECT)) == written_down


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


# --- a stored text -------------------------------------------------------------------------------


def test_text_stored_before_forms_had_names_is_of_the_first_form() -> None:
    stored = CANONICAL.replace('"form":"department-2017",', "")
    assert serialization.load(Kind.DEPARTMENT, stored) == DEPARTMENT


def test_key_that_is_not_known_any_more_is_kept_as_an_extra_text() -> None:
    stored = CANONICAL.replace('"overall"', '"motto":"为民","overall"').replace(
        '"id":"dddd"', '"id":"dddd","owner":"办公室"'
    )
    loaded = serialization.load(Kind.DEPARTMENT, stored)
    assert (loaded.extra, loaded.duties[0].extra) == ((("motto", "为民"),), (("owner", "办公室"),))  # type: ignore[union-attr]
    assert serialization.load(Kind.DEPARTMENT, serialization.canonical(loaded)) == loaded


def test_field_that_its_form_does_not_show_is_stored_only_where_it_says_something() -> None:
    weighted = replace(PROJECT, indicators=(replace(PROJECT.indicators[0], weight="10"),))
    assert '"weight":"10"' in serialization.canonical(weighted)
    assert '"weight"' not in serialization.canonical(PROJECT)


# --- a posted form -------------------------------------------------------------------------------


def test_posted_form_of_a_document_gives_it_back() -> None:
    assert PostedForm.of(PROJECT).onto(ProjectDocument(3, "610002")) == PROJECT


def test_field_that_a_posted_form_does_not_name_keeps_its_value() -> None:
    posted = PostedForm({"goals": "新目标", "indicators/aaaa/basis": "新文件"}, {"indicators": ["aaaa"]})
    row = replace(PROJECT.indicators[0], basis="新文件")
    assert posted.onto(PROJECT) == replace(PROJECT, goals="新目标", indicators=(row,))


def test_list_that_was_posted_empty_loses_its_last_row_and_one_that_was_not_posted_keeps_it() -> None:
    assert PostedForm({}, {"duties": []}).onto(DEPARTMENT) == replace(DEPARTMENT, duties=())
    assert PostedForm({}, {}).onto(DEPARTMENT) == DEPARTMENT


def test_posted_texts_are_cleaned_and_may_be_of_any_length() -> None:
    long = "字" * (MAX_TEXT + 1)
    posted = PostedForm({"overall": long, "duties/dddd/name": "\t职责 "}, {"duties": ["dddd"]})
    assert posted.onto(DepartmentDocument()) == DepartmentDocument(long, (Duty("dddd", "职责", ""),))


def test_what_is_fixed_at_birth_cannot_be_posted() -> None:
    assert PostedForm({"ordinal": "9", "office_code": "620001"}, {}).onto(PROJECT) == PROJECT


@pytest.mark.parametrize(
    ("act", "ids", "shown"),
    [
        ("up", ["bbbb", "aaaa"], "bbbb"),
        ("down", ["aaaa", "bbbb"], "bbbb"),
        ("delete", ["aaaa"], "aaaa"),
        ("unknown", ["aaaa", "bbbb"], "bbbb"),
    ],
)
def test_row_buttons_change_the_posted_rows(act: str, ids: list[str], shown: str) -> None:
    posted, row_id = PostedForm.of(PROJECT).after(act, "indicators", "bbbb")
    assert (posted.rows["indicators"], row_id) == (ids, shown)


def test_duplicated_row_stands_behind_its_original_with_its_texts() -> None:
    posted, row_id = PostedForm.of(PROJECT).after("duplicate", "indicators", "aaaa")
    first, copy, _ = posted.onto(PROJECT).indicators  # type: ignore[union-attr]
    assert (copy.id, replace(copy, id="aaaa")) == (row_id, first)


@pytest.mark.parametrize(
    "row_ids",
    [
        {"duties": ["dddd", "dddd"]},
        {"duties": ["dddd"], "safeguards": ["dddd"]},
        {"duties": ["../x"]},
        {"duties": [f"row{n}" for n in range(MAX_ROWS + 1)]},
    ],
)
def test_posted_row_ids_that_are_none_or_stand_twice_are_refused(row_ids: dict[str, list[str]]) -> None:
    with pytest.raises(Invalid):
        PostedForm({}, row_ids).onto(DepartmentDocument())


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


@pytest.mark.parametrize(
    ("path", "former", "now"),
    [
        ("goals", "绩效目标", "绩效目标"),
        ("", "整表", "整表"),
        ("indicators/{id}", "绩效指标第1行", "绩效指标第1行"),
        ("indicators/{id}/basis", "绩效指标第1行·指标值确定依据", "绩效指标第1行·指标值确定依据"),
        ("indicators/{id}/basis", "绩效指标第12行·指标值确定依据", "绩效指标（原第12行，现第1行）·指标值确定依据"),
        ("indicators/gone", "绩效指标第3行", "绩效指标（原第3行，该行已删除）"),
        ("indicators/gone/basis", "绩效指标第3行·依据", "绩效指标（原第3行，该行已删除）·指标值确定依据"),
    ],
)
def test_label_now_names_the_former_and_the_present_row(path: str, former: str, now: str) -> None:
    assert forms.label_now(PROJECT, path.format(id=PROJECT.indicators[0].id), former) == now
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


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("610002-\n2020-101-0001", "610002-2020-101-0001"),
        ("古城\n街道办事处", "古城街道办事处"),
        ("54,\r\n000.00", "54,000.00"),
        ("Smart \n City", "Smart City"),
        ("\n甲\n", "甲"),
        ("\u202d23,000.\u200b00\u202c", "23,000.00"),
        ("\ufeff610-1301\u00ad-JBN", "610-1301-JBN"),
    ],
)
def test_clean_field_of_one_line_holds_no_line_break_and_nothing_invisible(typed: str, stored: str) -> None:
    assert documents.clean_field(Kind.PROJECT, "project_name", typed) == stored
    assert documents.clean_field(Kind.PROJECT, "goals", typed) == documents.clean_text(typed)


def test_with_clean_lines_changes_every_field_of_one_line_and_no_other() -> None:
    broken = ProjectDocument(indicators=(Indicator("a001", weight="1\n0", level3="甲\n乙"),))
    paths = [path for path in documents.texts(broken) if path != "ordinal"]
    for path in paths:
        broken = documents.with_value(broken, path, "甲\n\u200b乙")

    clean = documents.texts(documents.with_clean_lines(broken))

    joined = {path for path in paths if clean[path] == "甲乙"}
    assert {documents.field_of(Kind.PROJECT, path) for path in joined} == documents.ONE_LINE - {"ordinal"}
    assert all(clean[path] == "甲\n\u200b乙" for path in paths if path not in joined)
