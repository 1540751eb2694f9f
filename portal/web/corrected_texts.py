"""View model of corrections: the text that stands at a place and the text that will, with the difference marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from portal.domain import forms
from portal.domain.changes import Set
from portal.domain.documents import Document
from portal.domain.text_differences import Segment, segments

_SHOWN_WHOLE = 40
"""Characters of a text that is shown whole; of a longer one only what surrounds the differences."""
_SHOWN_TWICE = 16
"""Characters of a text that stands in a line as it is and as it will be."""
_AROUND = 6
"""Characters shown before and after a difference."""


@dataclass(frozen=True, slots=True)
class CorrectedText:
    """place: its label; old, new: parts of both texts, each with whether it differs from the other text.

    mixed: segments from the old text to the new one, for a text that is too long to stand twice in a line; else empty.
    """

    place: str
    old: Sequence[tuple[bool, str]]
    new: Sequence[tuple[bool, str]]
    mixed: Sequence[Segment] = ()


def corrected_texts(document: Document, operations: Iterable[Set]) -> list[CorrectedText]:
    return [_corrected(forms.label(document, each.path), each) for each in operations]


def _corrected(place: str, operation: Set) -> CorrectedText:
    found = segments(operation.base, operation.new)
    if max(len(operation.base), len(operation.new)) > _SHOWN_WHOLE:
        found = tuple(_shortened(found))
    is_long = max(len(operation.base), len(operation.new)) > _SHOWN_TWICE
    return CorrectedText(
        place,
        _side(found, "delete") or [(False, "空白")],
        _side(found, "insert") or [(False, "空白")],
        [(op, _visible(text)) for op, text in found] if is_long else (),
    )


def _side(found: Iterable[Segment], changed: str) -> list[tuple[bool, str]]:
    return [(op == changed, _visible(text)) for op, text in found if op in ("equal", changed)]


def _shortened(found: Sequence[Segment]) -> Iterator[Segment]:
    for n, (op, text) in enumerate(found):
        if op != "equal" or len(text) <= 2 * _AROUND + 1:
            yield op, text
            continue
        before = text[:_AROUND] if n else ""
        after = text[-_AROUND:] if n < len(found) - 1 else ""
        yield op, f"{before}…{after}"


def _visible(text: str) -> str:
    """The text with a name for each character that shows nothing."""
    return "".join(f"[U+{ord(each):04X}]" if unicodedata.category(each) == "Cf" else each for each in text)
