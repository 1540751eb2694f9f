"""The four states of a target table and their look. `permissions` says who may act, `actions` when."""

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
    def icon(self) -> str:
        """Bootstrap name of the badge's icon."""
        return {
            "drafted": "pencil",
            "submitted": "send",
            "returned": "arrow-return-left",
            "approved": "check-circle-fill",
        }[self.value]

    @property
    def whose_move(self) -> str:
        """The side that has to act next; derived from the state, stored nowhere."""
        return {"drafted": "单位", "returned": "单位", "submitted": "财政局", "approved": "无（已批复）"}[self.value]
