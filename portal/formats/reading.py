"""What every reader hands back, and how a reader refuses."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.documents import PerformanceText
from portal.domain.errors import Refused


class Unreadable(Refused):
    """The file cannot be read as such a document at all; one Chinese sentence says why."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A line of the source that found no place in the documents. `line` counts from 1."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """converted: what was turned into the unit of its form, a sentence each."""

    text: PerformanceText
    unplaced: tuple[Unplaced, ...] = ()
    converted: tuple[str, ...] = ()
