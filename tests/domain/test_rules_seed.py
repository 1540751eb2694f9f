"""What the rules have against the real document of 2020: what a reviewer would say, and nothing else.

Each finding below was read against the document. Silent on it, and why:

* E1, E2, E3: sums, plans and codes are right. E4: the levels are the form's own. E5: each table has all kinds.
* E6: each value is a number with its unit or a scale. W23: each value is a share, and each name one of a share.
* E7: within a table no name stands twice (及时率 stands in several tables, once in each).
* E13: the form keeps no weights. E11, E12: nothing mandatory is blank; 财政统一安排 is a basis that W19 objects to.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from portal.domain.documents import PerformanceText, ProjectDocument
from portal.domain.rules import RULES, Finding, Severity, YearRules, blocking, check_table, check_text
from portal.formats import text as text_form

SEED = Path(__file__).parent.parent / "data" / "gucheng-2020.txt"
YEAR = replace(YearRules.for_year(2020), only_warn=frozenset({"E6", "E9", "E10"}))
"""As the demo opens the year."""

PLAN = "spending_plan"
SCALES = [
    *(
        [
            "1.1",
            "1.2",
            "1.3",
            "1.4",
            "2.2",
            "2.3",
            "4.1",
            "4.2",
            "4.3",
            "5.1",
            "5.2",
            "5.3",
            "7.1",
            "7.2",
            "7.3",
            "8.1",
            "8.2",
            "8.3",
        ]
    )
]
"""Table.row of the eighteen values that are a grading scale and nothing else, with 70, 80 and 90 % in two grades."""

GOLDEN: dict[str, list[str]] = {
    "E8": ["3 goals"],
    "E9": [f"{row} target_value" for row in SCALES],
    "E10": [f"{row} target_value" for row in SCALES],
    "W1": [f"{table} indicators" for table in range(1, 9)],
    # Table 3 names its standard, 540元/人·月.
    "W2": [f"{table} indicators" for table in (1, 2, 4, 5, 6, 7, 8)],
    "W3": [f"{row} level3" for row in ["1.1", "1.2", "1.3", "1.4", "2.1", "4.1", "5.1", "5.3", "7.3", "8.1"]],
    # 覆盖率 with 满意度, twice; 足额 with 按时.
    "W4": ["4.3 description", "6.2 description", "8.3 description"],
    "W5": [f"{row} level3" for row in ["1.3", "4.2", "5.2", "6.2", "6.3", "7.2"]],
    "W6": ["4.3 level3", "8.3 level3"],
    # 各项工作正常开展 in tables 2 and 8; 努力与相关部门协调 in a duty and tables 5 and 7.
    "W7": ["0.10 goal", "2 goals", "5 goals", "7 goals", "8 goals"],
    "W8": ["0.3 body"],
    "W9": ["0.1 goal", "0.3 goal", "0.7 goal"],
    "W10": ["3.3 target_value", "3.4 target_value", "6.4 target_value"],
    "W11": [f"{row} target_value" for row in ["1.1", "1.2", "5.2", "7.2"]],
    "W12": ["3 budget/total"],
    "W13": [f"{table} {PLAN}" for table in range(1, 9)],
    "W14": ["1.1 basis", "3 purpose", "4.1 basis", "5.1 basis", "6.1 basis", "7.1 basis", "8.1 basis"],
    "W15": ["5.2 level3", "7.2 level3"],
    # ≧ in six tables and 百分比 in one, each told once; in table 5 a half-width comma too.
    "W16": [
        *("1.1 target_value", "2.2 target_value", "4.1 target_value", "5.1 target_value", "5 purpose"),
        *("6.1 target_value", "7.1 target_value", "8.1 target_value"),
    ],
    "W17": ["6.1 level3", "6.2 level3", "6.3 level3"],
    "W18": [f"{table} purpose" for table in range(1, 9)],
    "W19": ["2.1 basis", "2.2 basis", "2.3 basis"],
    # 各项工作落实率 as 经济效益, 质量 and 时效.
    "W20": ["1.3 level2", "4.1 level2", "8.1 level2"],
    "W21": ["4 goals"],
    # 100%, 100百分比 and 540元/人·月 without a comparator: half of all real tables write so, and it is no error.
    "W22": [f"{row} target_value" for row in ["2.1", "3.1", "3.2", "3.3", "3.4", "6.1", "6.2", "6.3", "6.4"]],
    # Both say again what the money is spent on: 用于弥补单位经费…, 足额发放社区干部人员工资….
    "W24": ["1 goals", "6 goals"],
}
SILENT = {"E1", "E2", "E3", "E4", "E5", "E6", "E7", "E11", "E12", "E13", "W23"}


@pytest.fixture(scope="module")
def seed() -> PerformanceText:
    return text_form.read(SEED.read_bytes()).text


def place(finding: Finding) -> str:
    """``3 goals``, ``3.2 target_value``: table, row, column."""
    parts = finding.path.split("/")
    if len(parts) == 3:
        return f"{finding.table}.{int(parts[1][-4:])} {parts[2]}"
    return f"{finding.table} {finding.path}"


def by_rule(findings: list[Finding]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for finding in findings:
        found[finding.rule].append(place(finding))
    return {rule: sorted(places) for rule, places in found.items()}


def test_every_finding_on_the_seed(seed: PerformanceText) -> None:
    assert by_rule(check_text(seed, YEAR)) == {rule: sorted(places) for rule, places in GOLDEN.items()}


def test_every_rule_speaks_or_is_silent_for_a_reason() -> None:
    assert set(GOLDEN) | SILENT == {rule.id for rule in RULES}
    assert not set(GOLDEN) & SILENT


def test_only_the_goal_line_that_stands_twice_blocks(seed: PerformanceText) -> None:
    assert blocking(check_text(seed, YEAR)) == [
        Finding(
            "E8",
            Severity.ERROR,
            "goals",
            "绩效目标第2行与第1行相同：“按要求完成各项工作任务”。"
            "同一目标写两次无法分别考核；请合并，或改写成不同的目标。",
            table=3,
        )
    ]


@pytest.mark.parametrize(
    ("rule", "where", "told"),
    [
        ("W22", "3.2 target_value", "第2行的指标值“540元/人·月”没有写比较符号"),
        ("E9", "2.2 target_value", "70%、80%、90% 同时属于两档"),
        ("W7", "5 goals", "与职责“参政议政”、表7“综合服务中心专项补助”的文字几乎相同（“努力与相关部门协调"),
        ("W8", "0.3 body", "内容中写的是“2018年”，这是 2020 年度的目标"),
        ("W9", "0.1 goal", "“立法”是立法机关的工作，不是“秦皇岛市山海关区古城街道办事处”的职责"),
        (
            "W12",
            "3 budget/total",
            "98,280.00 元 ÷（每人每月 540 元 × 12 个月）＝ 15.17 人，不是整数，表中也没有写发放多少人",
        ),
        ("W13", "2 spending_plan", "“车辆保险”是一次付清的支出"),
        ("W13", "8 spending_plan", "本单位 8 个项目的资金支出计划全都是 25、60、90、100。"),
        ("W14", "3 purpose", "“秦发《2001》15号”应写作“秦发〔2001〕15号”"),
        ("W20", "1.3 level2", "在表4“社区工作经费”中列为质量；表8“综合事务经费”中列为时效"),
        ("W21", "4 goals", "“2、规范社区设置、健全社区配套组织”没有对应的绩效指标"),
    ],
)
def test_what_is_told(seed: PerformanceText, rule: str, where: str, told: str) -> None:
    (message,) = [f.message for f in check_text(seed, YEAR) if f.rule == rule and place(f) == where]
    assert told in message


def test_seed_checked_table_by_table_gives_the_same(seed: PerformanceText) -> None:
    everything = check_text(seed, YEAR)
    for number, table in enumerate(seed.tables, 1):
        others = seed.tables[: number - 1] + seed.tables[number:]
        alone = check_table(table, YEAR, others=others, department=seed.department)
        expected = [(f.rule, f.path) for f in everything if f.table == number]
        assert [(finding.rule, finding.path) for finding in alone] == expected
    assert seed.department is not None
    department = check_table(seed.department, YEAR, others=seed.tables)
    assert department == [finding for finding in everything if finding.table == 0]


def test_without_the_other_tables_in_full_office_rules_are_silent(seed: PerformanceText) -> None:
    """As long as queries hand in number, code and name only."""
    stubs = [
        ProjectDocument(table.ordinal, project_code=table.project_code, project_name=table.project_name)
        for table in seed.tables
    ]
    for number, table in enumerate(seed.tables):
        found = check_table(table, YEAR, others=stubs[:number] + stubs[number + 1 :])
        assert found == check_table(table, YEAR)
        assert not {finding.rule for finding in found} & {"E3", "W7", "W20"}


@pytest.mark.parametrize(
    ("framework", "misfiled"),
    [
        # The form of Hebei says 效果 where the national ones say 效益: nine rows.
        ("national-2015", {"level1": 9}),
        # And in 2021 cost is no output any more: the one row of 成本指标.
        ("national-2021", {"level1": 9, "level2": 1}),
    ],
)
def test_seed_under_another_framework_is_misfiled_and_otherwise_the_same(
    seed: PerformanceText, framework: str, misfiled: dict[str, int]
) -> None:
    year = replace(YearRules.for_year(2020, framework), only_warn=YEAR.only_warn)
    found = check_text(seed, year)
    columns = [finding.path.rpartition("/")[2] for finding in found if finding.rule == "E4"]
    assert {column: columns.count(column) for column in columns} == misfiled
    assert by_rule([finding for finding in found if finding.rule != "E4"]) == by_rule(check_text(seed, YEAR))
