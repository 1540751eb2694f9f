"""The line of steps of a table: labels, sides, working days, and what was said last."""

from __future__ import annotations

from datetime import date

from portal.domain.audit_events import AUDIT_EVENTS
from portal.domain.calendar import CALENDAR
from portal.domain.journeys import SIDES, Move, journey
from portal.domain.opinions import Side
from portal.domain.permissions import Permission

FRIDAY, MONDAY, WEDNESDAY, NEXT = date(2026, 11, 6), date(2026, 11, 9), date(2026, 11, 11), date(2026, 11, 16)


def line(*moves: Move, today: date = NEXT) -> list[tuple[object, ...]]:
    steps = journey(moves, CALENDAR, today)
    return [(step.label, step.who, step.side, step.days, step.remark, step.is_current) for step in steps]


def test_journey_counts_working_days_on_either_side_up_to_today() -> None:
    assert line(
        Move("create", FRIDAY, "王"),
        Move("submit", MONDAY, "李"),
        Move("return", WEDNESDAY, "陈", opinions=3, reason="请补人数"),
    ) == [
        ("起草", "王", Side.OFFICE, 1, "", False),
        ("送审", "李", Side.BUREAU, 2, "", False),
        ("退回", "陈", Side.OFFICE, 3, "意见 3 条；请补人数", True),
    ]


def test_second_submission_is_named_so_and_an_approved_table_lies_with_nobody() -> None:
    moves = [Move(act, MONDAY, "某") for act in ("import", "submit", "withdraw", "submit", "approve")]
    assert [(step[0], step[2]) for step in line(*moves)] == [
        *(("起草", Side.OFFICE), ("送审", Side.BUREAU), ("取消送审", Side.OFFICE), ("再次送审", Side.BUREAU)),
        ("批复", None),
    ]
    assert line(*moves)[-1][3] == 0


def test_import_over_a_draft_begins_nothing_anew() -> None:
    assert line(Move("create", FRIDAY, "王"), Move("import", MONDAY, "王")) == [
        ("起草", "王", Side.OFFICE, 6, "", True)
    ]


def test_table_on_which_nothing_is_known_has_no_steps() -> None:
    assert journey([], CALENDAR, NEXT) == []


def test_steps_are_what_everybody_sees_who_sees_the_table() -> None:
    assert {AUDIT_EVENTS[act].seen_with for act in SIDES} == {Permission.SEE}
    assert all(AUDIT_EVENTS[act].is_in_history for act in SIDES)
