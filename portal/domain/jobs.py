"""Long work as the portal speaks of it: states of a job and its progress. How jobs run is in `portal.jobs`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether the job has not ended yet."""
        return self in OPEN


_LABELS = {
    JobState.QUEUED: "排队等候",
    JobState.RUNNING: "正在办理",
    JobState.DONE: "已完成",
    JobState.FAILED: "没有办成",
    JobState.CANCELLED: "已取消",
}
OPEN = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Progress:
    """done of total steps, and what is being done now; total 0: nobody knows how much it is."""

    done: int = 0
    total: int = 0
    sentence: str = ""
