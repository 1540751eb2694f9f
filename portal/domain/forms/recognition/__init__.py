"""The inverse of layout: the documents that the cells of a file show, each in the form that fits best.

If every caption stands where a form has it, values are taken by position, whatever they say (`strict`). Otherwise
captions are searched under all their names in files, and the cells beside or below them are taken (`captioned`).
recognise(as_grid(layout(document))) gives the document again, for the fields of its form and except row ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from portal.domain.forms import shipped
from portal.domain.forms.form import Form
from portal.domain.forms.recognition import tables, titles
from portal.domain.forms.recognition.draft import CaptionUse, NewId, Recognised
from portal.domain.forms.recognition.index import GridIndex, vocabulary
from portal.domain.forms.recognition.spans import with_spans
from portal.domain.forms.recognition.tables import OtherTable
from portal.domain.forms.recognition.titles import announces, is_target_title, names_part
from portal.domain.forms.sheets import Grid, GridCell

__all__ = [
    "CaptionUse",
    "OtherTable",
    "Recognised",
    "Recognition",
    "announces",
    "has_captions",
    "is_target_title",
    "names_part",
    "recognise",
    "recognise_all",
    "with_spans",
]


@dataclass(frozen=True, slots=True)
class Recognition:
    """The documents of a grid, and what else it holds: other tables with all their cells."""

    tables: tuple[Recognised, ...]
    others: tuple[tuple[OtherTable, tuple[GridCell, ...]], ...]


def recognise(grid: Grid, forms: Sequence[Form], new_id: NewId) -> Recognised | None:
    """The first document in `grid`, in the form whose captions match best; of equal ones the first.

    `new_id` gives the id of the n-th row of a list (1, 2, …). None if the grid shows the captions of no form.
    """
    return next(iter(recognise_all(grid, forms, new_id).tables), None)


_LARGE = 2_000
"""Cells of a table that is looked at only if it has captions at all."""
_FIRST = 5


def recognise_all(grid: Grid, forms: Sequence[Form], new_id: NewId) -> Recognition:
    """The documents in `grid` from top to bottom. Rows are counted through all of them."""
    if len(grid.cells) > _LARGE and not has_captions(cell.text for cell in grid.cells):
        title = next((cell.text for cell in grid.cells[:_FIRST] if titles.is_title(cell.text)), "")
        unknown = OtherTable("".join(title.split()), is_performance=False)
        return Recognition((), ((unknown, tuple(cell for cell in grid.cells if cell.text.strip())),))
    words = vocabulary(tuple(forms))
    found: list[Recognised] = []
    others: list[tuple[OtherTable, tuple[GridCell, ...]]] = []
    counts: dict[str, int] = {}

    def counted(name: str, _: int) -> str:
        counts[name] = counts.get(name, 0) + 1
        return new_id(name, counts[name])

    index = GridIndex.of(grid)
    if exact := tables.read_exact(index, forms, new_id):
        return Recognition((exact,), ())
    parts = list(tables.split(index))
    for part in parts:
        exact = tables.read_exact(part, forms, counted) if len(parts) > 1 else None
        own, other = ([exact], None) if exact else tables.read(part, forms, words, counted)
        found += own
        if other:
            others.append((other, tuple(cell for cell in part.cells if cell.text.strip())))
    return Recognition(tuple(found), tuple(others))


def has_captions(texts: Iterable[str]) -> bool:
    """Whether at least two of the texts are captions of a form or of files."""
    words = vocabulary(shipped.likeliest())
    return len(list(islice(filter(words.is_caption, texts), 2))) > 1
