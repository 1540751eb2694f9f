"""The parts of a target value (指标值) after reading."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

BLANK = "__"
"""Placeholder for a number of the project that the drafter still has to fill in."""


class Comparator(StrEnum):
    AT_LEAST = "≥"
    MORE = "＞"
    EQUAL = "＝"
    LESS = "＜"
    AT_MOST = "≤"
    WITHIN = "～"
    """From `number` to `upper`, both included."""
    WORDS = "定性"


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of a scale. low, high None: no bound on that side. low_in, high_in: the bound belongs to the grade."""

    name: str
    low: Decimal | None = None
    low_in: bool = False
    high: Decimal | None = None
    high_in: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Grading scale (评分标准) for the result, in the order written. It is not a target."""

    grades: tuple[Grade, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TargetValue:
    """A target, a scale, or both.

    comparator None: a bare number, or no target. words: the whole of a qualitative target (定性), or the text after
    number and unit.
    """

    comparator: Comparator | None = None
    number: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    words: str = ""
    scale: Scale | None = None

    @property
    def has_target(self) -> bool:
        return self.number is not None or self.comparator is Comparator.WORDS


@dataclass(frozen=True, slots=True)
class Reading:
    """value None: `fault` says what cannot be read, as the end of a sentence that begins with the quoted text."""

    value: TargetValue | None = None
    fault: str = ""
