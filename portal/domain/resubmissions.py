"""What a new submission changed against the text last decided on: asked for or not, amounts, lowered target values.

The differences themselves belong in `differences`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from portal.domain import documents, forms
from portal.domain.differences import Difference, compare
from portal.domain.documents import ASSIGNED_FIELDS, Document
from portal.domain.target_values import Comparator, TargetValue, read

_BUDGET = "budget/"
_TARGET = "/target_value"
_UPWARDS = frozenset({None, Comparator.AT_LEAST, Comparator.MORE, Comparator.EQUAL})
_DOWNWARDS = frozenset({Comparator.AT_MOST, Comparator.LESS})


@dataclass(frozen=True, slots=True)
class ResubmissionChanges:
    """Paths in the order of the form. other: changed although no opinion asked for it. lowered: easier targets."""

    other: Sequence[str] = ()
    budget: Sequence[str] = ()
    lowered: Sequence[str] = ()


def resubmission_changes(old: Document, new: Document, asked: Collection[str]) -> ResubmissionChanges:
    """`asked`: the places of the opinions that the office was to answer; "" asks for the whole."""
    paths = [each.path for each in _changes(old, new)]
    return ResubmissionChanges(
        other=[path for path in paths if not is_asked(path, asked)],
        budget=[path for path in paths if path.startswith(_BUDGET)],
        lowered=[path for path in paths if path.endswith(_TARGET) and _is_lowered(old, new, path)],
    )


def is_asked(path: str, asked: Collection[str]) -> bool:
    """Whether an opinion at one of the places `asked` covers a change at `path`."""
    return any(not place or documents.overlap(place, path) for place in asked)


def _changes(old: Document, new: Document) -> list[Difference]:
    return [each for each in compare(old, new) if each.path not in ASSIGNED_FIELDS]


def _is_lowered(old: Document, new: Document, path: str) -> bool:
    if not (forms.is_place(old, path) and forms.is_place(new, path)):
        return False
    before, after = (read(documents.value_at(each, path) or "").value for each in (old, new))
    return before is not None and after is not None and asks_less(before, after)


def asks_less(before: TargetValue, after: TargetValue) -> bool:
    """Whether a target became easier to reach: a lower 不少于, a higher 不超过. Never for other units or in words."""
    if before.number is None or after.number is None or before.unit != after.unit:
        return False
    if before.comparator in _UPWARDS and after.comparator in _UPWARDS:
        return after.number < before.number
    return before.comparator in _DOWNWARDS and after.comparator in _DOWNWARDS and after.number > before.number
