"""E1 and E2: the budget adds up, the spending plan rises to 100."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.documents import Budget, SpendingPlan
from portal.domain.rules import Finding, Severity, check_table
from tests.domain.sound_documents import HEBEI, PROJECT, places

MONTHS = ("march", "june", "october", "december")


@pytest.mark.parametrize(
    "budget",
    [
        Budget("23000.00", "20000.00", "3000.00"),
        Budget("23000.00", "23000.00", ""),
        Budget("23000.00", "", "23000.00"),
        Budget("23,000.00", "23000", "0"),
        Budget("0.30", "0.10", "0.20"),
        Budget("0", "", ""),
        Budget("999999999999.99", "999999999999.98", "0.01"),
    ],
)
def test_budget_that_adds_up(budget: Budget) -> None:
    assert check_table(replace(PROJECT, budget=budget), HEBEI) == []


@pytest.mark.parametrize(
    ("budget", "found"),
    [
        (Budget("23000.00", "20000.00", ""), [("E1", "budget/total")]),
        (Budget("23000.00", "23000.00", "0.01"), [("E1", "budget/total")]),
        (Budget("23000.00", "", ""), [("E1", "budget/total")]),
        (Budget("2.3万", "23000", ""), [("E1", "budget/total")]),
        (Budget("23000", "２３０００", ""), [("E1", "budget/fiscal")]),
        (Budget("20000", "23000", "-3000"), [("E1", "budget/other")]),
        (
            Budget("2.3万", "2万", "0.3万"),
            [("E1", "budget/total"), ("E1", "budget/fiscal"), ("E1", "budget/other")],
        ),
        (Budget("", "23000", ""), [("E12", "budget/total")]),
        (Budget("", "2.3万", ""), [("E1", "budget/fiscal"), ("E12", "budget/total")]),
    ],
)
def test_budget_at_fault(budget: Budget, found: list[tuple[str, str]]) -> None:
    assert places(check_table(replace(PROJECT, budget=budget), HEBEI)) == found


def test_budget_message_names_the_numbers_and_the_mending() -> None:
    document = replace(PROJECT, budget=Budget("23000", "20000", ""))
    (found,) = check_table(document, HEBEI)
    assert replace(found, correction=None) == Finding(
        "E1",
        Severity.ERROR,
        "budget/total",
        "预算数 23,000.00 元不等于财政资金 20,000.00 元与其他资金 0.00 元之和 20,000.00 元，"
        "相差 3,000.00 元。合计不符的预算无法批复；请核对三个数，改正填错的一个。",
    )


def test_amount_fault_names_its_field() -> None:
    document = replace(PROJECT, budget=Budget("23000", "2.3万", ""))
    assert [finding.message for finding in check_table(document, HEBEI)] == [
        "财政资金：“2.3万”带有“万”，不是以元为单位的数字；请换算成元，例如 23000.00。"
    ]


@pytest.mark.parametrize(
    "plan",
    [
        SpendingPlan("25.00", "60.00", "90.00", "100.00"),
        SpendingPlan("0", "0", "0", "100"),
        SpendingPlan("100", "100.00", "100", "100"),
        SpendingPlan("8.33", "50", "50", "100"),
    ],
)
def test_plan_that_rises_to_100(plan: SpendingPlan) -> None:
    assert check_table(replace(PROJECT, spending_plan=plan), HEBEI) == []


@pytest.mark.parametrize(
    ("plan", "paths"),
    [
        (SpendingPlan(), ["spending_plan"]),
        (SpendingPlan("25", "", "90", "100"), ["spending_plan/june"]),
        (SpendingPlan("", "60", " ", "100"), ["spending_plan/march", "spending_plan/october"]),
        (SpendingPlan("25", "60", "90", ""), ["spending_plan/december"]),
        (SpendingPlan("25", "60", "90", "99.99"), ["spending_plan/december"]),
        (SpendingPlan("25", "60", "90", "80"), ["spending_plan/december"]),
        (SpendingPlan("25", "60", "90", "100.01"), ["spending_plan/december"]),
        (SpendingPlan("25", "60", "50", "100"), ["spending_plan/october"]),
        (SpendingPlan("60", "25", "50", "100"), ["spending_plan/june"]),
        (SpendingPlan("25", "600", "90", "100"), ["spending_plan/june"]),
        (SpendingPlan("25", "60%", "90", "100"), ["spending_plan/june"]),
        (SpendingPlan("60", "半数", "50", "100"), ["spending_plan/june", "spending_plan/october"]),
        (SpendingPlan("-25", "60", "90", "100"), ["spending_plan/march"]),
        (SpendingPlan("150", "60", "90", "100"), ["spending_plan/march"]),
        (SpendingPlan("100.01", "100", "100", "100"), ["spending_plan/march"]),
        (SpendingPlan("150", "150", "150", "150"), [f"spending_plan/{month}" for month in MONTHS]),
        (
            SpendingPlan("25", "35", "30", "10"),
            ["spending_plan/october", "spending_plan/december"],
        ),
    ],
)
def test_plan_at_fault(plan: SpendingPlan, paths: list[str]) -> None:
    found = check_table(replace(PROJECT, spending_plan=plan), HEBEI)
    assert places(found) == [("E2", path) for path in paths]


def test_plan_message_says_that_percents_are_cumulative() -> None:
    document = replace(PROJECT, spending_plan=SpendingPlan("25", "60", "50.00", "100"))
    assert [finding.message for finding in check_table(document, HEBEI)] == [
        "10月底的 50.00 低于6月底的 60。支出计划填累计百分比，只增不减；如果填的是当期数，请改为累计数。"
    ]
