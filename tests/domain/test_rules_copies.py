"""W7 and the sentences it compares: what is worth comparing, what is near, and what context are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.documents import DepartmentDocument, Duty, PerformanceText, ProjectDocument
from portal.domain.rules import Finding, RuleContext, check_table, check_text, sentences
from portal.domain.rules.sentences import key_of, letters, near
from tests.domain.rule_cases import SOUND, YEAR

COPIED = "积极发挥管理及服务职能，完成辖区居民事项的办理"


def copies(findings: list[Finding]) -> list[tuple[int, str]]:
    return [(finding.table, finding.path) for finding in findings if finding.rule == "W7"]


def saying(goals: str, number: int = 1) -> ProjectDocument:
    return ProjectDocument(ordinal=number, project_name=f"项目{number}", goals=goals)


def test_sentences_have_places_and_keys() -> None:
    document = replace(
        SOUND,
        goals="1、按月向42名社区工作人员发放报酬，全年不拖欠。\n2、短句。",
        purpose="资金专款专用，按进度支付完毕。",
    )
    (only,) = sentences(document)
    assert (only.path, only.text) == ("goals", "1、按月向42名社区工作人员发放报酬，全年不拖欠")
    assert only.key == "按月向42名社区工作人员发放报酬全年不拖欠"


def test_sentences_of_duties() -> None:
    document = DepartmentDocument(f"{COPIED}。", (Duty("duty1", "名称", f"{COPIED}；组织人大代表开展活动四次。"),))
    assert [sentence.path for sentence in sentences(document)] == ["duties/duty1/goal"] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1、按月发放社区工作人员工资。", "（二）按月发放社区工作人员工资；"),
        ("２０２０年完成道路养护３０公里", "2019年完成道路养护30公里"),
        ("做好社区管理和服务", "做好社区管理与服务"),
        ("进一步做好 社区管理", "做好社区管理"),
        ("提升社区服务水平，保障居民办事", "提高社区服务水平，确保居民办事"),
        ("强化队伍建设，健全工作制度", "加强队伍建设，完善工作制度"),
    ],
)
def test_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("努力与相关部门协调积极发挥管理服务职能", "社区努力与辖区相关部门协调积极发挥管理服务职能", True),
        ("完成古城范围排水管网改造", "完成南关范围排水管网改造", False),
        ("全年培训就业困难人员120人", "全年培训就业困难人员80人", False),
        ("发放社区干部人员工资", "按时足额发放社区干部人员工资并缴纳各项社会保险费用", False),
        ("完成排水改造30处", "完成排水管网改造30处", True),
        ("完成排水管网改造三十处工程", "管网改造完成排水三十处工程", False),
    ],
)
def test_near(one: str, other: str, expected: bool) -> None:
    assert near(one, other) is near(other, one) is expected
    if expected:
        short, long = sorted((one, other), key=len)
        assert not letters(short) & ~letters(long)


def test_copies_within_the_office_are_told_at_each_place() -> None:
    department = DepartmentDocument("总体", (Duty("duty1", "参政议政", f"{COPIED}。"),))
    text = PerformanceText(
        department,
        (saying(f"1、{COPIED}"), saying(f"社区{COPIED}工作。", 2), saying("别的目标，与前面的都不相同。", 3)),
    )
    found = check_text(text, YEAR)
    assert copies(found) == [(0, "duties/duty1/goal"), (1, "goals"), (2, "goals")]
    told = {finding.table: finding.message for finding in found if finding.rule == "W7"}
    assert "与职责“参政议政”的文字相同" in told[1]
    assert "几乎相同" in told[2]
    assert "与表1“项目1”的文字相同，与表2“项目2”的文字几乎相同（“社区积极发挥" in told[0]


def test_a_sentence_said_twice_in_one_table_is_no_copy() -> None:
    assert copies(check_table(replace(saying(COPIED), purpose=COPIED), YEAR)) == []


def test_copy_of_another_office_is_told() -> None:
    where = {key_of(COPIED): "南关街道办事处 2020 年度“社区工作经费”"}
    (found,) = [f for f in check_table(saying(COPIED), YEAR, context=RuleContext(elsewhere=where)) if f.rule == "W7"]
    assert found.path == "goals"
    assert "与南关街道办事处 2020 年度“社区工作经费”的文字相同" in found.message


def test_short_sentence_of_another_office_is_no_copy() -> None:
    short = "按月发放社区工作人员工资"
    where = {key_of(short): "南关街道办事处"}
    assert copies(check_table(saying(short), YEAR, context=RuleContext(elsewhere=where))) == []


LAST_YEAR = (
    "1、按月发放社区工作人员报酬，全年不拖欠。",
    "2、居民来社区办事有人接待、有人办理。",
    "3、社区工作人员队伍保持稳定不流失。",
)


@pytest.mark.parametrize(
    ("kept", "fresh", "found"),
    [
        (3, 0, True),
        (4, 1, True),
        (3, 2, False),  # two new goals: written for this year
        (2, 0, False),  # two sentences are too few to judge
    ],
)
def test_text_without_anything_new_is_last_years(kept: int, fresh: int, found: bool) -> None:
    lines = [*LAST_YEAR, "4、组织社区工作人员参加业务培训和考核。"][:kept]
    new = ["新增社区两处，配备工作人员六名并完成岗前培训。", "为老旧小区加装门禁十二套并接入平台。"][:fresh]
    context = RuleContext(last_year={key_of(line): "表1“社区工作经费”" for line in lines})
    document = saying(
        "\n".join(line.replace("社区", "本街道社区", 1) if n else line for n, line in enumerate([*lines, *new]))
    )
    assert bool(copies(check_table(document, YEAR, context=context))) is found


def test_what_the_portal_carried_over_is_not_held_against_the_text() -> None:
    context = RuleContext(last_year={key_of(line): "表1“社区工作经费”" for line in LAST_YEAR})
    document = saying("\n".join(LAST_YEAR))
    assert copies(check_table(document, YEAR, context=context))
    for ordinal, found in ((document.ordinal, False), (document.ordinal + 1, True)):
        carried = replace(context, taken_over={ordinal: frozenset(context.last_year)})
        assert bool(copies(check_table(document, YEAR, context=carried))) is found


def test_department_is_looked_at_too() -> None:
    department = DepartmentDocument("总体", (Duty("duty1", "名称", COPIED),))
    context = RuleContext(elsewhere={key_of(COPIED): "南关街道办事处"})
    assert copies(check_table(department, YEAR, context=context)) == [(0, "duties/duty1/goal")]
