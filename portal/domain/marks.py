"""MARKS: the facts about a submitted table that say why a reviewer should look at it first (为什么先看它).

Each mark is a fact and a filter: `marks` reads MARKS in Python, `queries.queue` builds the SQL conditions from them.
The facts are worked out at each submission by `services.review.examining`, and stored, but for waiting and requests.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

LARGE_FEN = 100_000_000
"""An amount of one million yuan and more is 大额."""
LONG_WAIT = 5
"""Working days at the bureau from which the waiting is a mark."""
MOST_MARKS = 4
"""Marks that a row shows; MARKS is in the order of weight."""


@dataclass(frozen=True, slots=True)
class MarkFacts:
    """Counts; yes and no are 1 and 0.

    unchanged_answers: opinions answered “已修改” whose place did not change. other_changes: changes that no opinion
    asked for. lowered_targets: target values that ask for less. errors: findings of error rules, whatever the year's
    policy makes of them. unexplained: warnings without an explanation. copied: sentences that stand in tables of other
    offices. returned_last_year: the project's table of the year before was returned. as_proposed: only what the bureau
    had proposed was changed. waiting_days: working days since the submission. adjustment_asked: the office asks for the
    approved table to be reopened.
    """

    unchanged_answers: int = 0
    other_changes: int = 0
    budget_changed: int = 0
    lowered_targets: int = 0
    errors: int = 0
    unexplained: int = 0
    copied: int = 0
    returned_last_year: int = 0
    as_proposed: int = 0
    amount_fen: int = 0
    waiting_days: int = 0
    adjustment_asked: int = 0


class Look(StrEnum):
    """The CSS class of a mark."""

    DANGER = "tag-error"
    WARNING = "tag-warning"
    PLAIN = "tag-advice"
    GOOD = "tag-good"


@dataclass(frozen=True, slots=True)
class Mark:
    """name: of the filter in the address. fact: of MarkFacts; the mark holds from `least` on. {n}: the fact's count."""

    name: str
    fact: str
    label: str
    look: Look
    least: int = 1

    def text(self, facts: MarkFacts) -> str:
        return self.label.format(n=getattr(facts, self.fact))

    @property
    def filter_label(self) -> str:
        """Without a count."""
        return self.label.replace(" {n} 处", "").replace(" {n} 个工作日", "很久").replace(" {n}", "")


ASKED = Mark("asked", "adjustment_asked", "申请调整", Look.WARNING)
MARKS: tuple[Mark, ...] = (
    ASKED,
    Mark("unchanged", "unchanged_answers", "答“已修改”未改 {n}", Look.DANGER),
    Mark("budget", "budget_changed", "预算变了", Look.WARNING),
    Mark("lowered", "lowered_targets", "目标值降低 {n}", Look.WARNING),
    Mark("other", "other_changes", "另改 {n} 处", Look.WARNING),
    Mark("errors", "errors", "错误 {n}", Look.DANGER),
    Mark("proposed", "as_proposed", "只按代拟改法改", Look.GOOD),
    Mark("copied", "copied", "照搬外单位 {n}", Look.WARNING),
    Mark("unexplained", "unexplained", "提醒未说明 {n}", Look.WARNING),
    Mark("large", "amount_fen", "大额", Look.PLAIN, LARGE_FEN),
    Mark("waiting", "waiting_days", "等了 {n} 个工作日", Look.PLAIN, LONG_WAIT),
    Mark("returned", "returned_last_year", "上年退回过", Look.PLAIN),
)

FACTS = tuple(field.name for field in fields(MarkFacts))


def marks(facts: MarkFacts) -> list[Mark]:
    """The marks that hold, the weightiest first, at most MOST_MARKS."""
    return [mark for mark in MARKS if getattr(facts, mark.fact) >= mark.least][:MOST_MARKS]
