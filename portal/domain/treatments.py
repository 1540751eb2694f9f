"""How the bureau treated findings: what counts as which treatment, and the words for their numbers.

Three treatments, each counted by rule and budget year:

- RAISED: an opinion that names the rule was raised, whatever became of it. Drafts do not count.
- EXPLAINED: the bureau accepted the office's reason. Either a finding stood explained in a text that was approved, and
  until then nobody had raised an opinion about it or dismissed it; or a raised opinion was answered “kept”, and the
  answer was accepted. The second also counts as RAISED, because the reviewer did raise it.
- DISMISSED (不提): somebody of the bureau put aside the finding with a reason, and has not taken that back.

A finding is known by table, rule and path. Counting belongs in `queries.treatments`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Treatment(StrEnum):
    RAISED = "opinions"
    EXPLAINED = "explanations"
    DISMISSED = "dismissals"

    @property
    def label(self) -> str:
        return {"opinions": "提了意见", "explanations": "接受了说明", "dismissals": "不提"}[self.value]


@dataclass(frozen=True, slots=True)
class TreatmentCounts:
    """Of one rule, or of one office or reviewer within it."""

    opinions: int = 0
    explanations: int = 0
    dismissals: int = 0

    @classmethod
    def of(cls, counted: Iterable[tuple[str, int]]) -> TreatmentCounts:
        """counted: (treatment, number), a treatment any number of times."""
        sums = dict.fromkeys(Treatment, 0)
        for treatment, number in counted:
            sums[Treatment(treatment)] += number
        return cls(*sums.values())

    def __bool__(self) -> bool:
        return bool(self.opinions or self.explanations or self.dismissals)

    def of_treatment(self, treatment: Treatment) -> int:
        return int(getattr(self, treatment.value))

    @property
    def sentence(self) -> str:
        """本年同样的提醒 31 次提了意见，12 次接受了说明，2 次不提"""
        parts = [f"{self.of_treatment(each)} 次{each.label}" for each in Treatment if self.of_treatment(each)]
        return f"本年同样的提醒 {'，'.join(parts)}" if parts else "本年同样的提醒还没有处理过"
