"""申请调整: what becomes of an office's request that an approved table be reopened. Who may ask: `permissions`."""

from __future__ import annotations

from enum import StrEnum


class AdjustmentDecision(StrEnum):
    """A reopening grants the request that waits, in the same act."""

    GRANTED = "granted"
    DECLINED = "declined"
