"""What recognition took the captions of a file for, so that a person can check and correct it.

Captions are searched in `heads` and `lists`; a correction is another caption in the file's place (`renamed` of
`portal.formats.assembling`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.domain.forms import captions
from portal.domain.forms.form import Form
from portal.domain.forms.recognition.draft import CaptionUse, Draft
from portal.domain.forms.recognition.heads import Pair, Target
from portal.domain.forms.recognition.index import GridIndex
from portal.domain.forms.recognition.lists import Assignment, HeadColumn, ListHead

SIGN = "parts/sign"
UNIT = "parts/unit"
"""The columns of the comparator and the unit of a target value that stands in parts."""
PARTS = {SIGN: "比较符号", UNIT: "计量单位"}
"""The caption under which each is read."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A field that a caption can be assigned to. caption: the one under which the form reads it."""

    path: str
    label: str
    caption: str


def choices(form: Form, list_name: str) -> list[Choice]:
    """The fields for a column of the list, or for a caption of the head where `list_name` is ""."""
    paths = [path for path in form.fields if path.startswith(f"{list_name}/")] if list_name else list(form.scalars)
    parts = [Choice(path, label, label) for path, label in PARTS.items()] if list_name == "indicators" else []
    named = [(path, form.names(path)) for path in paths]
    return [Choice(path, form.label(path), names[0]) for path, names in named if names] + parts


def of_list(
    index: GridIndex,
    form: Form,
    head: ListHead,
    assigned: Assignment,
    rows: Sequence[int],
    heads: Mapping[int, str] | None = None,
) -> Iterator[CaptionUse]:
    """The columns of a list from left to right. heads: the fields of the head that stand in columns, by column."""
    paths = {column.column: path for path, column in assigned.fields.items()}
    for column in head.columns:
        path = paths.get(column.column, "")
        if not path and column in assigned.signs:
            path = SIGN
        elif not path and column in assigned.units:
            path = UNIT
        if heads and column.column in heads:
            yield CaptionUse(form.id, "", column.text, heads[column.column], _sample(index, column, rows))
        elif column.text.strip():
            yield CaptionUse(form.id, head.name, column.text, path, _sample(index, column, rows))


def _sample(index: GridIndex, column: HeadColumn, rows: Sequence[int]) -> str:
    texts = (cell.text.strip() for row in rows for cell in index.in_columns(row, column.column, column.colspan))
    return next(filter(None, texts), "")


def of_heads(form: Form, placed: dict[Target, Pair], found: Sequence[Pair]) -> Iterator[CaptionUse]:
    """The captions outside the lists that have a value beside or below them."""
    paths = {pair.caption.position: target.paths[-1] for target, pair in placed.items()}
    for pair in found:
        if pair.value and pair.text.strip() and not pair.is_inline:
            yield CaptionUse(form.id, "", pair.caption.text, paths.get(pair.caption.position, ""), pair.text.strip())


def of_unknown(index: GridIndex, draft: Draft) -> Iterator[CaptionUse]:
    """Short texts that no list of captions knows, with another unplaced text to their right."""
    left = {cell.position: cell for cell in index.cells if _is_left(draft, cell.position) and cell.text.strip()}
    taken: set[tuple[int, int]] = set()
    for position, cell in left.items():
        right = left.get((cell.row, cell.end_column))
        if position not in taken and right and captions.key_without_unit(cell.text):
            taken.add(right.position)
            yield CaptionUse(draft.form.id, "", cell.text, "", right.text.strip())


def _is_left(draft: Draft, position: tuple[int, int]) -> bool:
    return position not in draft.used and position not in draft.captions
