"""Target values (指标值): parse typed text into comparator, number, unit, words and grading scale.

`read` never raises; it reports what it cannot read. `canonical` writes a value so that `read` gives the same value
again. Whether a target is good enough belongs in `rules`.
"""

from portal.domain.target_values.characters import plain_characters
from portal.domain.target_values.quantities import is_multiple, is_unit
from portal.domain.target_values.reading import read
from portal.domain.target_values.scales import gaps, overlaps, with_clear_bounds
from portal.domain.target_values.shape import BLANK, Comparator, Grade, Reading, Scale, TargetValue
from portal.domain.target_values.writing import canonical, in_words, readings

__all__ = [
    "BLANK",
    "Comparator",
    "Grade",
    "Reading",
    "Scale",
    "TargetValue",
    "canonical",
    "gaps",
    "in_words",
    "is_multiple",
    "is_unit",
    "overlaps",
    "plain_characters",
    "read",
    "readings",
    "with_clear_bounds",
]
