"""Warnings at their thresholds: what is just found, and what is just not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.documents import DepartmentDocument, Duty, PerformanceText, ProjectDocument, SpendingPlan
from portal.domain.rules import Finding, RuleContext, check_table, check_text, sentences
from portal.domain.rules.sentences import FEWEST_ELSEWHERE, LONGEST, SHORTEST, key_of, near, nearest
from tests.domain.rule_cases import SOUND, YEAR, row, rules_against, with_fields

HAN = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"


def saying(goals: str, number: int = 1) -> ProjectDocument:
    return ProjectDocument(ordinal=number, project_name=f"项目{number}", goals=goals)


def found(rule: str, findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.rule == rule]


# --- W7: copies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "is_compared"), [(SHORTEST - 1, False), (SHORTEST, True)])
def test_sentence_is_compared_from_ten_characters_on(length: int, is_compared: bool) -> None:
    assert SHORTEST == 10
    assert bool(sentences(saying(HAN[:length]))) is is_compared


@pytest.mark.parametrize(("length", "is_copy"), [(FEWEST_ELSEWHERE - 1, False), (FEWEST_ELSEWHERE, True)])
def test_copy_from_another_office_has_at_least_sixteen_characters(length: int, is_copy: bool) -> None:
    assert FEWEST_ELSEWHERE == 16
    context = RuleContext(elsewhere={key_of(HAN[:length]): "南关街道办事处"})
    assert bool(found("W7", check_table(saying(HAN[:length]), YEAR, context=context))) is is_copy


@pytest.mark.parametrize(
    ("same", "of", "is_last_years"),
    [(2, 2, False), (3, 3, True), (3, 4, False), (4, 5, True), (7, 9, False), (8, 10, True)],
)
def test_text_is_last_years_from_three_sentences_and_four_fifths_on(same: int, of: int, is_last_years: bool) -> None:
    lines = [f"{HAN[3 * n : 3 * n + 3]}社区新建文化活动室{n}处" for n in range(of)]
    context = RuleContext(last_year={key_of(line): "表1“社区经费”" for line in lines[:same]})
    told = found("W7", check_table(saying("\n".join(lines)), YEAR, context=context))
    assert bool(told) is is_last_years
    if told:
        assert f"{of} 句话中有 {same} 句与上年度表1“社区经费”相同或几乎相同" in told[0].message


@pytest.mark.parametrize(
    ("shorter", "length", "is_near"), [(12, 16, True), (11, 16, False), (30, 40, True), (29, 40, False)]
)
def test_sentences_are_near_if_the_shorter_has_three_quarters_of_the_longer(
    shorter: int, length: int, is_near: bool
) -> None:
    longer = HAN[:length]
    assert near(HAN[:shorter], longer) is near(longer, HAN[:shorter]) is is_near
    assert (nearest(HAN[:shorter], ["别的", longer]) == longer) is is_near
    told = found("W7", check_text(PerformanceText(tables=(saying(HAN[:shorter]), saying(longer, 2))), YEAR))
    assert [(finding.table, "几乎相同" in finding.message) for finding in told] == ([(1, True), (2, True)] * is_near)


@pytest.mark.parametrize(("others", "told"), [(1, "表2“项目2”"), (3, "表4“项目4”的"), (4, "表4“项目4”等 4 处的")])
def test_copy_names_three_other_places_and_the_number_of_more(others: int, told: str) -> None:
    text = PerformanceText(tables=tuple(saying(HAN[:20], number) for number in range(1, others + 2)))
    first, *_ = found("W7", check_text(text, YEAR))
    assert told in first.message


def test_sentences_of_one_document_are_read_up_to_two_hundred() -> None:
    lines = [f"{HAN[n % 40]}社区新建文化活动室第{n}处" for n in range(201)]
    assert [sentence.text for sentence in sentences(saying("\n".join(lines)))] == lines[:200]


def test_sentence_is_compared_up_to_three_hundred_characters() -> None:
    long = (HAN * 10)[:LONGEST]
    assert key_of(f"{long}甲") == key_of(f"{long}乙") == long
    assert key_of(f"{long[:-1]}甲") != key_of(f"{long[:-1]}乙")


def test_duty_that_is_copied_is_named_and_other_parts_are_the_department() -> None:
    department = DepartmentDocument("", (Duty("duty1", "征兵", HAN[:20]), Duty("duty2", "民政", "按时办理。")))
    told = found("W7", check_text(PerformanceText(department, (saying(HAN[:20]),)), YEAR))
    assert "与职责“征兵”的文字相同" in told[-1].message


# --- W10 and W11: shares -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "is_found"),
    [("≥100%", True), ("＝100%", True), ("≤100%", False), ("≥99.9%", False), ("≥101%", False), ("≥100分", False)],
)
def test_satisfaction_of_exactly_100_percent_is_found(value: str, is_found: bool) -> None:
    case = row("满意度", "服务对象满意度", "受助对象满意度", value=value)
    assert ("W10" in rules_against(case)) is is_found


@pytest.mark.parametrize(
    ("value", "is_found"),
    [
        ("≥99.99%", True),
        ("＝100%", False),
        ("≥100%", False),
        ("≥50.01%", True),
        ("≥50%", False),  # a share of something else
        ("≤95%", False),
        ("＜95%", False),
        ("≥95分", False),
        ("≥99%为优；＜99%为差", True),
        ("≥100%为优；＜100%为差", False),
        ("＞50%为优；≤50%为差", False),
        ("≥51%为优；＜51%为差", True),
        ("≥95分为优；＜95分为差", False),
        ("＝100%（≥90%为优；＜90%为差）", False),
    ],
)
def test_statutory_pay_is_found_between_50_and_100_percent(value: str, is_found: bool) -> None:
    case = row("产出", "时效", "工资发放及时率", "按时发放的人数占应发人数的比例", value)
    assert ("W11" in rules_against(case)) is is_found


def test_statutory_pay_under_satisfaction_is_no_share_of_pay() -> None:
    case = row("满意度", "服务对象满意度", "工资发放及时率", "按时发放的人数占应发人数的比例", "≥95%")
    assert "W11" not in rules_against(case)


# --- W12: standards, people and months -----------------------------------------------------------

PAID = {
    "goals": "按月发放生活补贴。",
    "indicators/row01/level3": "补贴发放率",
    "indicators/row01/target_value": "＝100%",
    "indicators/row03/description": "每月15日前发放到位的月份占比",
}
"""The sound table without numbers of people and months."""


def subsidy(purpose: str, total: str, standard: str = "＝500元/人·月") -> dict[str, str]:
    amounts = {"budget/total": total, "budget/fiscal": total, "indicators/row04/target_value": standard}
    return PAID | {"purpose": purpose} | amounts


@pytest.mark.parametrize(
    ("purpose", "total", "is_found"),
    [
        ("生活补贴，15人，每人每月500元。", "90000", False),
        ("生活补贴，15人，每人每月500元。", "90000.01", True),
        ("生活补贴，15人，每人每月500元。", "89999.99", True),
        ("生活补贴，每人每月500元。", "90000", True),
        ("生活补贴，1人，每人每月500元。", "6000", False),
        ("生活补贴，每人每月500元。", "6000", True),
        ("生活补贴，每人每月500元。", "5999.99", False),  # less than one person: other money
        ("生活补贴，10人，每人每月500元，6个月。", "30000", False),
        ("生活补贴，10人，每人每月500元，6个月。", "60000", True),
        ("生活补贴，10人，每人每月500元，6个月；另4个月。", "60000", False),  # two periods: not told which
        ("生活补贴，10人，每人每月500元，上半年。", "30000", False),
        ("生活补贴，10人，每人每月500元，1-6月。", "30000", False),
        ("生活补贴，10人，每人每月500元，1-5月。", "25000", False),
        ("生活补贴，10人，每人每月500元，1-5月。", "30000", True),
        ("生活补贴，10人，每人每月500元，第一季度。", "15000", False),
        ("生活补贴，10人，每人每月500元，前三季度。", "45000", False),
        ("生活补贴，10人和5人，每人每月500元。", "90000", False),  # together
        ("生活补贴，10人和4人，每人每月500元。", "90000", False),  # several numbers: not told which
        ("生活补贴，14人，每人每月500元。", "90000", True),
        ("生活补贴，15人，每人每月500元，另有慰问品300元。", "91000", False),  # another sum of money
    ],
)
def test_amount_divided_by_standard_and_months_is_the_number_of_people(
    purpose: str, total: str, is_found: bool
) -> None:
    assert ("W12" in rules_against(subsidy(purpose, total))) is is_found


@pytest.mark.parametrize(
    ("purpose", "total", "standard", "is_found"),
    [
        ("生活补贴，15人，每人每年1200元。", "18000", "＝1200元/人·年", False),
        ("生活补贴，15人，每人每年1200元。", "216000", "＝1200元/人·年", True),
        ("生活补贴，15人，每人每月500元。", "90000", "＝600元/人·月", False),  # two standards
    ],
)
def test_standard_of_a_year_has_no_months_and_two_standards_are_not_judged(
    purpose: str, total: str, standard: str, is_found: bool
) -> None:
    assert ("W12" in rules_against(subsidy(purpose, total, standard))) is is_found


@pytest.mark.parametrize(
    ("purpose", "total", "told"),
    [
        ("生活补贴，每人每月500元。", "91000", "＝ 15.17 人，不是整数，表中也没有写发放多少人。"),
        ("生活补贴，每人每月500元。", "90000", "（每人每月 500 元 × 12 个月）＝ 15 人，表中却没有写发放多少人。"),
        ("生活补贴，16人，每人每月500元。", "90000", "＝ 15 人，与表中写的 16 人不符。"),
    ],
)
def test_message_says_what_the_number_of_people_does_not_fit(purpose: str, total: str, told: str) -> None:
    (finding,) = found("W12", check_table(with_fields(subsidy(purpose, total)), YEAR))
    assert finding.path == "budget/total"
    assert told in finding.message


# --- W13: plans ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "is_found"),
    [
        (("25", "60", "90", "100"), True),
        (("25", "60", "60", "100"), True),
        (("0", "25", "60", "100"), True),
        (("0", "60", "60", "100"), False),
        (("0", "100", "100", "100"), False),
        (("", "60", "90", "100"), False),
    ],
)
def test_payment_due_once_is_spread_from_three_steps_on(plan: tuple[str, ...], is_found: bool) -> None:
    document = replace(
        SOUND,
        project_name="车辆保险费",
        purpose="2辆公务用车交强险和商业险，每辆2000元。",
        spending_plan=SpendingPlan(*plan),
    )
    assert bool(found("W13", check_table(document, YEAR))) is is_found


def planned(count: int, *others: ProjectDocument) -> list[Finding]:
    same = [
        replace(
            SOUND, ordinal=n, project_code=f"610-1301-JBN-T{n:03d}", spending_plan=SpendingPlan("25", "60", "90", "100")
        )
        for n in range(1, count + 1)
    ]
    return found("W13", check_text(PerformanceText(tables=(*same, *others)), YEAR))


def test_one_plan_for_all_is_found_from_four_tables_on() -> None:
    assert planned(3) == []
    told = planned(4)
    assert [(finding.table, finding.path) for finding in told] == [(n, "spending_plan") for n in (1, 2, 3, 4)]
    assert "本单位 4 个项目的资金支出计划全都是 25、60、90、100。" in told[0].message


def test_table_that_is_only_a_stub_counts_neither_way() -> None:
    stub = ProjectDocument(ordinal=9, project_code="610-1301-JBN-STUB", project_name="待填")
    assert planned(3, stub) == []
    assert [finding.table for finding in planned(4, stub)] == [1, 2, 3, 4]
