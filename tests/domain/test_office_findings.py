"""Findings across the tables of an office: equal plans, repeated sentences, sums against the register."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.documents import DepartmentDocument, Document, Duty, SpendingPlan
from portal.domain.office_findings import MOST_SENTENCES, Owed, office_findings
from tests.world import sound_project

NOTHING_OWED = Owed(0, 0, 0, 0, 0, 0)
OTHER_PLAN = SpendingPlan("10", "20", "30", "100")


def project(n: int, goals: str = "", plan: SpendingPlan | None = None) -> Document:
    document = replace(sound_project(n), goals=goals or f"1、完成第{n}条道路的维修养护工作任务。", purpose="")
    return replace(document, spending_plan=plan) if plan else replace(document, spending_plan=SpendingPlan(str(n)))


def told(documents: dict[int, Document], owed: Owed = NOTHING_OWED) -> list[tuple[str, list[int]]]:
    return [(finding.message, list(finding.tables)) for finding in office_findings(documents, owed)]


def test_same_plan_on_all_tables_is_told_however_it_is_written() -> None:
    plan, same = SpendingPlan("25.00", "60", "90.00", "100"), SpendingPlan("25", "60.00", "90", "100.00")
    documents = {n: project(n, plan=plan if n % 2 else same) for n in (1, 2, 3)}
    assert told(documents) == [("3 张表的资金支出计划都一样（25%、60%、90%、100%）。", [1, 2, 3])]
    assert told({**documents, 9: DepartmentDocument()}) == told(documents)
    assert told({**documents, 4: project(4, plan=OTHER_PLAN)}) == []


def test_plan_of_two_tables_or_a_blank_one_is_not_told() -> None:
    assert told({n: project(n, plan=OTHER_PLAN) for n in (1, 2)}) == []
    assert told({n: project(n, plan=SpendingPlan()) for n in (1, 2, 3)}) == []


def test_sentence_in_three_tables_is_told_with_the_tables() -> None:
    documents = {n: project(n, f"1、第{n}项任务按照计划全部完成。\n2、按时足额支付各项工作经费。") for n in (5, 6, 7)}
    assert told(documents) == [("同一句话“2、按时足额支付各项工作经费”写在 3 张表里。", [5, 6, 7])]
    assert told({n: documents[n] for n in (5, 6)}) == []
    duties = (Duty("aaaa", "职责", "按时足额支付各项工作经费。"),)
    assert told({5: documents[5], 6: documents[6], 8: DepartmentDocument(duties=duties)})[0][1] == [5, 6, 8]


def test_sentence_twice_in_one_table_counts_once() -> None:
    twice = "按时足额支付各项工作经费。\n按时足额支付各项工作经费。"
    assert told({n: project(n, twice) for n in (1, 2)}) == []


def test_sentences_in_most_tables_come_first_and_their_number_has_a_limit() -> None:
    common = [f"第{word}条道路维修养护工作按时完成。" for word in "甲乙丙丁戊己庚辛壬癸子丑"]
    documents = {n: project(n, "\n".join(common if n < 4 else common[-1:])) for n in (1, 2, 3, 4)}
    found = told(documents)
    assert len(found) == MOST_SENTENCES
    assert found[0] == ("同一句话“第丑条道路维修养护工作按时完成”写在 4 张表里。", [1, 2, 3, 4])


OWED = Owed(owed_count=3, owed_fen=300, unpriced_count=0, missing_count=0, submitted_count=3, submitted_fen=300)
ANNOUNCED = "应报 3 项，合计 3.00 元"


@pytest.mark.parametrize(
    ("owed", "message"),
    [
        (OWED, None),
        (NOTHING_OWED, None),
        (replace(OWED, owed_count=0, owed_fen=0), None),
        (replace(OWED, submitted_fen=500), f"送审 3 张，合计 5.00 元；{ANNOUNCED}：多报 2.00 元。"),
        (
            replace(OWED, submitted_count=2, submitted_fen=200, missing_count=1),
            f"送审 2 张，合计 2.00 元；{ANNOUNCED}：少 1.00 元，1 项还没有送审。",
        ),
        (
            replace(OWED, unpriced_count=1, submitted_fen=900),
            f"送审 3 张，合计 9.00 元；{ANNOUNCED}：1 项没有登记金额。",
        ),
    ],
)
def test_sum_is_held_against_what_is_owed(owed: Owed, message: str | None) -> None:
    assert told({}, owed) == ([(message, [])] if message else [])
