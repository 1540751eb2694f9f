"""E12: nothing mandatory is blank."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.documents import (
    DepartmentDocument,
    Duty,
    Indicator,
    ProjectDocument,
    Safeguard,
    with_value,
)
from portal.domain.rules import check_table
from portal.domain.rules.blanks import is_blank
from tests.domain.sound_documents import DEPARTMENT, EFFECT, HEBEI, OUTPUT, PROJECT, SATISFACTION, places

MANDATORY = [
    "office_code",
    "office_name",
    "project_code",
    "project_name",
    "budget/total",
    "purpose",
    "goals",
    "indicators/row2/level1",
    "indicators/row2/level2",
    "indicators/row2/level3",
    "indicators/row2/description",
    "indicators/row2/target_value",
]


def test_sound_documents_have_no_finding() -> None:
    assert check_table(PROJECT, HEBEI) == []
    assert check_table(DEPARTMENT, HEBEI) == []


@pytest.mark.parametrize("path", MANDATORY)
@pytest.mark.parametrize("blank", ["", " \n\u3000"])
def test_blank_field_is_found(path: str, blank: str) -> None:
    found = check_table(with_value(PROJECT, path, blank), HEBEI)
    # A row without its level 1 no longer counts as an effect.
    kinds = [("E5", "indicators")] if path.endswith("level1") else []
    assert places(found) == [*kinds, ("E12", path)]


@pytest.mark.parametrize(
    "path", [path for path in MANDATORY if not path.endswith(("level1", "level2", "code", "total"))]
)
@pytest.mark.parametrize("words", ["/", "——", "……", "待定", "（略）", "XX"])
def test_words_that_only_hold_the_place_are_blank(path: str, words: str) -> None:
    (found,) = check_table(with_value(PROJECT, path, words), HEBEI)
    assert (found.rule, found.path) == ("E12", path)
    assert f"（只写了“{words}”）" in found.message


@pytest.mark.parametrize("path", ["indicators/row2/description", "goals", "purpose"])
@pytest.mark.parametrize("words", ["无", "不适用", "同上"])
def test_answers_are_not_blank(path: str, words: str) -> None:
    assert "E12" not in {found.rule for found in check_table(with_value(PROJECT, path, words), HEBEI)}


@pytest.mark.parametrize("path", ["budget/fiscal", "ordinal"])
def test_field_that_may_be_blank_here(path: str) -> None:
    document = with_value(PROJECT, "budget/total", "3000.00")
    document = with_value(document, "budget/other", "3000.00")
    document = with_value(document, "budget/fiscal", "0")
    assert check_table(with_value(document, path, ""), HEBEI) == []


def test_empty_table_reports_each_place_once_in_the_order_of_the_form() -> None:
    assert places(check_table(ProjectDocument(), HEBEI)) == [
        ("E2", "spending_plan"),
        ("E12", "office_code"),
        ("E12", "office_name"),
        ("E12", "project_code"),
        ("E12", "project_name"),
        ("E12", "budget/total"),
        ("E12", "purpose"),
        ("E12", "goals"),
        ("E12", "indicators"),
    ]


def test_blank_row_is_one_finding() -> None:
    document = replace(PROJECT, indicators=(OUTPUT, EFFECT, Indicator("row9"), SATISFACTION))
    found = check_table(document, HEBEI)
    assert places(found) == [("E12", "indicators/row9")]
    assert found[0].message == "绩效指标第3行是空行；请填写，不需要的请删除。"


def test_cell_message_names_row_and_column() -> None:
    document = replace(PROJECT, indicators=(OUTPUT, replace(EFFECT, target_value=""), SATISFACTION))
    assert [finding.message for finding in check_table(document, HEBEI)] == [
        "绩效指标第2行没有填写指标值；没有指标值就无法考核，请填写。"
    ]


def test_empty_department_part() -> None:
    assert places(check_table(DepartmentDocument(), HEBEI)) == [("E12", "overall"), ("E12", "duties")]


def test_department_rows() -> None:
    document = replace(
        DEPARTMENT,
        duties=(Duty("duty1", "党建", ""), Duty("duty2", "", "发展党员 5 名。"), Duty("duty3")),
        safeguards=(Safeguard("safe1", "", "落实。"), Safeguard("safe2", "尽责", " "), Safeguard("safe3")),
    )
    assert places(check_table(document, HEBEI)) == [
        ("E12", "duties/duty1/goal"),
        ("E12", "duties/duty2/name"),
        ("E12", "duties/duty3"),
        ("E12", "safeguards/safe1/title"),
        ("E12", "safeguards/safe2/body"),
        ("E12", "safeguards/safe3"),
    ]


def test_department_without_safeguards_is_complete() -> None:
    assert check_table(replace(DEPARTMENT, safeguards=()), HEBEI) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, True) for text in ("", " ", "/", "——", "…", "待定", "（待定）", "xx", "/" * 12)),
        *((text, False) for text in ("无", "不适用", "同上", "≥", "待定量", "/" * 13)),
    ],
)
def test_strokes_and_placeholders_of_up_to_twelve_characters_are_blank(text: str, expected: bool) -> None:
    assert is_blank(text) is expected
