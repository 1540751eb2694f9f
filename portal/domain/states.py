"""The four states of a target table, and how they are shown. Who and when stand in `permissions` and `actions`."""

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
        """Of the badge, by its Bootstrap name."""
        return {
            "drafted": "pencil",
            "submitted": "send",
            "returned": "arrow-return-left",
            "approved": "check-circle-fill",
        }[self.value]

    @property
    def whose_move(self) -> str:
        """Whose move it is follows from the state and is stored nowhere."""
        return {"drafted": "单位", "returned": "单位", "submitted": "财政局", "approved": "无（已批复）"}[self.value]
