"""The bureau's queue (我的工作): its tabs and columns, with their words.

Which tables stand in a tab is decided by `queries.queue`; the marks of a row belong in `marks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class QueueTab(StrEnum):
    TO_REVIEW = "submitted"
    RECOMMENDED = "recommended"
    RETURNED = "returned"
    OVERDUE = "overdue"
    IN_ADJUSTMENT = "adjustment"
    APPROVED = "approved"
    RECENT = "recent"

    @property
    def label(self) -> str:
        return {
            "submitted": "待审核",
            "recommended": "已建议批复",
            "returned": "被退回",
            "overdue": "其中逾期",
            "adjustment": "退回调整",
            "approved": "已批复",
            "recent": "最近办理",
        }[self.value]

    @property
    def is_at_bureau(self) -> bool:
        """Whether the bureau can act on its tables."""
        return self in (QueueTab.TO_REVIEW, QueueTab.RECOMMENDED)

    @property
    def default_order(self) -> str:
        first = "申请调整的、再次送审的在前，其次错误多的，再次金额大的"
        return f"默认次序：{'最近办理的在前' if self is QueueTab.RECENT else first}；点表头可以改，次序留在地址里。"


APPROVERS_LABEL = "待批复"
"""The label of RECOMMENDED for those who approve."""


class QueueSort(StrEnum):
    """The columns by which a queue can be sorted; FIRST is the default order, RECENT that of its tab."""

    FIRST = "first"
    OFFICE = "office"
    NAME = "name"
    AMOUNT = "amount"
    ROUND = "round"
    WAITING = "waiting"
    REVIEWER = "reviewer"
    ERRORS = "errors"

    @property
    def is_descending_first(self) -> bool:
        """Whether the first click on the head shows the largest first."""
        return self in (QueueSort.AMOUNT, QueueSort.ROUND, QueueSort.WAITING, QueueSort.ERRORS)


@dataclass(frozen=True, slots=True)
class QueueOrder:
    sort: QueueSort = QueueSort.FIRST
    descending: bool = False
