"""What the rules have against the real document of 2020: what a reviewer would say, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.domain.documents import PerformanceText
from portal.domain.rules import Finding, Severity, YearRules, check_table, check_text
from portal.formats import text as text_form

SEED = Path(__file__).parent.parent / "data" / "gucheng-2020.txt"


@pytest.fixture(scope="module")
def seed() -> PerformanceText:
    return text_form.read(SEED.read_bytes()).text


def test_seed_repeats_one_goal_line_and_has_no_other_fault(seed: PerformanceText) -> None:
    assert len(seed.tables) == 8
    assert check_text(seed, YearRules.for_year(2020)) == [
        Finding(
            "E8",
            Severity.ERROR,
            "goals",
            "绩效目标第2行与第1行相同：“按要求完成各项工作任务”。"
            "同一目标写两次无法分别考核；请合并，或改写成不同的目标。",
            table=3,
        )
    ]


def test_seed_checked_table_by_table_gives_the_same(seed: PerformanceText) -> None:
    year = YearRules.for_year(2020)
    found = {
        number: [
            finding.rule
            for finding in check_table(table, year, others=seed.tables[: number - 1] + seed.tables[number:])
        ]
        for number, table in enumerate(seed.tables, 1)
    }
    assert found == {number: ["E8"] if number == 3 else [] for number in range(1, 9)}


@pytest.mark.parametrize(
    ("framework", "misfiled"),
    [
        # The form of Hebei says 效果 where the national ones say 效益: nine rows.
        ("national-2015", {"level1": 9}),
        # And in 2021 cost is no output any more: the one row of 成本指标.
        ("national-2021", {"level1": 9, "level2": 1}),
    ],
)
def test_seed_under_another_framework_is_misfiled_but_not_incomplete(
    seed: PerformanceText, framework: str, misfiled: dict[str, int]
) -> None:
    found = check_text(seed, YearRules.for_year(2020, framework))
    columns = [finding.path.rpartition("/")[2] for finding in found if finding.rule == "E4"]
    assert {column: columns.count(column) for column in columns} == misfiled
    assert [finding.rule for finding in found if finding.rule != "E4"] == ["E8"]
