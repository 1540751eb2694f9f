"""E8: no goal line stands twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.rules import check_table
from tests.domain.sound_documents import HEBEI, PROJECT, places


@pytest.mark.parametrize(
    "goals",
    [
        "1、按要求完成各项工作任务\n按要求完成各项工作任务",
        "1、发放工资。\n2、发放工资；",
        "1.发放工资\n2．发放工资",
        "（1）发放工资\n(2)发放工资",
        "①发放工资\n②发放工资",
        "一、发放工资\n（二）发放工资",
        "1、（1）① 发放工资\n\n2、发放 工资",
        "目标1：发放工资\n目标2：发放工资",
        "１、发放工资\n2）发放工资！",
        "1.2020年底前建成\n2.2020年底前建成",
        "1、发放工资\n2、缴纳保险\n3、发放工资\n4、缴纳保险",
        "1、发放工资；2、发放工资；",
        "一是发放工资；二是发放工资。",
        "第一，发放工资\n第二，发放工资",
        "A、发放工资\nB、发放工资",
        "Ⅰ、发放工资\nⅡ、发放工资",
    ],
)
def test_line_that_stands_twice(goals: str) -> None:
    assert places(check_table(replace(PROJECT, goals=goals), HEBEI)) == [("E8", "goals")]


@pytest.mark.parametrize(
    "goals",
    [
        "1、发放工资",
        "1、发放工资\n2、发放社区干部工资",
        "1、\n2、\n\n。\n。",
        "1.5万元用于培训\n2.5万元用于培训",
        "2019年完成改造\n2020年完成改造",
        "12:00前供餐\n13:00前供餐",
        "3月底完成\n6月底完成",
        "其中：发放工资\n发放工资",
        "1、发放工资。发放工资。",
        "1、春季学期：（1）资助学生；（2）发放书本。2、秋季学期：（1）资助学生；（2）发放书本。",
    ],
)
def test_lines_that_differ(goals: str) -> None:
    assert check_table(replace(PROJECT, goals=goals), HEBEI) == []


@pytest.mark.parametrize(
    ("goals", "message"),
    [
        (
            "1、按要求完成各项工作任务\n按要求完成各项工作任务",
            "绩效目标第2行与第1行相同：“按要求完成各项工作任务”。"
            "同一目标写两次无法分别考核；请合并，或改写成不同的目标。",
        ),
        (
            "1、甲\n2、乙\n3、甲\n4、甲\n5、乙",
            "绩效目标第3、4行与第1行相同：“甲”；绩效目标第5行与第2行相同：“乙”。"
            "同一目标写两次无法分别考核；请合并，或改写成不同的目标。",
        ),
        (
            "1、甲；2、乙；\n3、甲。",
            "绩效目标第3条与第1条相同：“甲。”。同一目标写两次无法分别考核；请合并，或改写成不同的目标。",
        ),
        (
            "\n".join(["甲"] * 30 + ["乙", "丙", "丁", "戊"] * 2),
            "绩效目标第2、3、4等 29 行与第1行相同：“甲”；绩效目标第35行与第31行相同：“乙”；"
            "绩效目标第36行与第32行相同：“丙”；另有 2 处。"
            "同一目标写两次无法分别考核；请合并，或改写成不同的目标。",
        ),
    ],
)
def test_message_points_to_the_first_line(goals: str, message: str) -> None:
    assert [finding.message for finding in check_table(replace(PROJECT, goals=goals), HEBEI)] == [message]


def test_message_quotes_a_glance_of_a_long_line() -> None:
    line = "发放工资" * 25_000
    found = check_table(replace(PROJECT, goals=f"1、{line}\n2、{line}"), HEBEI)
    assert [finding.message for finding in found] == [
        f"绩效目标第2行与第1行相同：“{line[:30]}…”。同一目标写两次无法分别考核；请合并，或改写成不同的目标。"
    ]


def test_blank_lines_between_goals_are_not_counted_where_a_line_holds_several() -> None:
    (found,) = check_table(replace(PROJECT, goals="1、发放工资。2、缴纳保险。3、宣传。\n\n4、发放工资。"), HEBEI)
    assert found.message.startswith("绩效目标第4条与第1条相同：“发放工资。”")


def test_blank_lines_between_goals_are_lines_of_the_text() -> None:
    (found,) = check_table(replace(PROJECT, goals="1、发放工资。\n\n3、发放工资。"), HEBEI)
    assert found.message.startswith("绩效目标第3行与第1行相同：“发放工资。”")
