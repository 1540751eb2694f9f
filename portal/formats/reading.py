"""The result of every reader, and the exception of a file that cannot be read. Readers are in their own modules."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.documents import PerformanceText
from portal.domain.errors import Refused


class Unreadable(Refused):
    """The file is not a readable document of this format; the message is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Text of the source that belongs to no field. line: counts from 1."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """converted: one sentence per amount that was converted into the unit of its form."""

    text: PerformanceText
    unplaced: tuple[Unplaced, ...] = ()
    converted: tuple[str, ...] = ()
