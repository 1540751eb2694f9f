"""The tabs above a list. Which there are, and what they count, belongs to the list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tab:
    """count_text: "" where nothing is counted."""

    label: str
    url: str
    count_text: str
    current: bool
