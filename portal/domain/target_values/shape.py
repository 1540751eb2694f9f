"""What a 指标值 is made of, once it is read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

BLANK = "__"
"""Stands for a number that is the project's own and that the drafter still has to fill in."""


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
    """One line of a grading scale; None: no bound on that side. `low_in`, `high_in`: the bound itself belongs to it."""

    name: str
    low: Decimal | None = None
    low_in: bool = False
    high: Decimal | None = None
    high_in: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """How a result will be graded (评分标准), in the order of writing. It is not a target."""

    grades: tuple[Grade, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TargetValue:
    """A target, a scale, or both.

    `comparator` None: a bare number, or no target at all. `words`: the whole of a qualitative target (定性), or what
    stands after number and unit.
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
    """`value` None: `fault` says what cannot be read, as the rest of a sentence that begins with the text quoted."""

    value: TargetValue | None = None
    fault: str = ""
