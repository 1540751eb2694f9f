"""The four states of a target table. Nothing else: who and when stand in `permissions` and `workflow`."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"

    @property
    def label(self) -> str:
        return {"drafted": "草拟", "submitted": "已送审", "returned": "已退回", "approved": "已批复"}[self.value]

    @property
    def whose_move(self) -> str:
        """Whose move it is follows from the state and is stored nowhere."""
        return {"drafted": "单位", "returned": "单位", "submitted": "财政局", "approved": "无（已批复）"}[self.value]
