"""指标值: reading what somebody typed as a target into comparator, number, unit, words and grading scale.

`read` never raises: what it cannot read it names. `canonical` writes a value so that reading it again gives the
same value. Whether a target is good enough is a matter of the rules.
"""

from portal.domain.target_values.characters import plain_characters
from portal.domain.target_values.reading import read
from portal.domain.target_values.scales import gaps, overlaps
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
    "overlaps",
    "plain_characters",
    "read",
    "readings",
]
