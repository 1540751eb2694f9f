"""全区情况: sums of offices, their order, the course of the year, and the report in sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal.domain.overview import Figures, Held, OfficeFigures, OfficeSort, Report, course, ordered, sentences, total
from portal.domain.overview.orders import STANDINGS
from portal.domain.register import AT_BUREAU, IN_FORCE, NOT_SUBMITTED, OVERDUE, OWED, SELECTIONS, Standing

EARLY, LATE = datetime(2026, 11, 2, 1, tzinfo=UTC), datetime(2026, 11, 20, 1, tzinfo=UTC)
ON = date(2026, 11, 29)


def office(code: str, overdue: int = 0, fen: int = 0, **at: int) -> OfficeFigures:
    held = {Standing(name): Held(count, LATE) for name, count in at.items()}
    in_force = at.get("approved", 0) + at.get("in_adjustment", 0)
    return OfficeFigures(code, f"{code}街道", Figures(held, overdue=overdue, in_force=in_force, in_force_fen=fen))


def report(*offices: OfficeFigures, **changes: object) -> str:
    figures = total(each.figures for each in offices)
    made = Report(2027, ON, "全区", date(2026, 11, 30), 1, 12, figures, offices)
    return "\n".join(sentences(replace(made, **changes)))  # type: ignore[arg-type]


def test_total_adds_counts_and_keeps_the_earliest_date() -> None:
    one = Figures({Standing.UNDER_REVIEW: Held(2, LATE)}, claimed={0: Held(2, LATE)}, rules=Counter(W1=1), overdue=1)
    other = Figures({Standing.UNDER_REVIEW: Held(1, EARLY)}, claimed={0: Held(1, EARLY)}, rules=Counter(W1=2))

    found = total([one, other])

    assert found.at == {Standing.UNDER_REVIEW: Held(3, EARLY)}
    assert found.claimed == {0: Held(3, EARLY)} and found.rules == {"W1": 3} and found.overdue == 1
    assert one.at == {Standing.UNDER_REVIEW: Held(2, LATE)}, "the parts stay as they are"


def test_counts_of_selections_follow_from_standings_and_facts() -> None:
    figures = office("1", overdue=2, not_begun=1, drafted=2, to_approve=4, approved=8, exempt=16, voided=32).figures

    counts = {name: figures.count(each) for name, each in SELECTIONS.items()}

    assert counts[OWED.name] == 15 and counts[NOT_SUBMITTED.name] == 3 and counts[AT_BUREAU.name] == 4
    assert counts[IN_FORCE.name] == 8 and counts[OVERDUE.name] == 2
    assert figures.at_bureau_since == LATE


def test_offices_stand_the_latest_first() -> None:
    late = [office("3", overdue=2, drafted=2), office("1", overdue=1, drafted=9), office("2", drafted=9)]

    assert [each.code for each in ordered(late[::-1])] == ["3", "1", "2"]


@pytest.mark.parametrize("sort", OfficeSort)
def test_every_column_sorts_both_ways_and_equal_ones_by_code(sort: OfficeSort) -> None:
    offices = [office(code, fen=n, **{standing.value: n for standing in STANDINGS}) for n, code in enumerate("123")]
    twins = [office("2"), office("1")]

    up = [each.code for each in ordered(offices, sort, descending=False)]
    down = [each.code for each in ordered(offices, sort, descending=True)]

    assert up == down[::-1] or sort is OfficeSort.WAITING
    assert [each.code for each in ordered(twins, sort, descending=False)] == ["1", "2"]


def test_those_who_wait_longest_come_first_and_those_with_nothing_last() -> None:
    at_bureau = {n: Figures({Standing.TO_APPROVE: Held(1, since)}) for n, since in ((1, LATE), (2, EARLY))}
    offices = [OfficeFigures(str(n), "", figures) for n, figures in [(0, Figures()), *at_bureau.items()]]

    assert [each.code for each in ordered(offices, OfficeSort.WAITING)] == ["2", "1", "0"]


def test_course_sums_day_by_day_until_today() -> None:
    points = course({date(2026, 11, 2): 2, date(2026, 11, 9): 1}, {date(2026, 11, 9): 1}, ON)

    assert [(point.on.day, point.submitted, point.approved) for point in points] == [(2, 2, 0), (9, 3, 1), (29, 3, 1)]
    assert course({}, {}, ON) == []


def test_report_says_who_is_missing_and_how_much_is_approved() -> None:
    text = report(
        office("1", overdue=1, fen=12_345_600, not_begun=1, drafted=2, approved=3, in_adjustment=1),
        office("2", drafted=1, under_review=2),
        office("3", approved=1, exempt=2),
        kinds=[("不够细化量化", 4)],
    )

    assert text.startswith("截至2026年11月29日，全区2027年度应报绩效目标表11张，已送审7张，占63.6%；")
    assert "已批复4张，占36.4%。" in text
    assert "现行有效5张、123,456.00元（其中调整中1张、0.00元）。送审截止日为2026年11月30日，还有1个工作日。" in text
    assert "2家单位尚有4张未报，其中未开始1张、正在草拟3张。分别是1街道（3张）、2街道（1张）。" in text
    assert "已逾期1张，涉及1家单位。" in text
    assert "在财政局办理2张，其中待审核2张；在局最久的一张已12个工作日。" in text
    assert "3家单位中，已全部报送的有1家，已全部批复的有1家。" in text
    assert "不在应报之内的有：免报2张。" in text and "审核意见提得最多的是“不够细化量化”（4张）。" in text


def test_report_leaves_out_what_there_is_none_of() -> None:
    text = report(office("1", approved=2), days_left=-3)

    assert "应报的表已全部报送。" in text and "已过3个工作日" in text
    assert "逾期" not in text and "在财政局" not in text and "退回" not in text and "免报" not in text
    assert report() == "截至2026年11月29日，全区2027年度没有应报的绩效目标表。"
