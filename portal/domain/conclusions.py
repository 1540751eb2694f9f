"""审核结论: a reviewer's word on one submitted text, in four grades and four dimensions (财预〔2015〕88号).

A grade says what becomes of the table: see Grade. When a conclusion may be given belongs in
`services.review.conclusions`; what a year demands before an approval, in the enums at the end.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Grade(StrEnum):
    """Art. 25: 优 goes ahead, 良 after completion with the unit, 中 must be resubmitted, 差 may not go ahead."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"

    @property
    def label(self) -> str:
        return {"excellent": "优", "good": "良", "fair": "中", "poor": "差"}[self.value]

    @property
    def meaning(self) -> str:
        return {
            "excellent": "可以批复",
            "good": "按意见完善后可以批复",
            "fair": "须修改后重新送审",
            "poor": "不宜安排预算",
        }[self.value]


class Dimension(StrEnum):
    """The four dimensions of the review, in the order of the rule; `question` is what the reviewer confirms."""

    COMPLETE = "complete"
    RELEVANT = "relevant"
    FITTING = "fitting"
    FEASIBLE = "feasible"

    @property
    def label(self) -> str:
        return {"complete": "完整性", "relevant": "相关性", "fitting": "适当性", "feasible": "可行性"}[self.value]

    @property
    def question(self) -> str:
        return {
            "complete": "内容没有缺漏、错位；目标具体、分层；预期产出和效果写得完整。",
            "relevant": "目标符合单位职能和规划；选了能说明目标的关键指标，指标值明确、细化、量化。",
            "fitting": "目标与资金相匹配，不过高也不过低；与支出的内容、范围、方向和效果一致。",
            "feasible": "经过论证和测算；单位有能力实施；成本与效益相当，能按期实现。",
        }[self.value]


ALL_DIMENSIONS = frozenset(Dimension)


def missing_dimensions(ticked: Collection[Dimension]) -> tuple[Dimension, ...]:
    """The dimensions that still stand against a recommendation (优)."""
    return tuple(each for each in Dimension if each not in ticked)


class RecommendationDemand(StrEnum):
    """When a budget year asks for a reviewer's recommendation before an approval."""

    ALWAYS = "always"
    WHERE_ASSIGNED = "where_assigned"
    NEVER = "never"

    @property
    def label(self) -> str:
        return {
            "always": "都要有审核人的建议批复",
            "where_assigned": "单位有审批人以外的审核人分管的，要有建议批复",
            "never": "不要求",
        }[self.value]


class ErrorsAtApproval(StrEnum):
    """What a budget year does with an approval where today's rules find errors."""

    REFUSE = "refuse"
    REASON = "reason"

    @property
    def label(self) -> str:
        return {"refuse": "不能批复", "reason": "写明理由才能批复"}[self.value]


CLAIM_DAYS = 5
"""Working days after which a claim ends, unless the year says otherwise."""
