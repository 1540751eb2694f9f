"""E3: codes in the pattern and in agreement, codes and names unique."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.documents import PerformanceText, ProjectDocument
from portal.domain.rules import check_table, check_text
from tests.domain.sound_documents import DEPARTMENT, HEBEI, PROJECT, places

OTHER = replace(PROJECT, ordinal=2, project_code="610-1301-JBN-ABI7", project_name="车辆保险费")


def with_codes(project_code: str, office_code: str = "610002") -> ProjectDocument:
    return replace(PROJECT, project_code=project_code, office_code=office_code)


@pytest.mark.parametrize("code", ["610-1301-JBN-OTTA", "610-1201-YBN-9228", " 610-1301-JBN-3Y43 "])
def test_code_in_pattern(code: str) -> None:
    assert check_table(with_codes(code), HEBEI) == []


@pytest.mark.parametrize(
    "code",
    [
        "610-1301-JBN-OTT",
        "610-1301-JBN-OTTAA",
        "610-1301-jbn-OTTA",
        "6101301JBNOTTA",
        "６１０-1301-JBN-OTTA",
        "610-1301-JBN-OTTA\n610-1301-JBN-OTTA",
        "无",
        "610-1301-JBN-OTTA" + "A" * 100_000,
        "\ufdfa" * 64,
    ],
)
def test_code_outside_pattern(code: str) -> None:
    assert places(check_table(with_codes(code), HEBEI)) == [("E3", "project_code")]


@pytest.mark.parametrize(
    ("code", "mending"),
    [
        ("６１０—１３０１—ｊｂｎ—ＯＴＴＡ", "请改写为 610-1301-JBN-OTTA（半角、大写）。"),
        ("610 - 1301 - JBN - otta", "请改写为 610-1301-JBN-OTTA（半角、大写）。"),
        ("610-1301", "请对照预算系统中的项目编码改正。"),
    ],
)
def test_message_offers_the_code_that_was_meant(code: str, mending: str) -> None:
    message = check_table(with_codes(code), HEBEI)[0].message
    assert message.removeprefix(message.rpartition("；")[0] + "；") == mending


@pytest.mark.parametrize(
    ("project_code", "office_code", "paths"),
    [
        ("611-1301-JBN-OTTA", "610002", ["project_code"]),
        ("610-1301-JBN-OTTA", "611002", ["project_code"]),
        ("610-1301-JBN-OTTA", "61002", ["office_code"]),
        ("610-1301-JBN-OTTA", "６１０００２", ["office_code"]),
        ("610-1301-JBN-OTTA", "999-02", ["office_code"]),
        ("无", "61002", ["office_code", "project_code"]),
    ],
)
def test_codes_that_disagree(project_code: str, office_code: str, paths: list[str]) -> None:
    found = check_table(with_codes(project_code, office_code), HEBEI)
    assert places(found) == [("E3", path) for path in paths]


def test_blank_codes_are_left_to_completeness() -> None:
    found = check_table(with_codes("", ""), HEBEI)
    assert places(found) == [("E12", "office_code"), ("E12", "project_code")]


def test_pattern_of_the_year_decides() -> None:
    year = replace(HEBEI, code_pattern=r"^\d{8}P\d{5}$")
    assert check_table(with_codes("13030361P00042"), year) == []
    found = check_table(PROJECT, year)
    assert places(found) == [("E3", "project_code")]
    assert "本年度规定的格式是 NNNNNNNNPNNNNN（N 为一位数字" in found[0].message
    assert "，例如 12345678P90123。" in found[0].message
    year = replace(HEBEI, code_pattern=r"\d{14,}")
    assert "本年度规定的格式是 \\d{14,}。" in check_table(PROJECT, year)[0].message


def test_same_code_is_found_at_the_table_that_is_checked() -> None:
    twin = replace(OTHER, project_code=PROJECT.project_code)
    found = check_table(PROJECT, HEBEI, others=[twin])
    assert places(found) == [("E3", "project_code")]
    assert found[0].message == (
        "项目编码“610-1301-JBN-OTTA”与表2“车辆保险费”相同。同一单位同一年度内项目编码不得重复，"
        "否则预算与绩效目标对不上；请核对，重复的表请删除或合并。"
    )


def test_same_name_is_found_without_regard_to_white_space() -> None:
    twin = replace(OTHER, project_name="办事处 工作\u3000经费")
    assert places(check_table(PROJECT, HEBEI, others=[twin])) == [("E3", "project_name")]


def test_other_tables_that_differ_are_no_finding() -> None:
    namesake = replace(OTHER, project_name="办事处工作经费（二）")
    assert check_table(PROJECT, HEBEI, others=[OTHER, namesake]) == []


def test_blank_codes_and_names_are_not_the_same() -> None:
    blank = ProjectDocument()
    with_blank = check_table(blank, HEBEI, others=[blank])
    assert with_blank == check_table(blank, HEBEI)


def test_faults_among_the_others_are_not_this_tables() -> None:
    assert check_table(PROJECT, HEBEI, others=[OTHER, OTHER]) == []
    assert check_table(DEPARTMENT, HEBEI, others=[OTHER, OTHER]) == []


def test_text_reports_each_of_the_tables_that_collide() -> None:
    text = PerformanceText(DEPARTMENT, (PROJECT, OTHER, replace(PROJECT, ordinal=3, project_name="另一项目")))
    found = check_text(text, HEBEI)
    assert [(finding.table, finding.rule, finding.path) for finding in found] == [
        (1, "E3", "project_code"),
        (3, "E3", "project_code"),
    ]


def test_many_tables_with_one_code_are_counted_not_listed() -> None:
    tables = tuple(replace(PROJECT, ordinal=n, project_name=f"项目{n}") for n in range(1, 61))
    found = check_text(PerformanceText(tables=tables), HEBEI)
    assert [(finding.table, finding.path) for finding in found] == [(n, "project_code") for n in range(1, 61)]
    assert "与表1“项目1”、表2“项目2”、表3“项目3”等 59 张表相同。" in found[59].message
    assert "与表2“项目2”、表3“项目3”、表4“项目4”等 59 张表相同。" in found[0].message
