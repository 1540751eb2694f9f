"""What a new submission changed against the text last decided on: asked for or not, with numbers read as numbers.

The differences themselves belong in `differences`, what became of each opinion in `verdicts`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from portal.domain import documents, forms
from portal.domain.changes import Insert, Operation
from portal.domain.differences import Difference, Kind, compare
from portal.domain.documents import ASSIGNED_FIELDS, ROW_LISTS, Document
from portal.domain.forms import captions
from portal.domain.target_values import Comparator, TargetValue, read

_BUDGET = "budget/"
_TARGET = "/target_value"
_UPWARDS = frozenset({None, Comparator.AT_LEAST, Comparator.MORE, Comparator.EQUAL})
_DOWNWARDS = frozenset({Comparator.AT_MOST, Comparator.LESS})


@dataclass(frozen=True, slots=True)
class Change:
    """A difference with its numbers in words: +5,000.00 元（+9.1%）, 降低, 指标删除; "" where there are none.

    is_lowered: an easier target or an indicator less.
    """

    difference: Difference
    words: str = ""
    is_lowered: bool = False

    @property
    def path(self) -> str:
        return self.difference.path


@dataclass(frozen=True, slots=True)
class ResubmissionChanges:
    """In the order of the form. asked and other have every change once; budget, lowered: paths among all of them."""

    asked: Sequence[Change] = ()
    other: Sequence[Change] = ()
    budget: Sequence[str] = ()
    lowered: Sequence[str] = ()


def resubmission_changes(found: Collection[Change], asked: Collection[str]) -> ResubmissionChanges:
    """`found`: all of `changes_between`. `asked`: the places of the opinions that the office was to answer, see
    `asked_places`; "" asks for the whole.
    """
    return ResubmissionChanges(
        asked=[each for each in found if _is_asked(each, asked)],
        other=[each for each in found if not _is_asked(each, asked)],
        budget=[each.path for each in found if each.path.startswith(_BUDGET)],
        lowered=[each.path for each in found if each.path.endswith(_TARGET) and each.is_lowered],
    )


def changes_between(old: Document, new: Document) -> list[Change]:
    """Every difference but of numbers that the office assigns to a table."""
    return [_read(old, new, each) for each in compare(old, new) if each.path not in ASSIGNED_FIELDS]


def asked_places(path: str, proposed: Collection[Operation] = ()) -> list[str]:
    """The places at which an opinion asks for changes: its own, and the rows that it proposes to insert."""
    return [path, *(f"{each.list}/{each.id}" for each in proposed if isinstance(each, Insert))]


def concerns(place: str, change: Change) -> bool:
    """Whether an opinion at `place` asks for the change. The move of a row is none of the texts in its cells."""
    if not place or change.difference.kind is not Kind.MOVED:
        return not place or documents.overlap(place, change.path)
    return f"{change.path}/".startswith(f"{place}/")


def _is_asked(change: Change, asked: Collection[str]) -> bool:
    return any(concerns(place, change) for place in asked)


def unchanged_places(new: Document, changed: Collection[Change]) -> list[str]:
    """What did not change, in the order of the form: labels of fields that are not blank, and of runs of rows."""
    paths = {each.path for each in changed}
    fields = dict.fromkeys((*forms.of(new).scalars, *documents.SCALARS[new.kind]))
    found = [
        forms.label(new, path)
        for path in fields
        if path not in paths and path not in ASSIGNED_FIELDS and (documents.value_at(new, path) or "").strip()
    ]
    for list_name in ROW_LISTS[new.kind]:
        touched = {path.split("/")[1] for path in paths if path.startswith(f"{list_name}/")}
        still = [n for n, row in enumerate(documents.rows(new, list_name), 1) if row.id not in touched]
        if still:
            found.append(f"{forms.label(new, list_name)}第{'、'.join(_runs(still))}行")
    return found


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """1–3, 5 of 1 2 3 5."""
    start = 0
    for n in range(1, len(numbers) + 1):
        if n == len(numbers) or numbers[n] != numbers[n - 1] + 1:
            first, last = numbers[start], numbers[n - 1]
            yield str(first) if first == last else f"{first}–{last}"
            start = n


# --- numbers in words ----------------------------------------------------------------------------


def _read(old: Document, new: Document, difference: Difference) -> Change:
    path, noun = difference.path, captions.row_noun
    list_name, _, row_id = path.partition("/")
    match difference.kind:
        case Kind.ADDED:
            return Change(difference, f"新增{noun(list_name)}")
        case Kind.REMOVED:
            return Change(difference, f"{noun(list_name)}删除", is_lowered=True)
        case Kind.MOVED:
            before, after = (_position(each, list_name, row_id) for each in (old, new))
            return Change(difference, f"原第{before}行，现第{after}行" if before != after else "次序变了")
    if path.startswith(_BUDGET):
        return Change(difference, _amounts(old, new, path))
    if path.endswith(_TARGET):
        return _target_values(old, new, difference)
    return Change(difference)


def _position(document: Document, list_name: str, row_id: str) -> int:
    return next(n for n, row in enumerate(documents.rows(document, list_name), 1) if row.id == row_id)


def _amounts(old: Document, new: Document, path: str) -> str:
    """The difference in yuan and percent; "" where one of the texts is no amount."""
    before, after = forms.yuan(old, path), forms.yuan(new, path)
    if before is None or after is None or before == after:
        return ""
    percent = f"（{(after - before) / before:+.1%}）" if before else ""
    return f"{after - before:+,.2f} 元{percent}"


def _target_values(old: Document, new: Document, difference: Difference) -> Change:
    path = difference.path
    if not (forms.is_place(old, path) and forms.is_place(new, path)):
        return Change(difference)
    before, after = (read(documents.value_at(each, path) or "").value for each in (old, new))
    if before is None or after is None:
        return Change(difference)
    if asks_less(before, after):
        return Change(difference, "降低", is_lowered=True)
    return Change(difference, "提高" if asks_less(after, before) else "")


def asks_less(before: TargetValue, after: TargetValue) -> bool:
    """Whether a target became easier to reach: a lower 不少于, a higher 不超过. Never for other units or in words."""
    if before.number is None or after.number is None or before.unit != after.unit:
        return False
    if before.comparator in _UPWARDS and after.comparator in _UPWARDS:
        return after.number < before.number
    return before.comparator in _DOWNWARDS and after.comparator in _DOWNWARDS and after.number > before.number
