"""Reader of one project's table: chooses the form that fits best and builds the document from heading and cells.

Finding the table in the file is in `reader`, matching cells with captions in `captioned`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import cast

from portal.domain import forms
from portal.domain.documents import Kind, ProjectDocument, blank, with_rows, with_value
from portal.domain.forms import Form, captions, units
from portal.formats.reading import Unplaced
from portal.formats.text import leftovers, lines, places
from portal.formats.text.captioned import Match, by_captions, by_position
from portal.formats.text.cells import Cell
from portal.formats.text.numbering import numbered, to_int
from portal.formats.text.rows import read_rows

__all__ = ["Cell", "RawTable", "TableReading", "is_own_cell", "read_table", "start_length"]

_CODE = "项目编码"


@dataclass(slots=True)
class RawTable:
    """A heading ("" for a table without one), the cells below it, and the number of its line, from 1."""

    line: int
    heading: str
    cells: list[Cell] = field(default_factory=list)
    is_coded: bool = False
    """Whether the caption 项目编码 and the cell after it were read: after that, the next table can start."""

    def add(self, cell: Cell) -> None:
        self.is_coded |= bool(self.cells) and lines.label(self.cells[-1].lines[0]) == _CODE
        self.cells.append(cell)


@dataclass(frozen=True, slots=True)
class TableReading:
    """converted: Chinese sentences about amounts that were converted into the form's unit."""

    document: ProjectDocument
    unplaced: tuple[Unplaced, ...]
    converted: tuple[str, ...]


def is_own_cell(caption: str) -> bool:
    """Whether a cell with this first line can be among the first cells of a table."""
    return captions.key(caption) in _first_captions() or re.match("(?:计量|金额)?单位:", caption) is not None


def start_length(caption_at: Callable[[int], str]) -> int:
    """Return the number of cells from here on that identify the start of a table without heading, 0 for none.

    caption_at: the first line of the n-th cell from here, n from 0.
    """
    for start in _starts():
        if all(_is_caption(caption_at(n), place) for n, place in start.items()):
            return max(start) + 1
    return 0


def read_table(raw: RawTable, position: int, wanted: Sequence[Form]) -> TableReading:
    """Read the table at `position` of the file, from 1, in the best-matching form of `wanted`; the first of equals."""
    end = leftovers.start_of_leftovers(raw.cells)
    cells = raw.cells[:end]
    found = _best_match(cells, raw.heading, wanted)
    amounts, converted = units.convert_amounts(found.form, found.texts, found.unit)
    document = cast(ProjectDocument, blank(Kind.PROJECT, found.form.id))
    for path, text in (found.texts | amounts).items():
        document = cast(ProjectDocument, with_value(document, path, text))
    document, unplaced = _with_list(document, found, cells, position)
    ordinal, agrees = _ordinal(raw.heading, found.form, document.project_name)
    if not agrees:
        unplaced.append(Unplaced(raw.line, lines.without_residue(raw.heading)))
    read, left = leftovers.read_leftovers(replace(document, ordinal=ordinal), raw.cells[end:], found.form.fields)
    return TableReading(cast(ProjectDocument, read), (*unplaced, *left), converted)


def _best_match(cells: Sequence[Cell], heading: str, wanted: Sequence[Form]) -> Match:
    """Prefer forms that match by position; among the others, a heading with the form's title adds 1 to the score."""
    in_position = [found for form in wanted if (found := by_position(form, cells))]
    if in_position:
        return max(in_position, key=lambda found: found.score)
    matches = [by_captions(form, cells) for form in wanted]
    return max(matches, key=lambda found: found.score + _is_titled(heading, found.form))


def _with_list(
    document: ProjectDocument, found: Match, cells: list[Cell], position: int
) -> tuple[ProjectDocument, list[Unplaced]]:
    table = places.list_of(found.form)
    if table is None:
        found.leave(cells[found.start :])
        return document, found.unplaced
    rows, left = read_rows(cells[found.start :], found.columns, table, position)
    return cast(ProjectDocument, with_rows(document, table.name, rows)), [*found.unplaced, *left]


# --- start of a table ----------------------------------------------------------------------------


@cache
def _first_captions() -> frozenset[str]:
    """The captions of the first two rows of all forms, and those of project code and name."""
    found = {name for path in forms.IDENTITY for name in captions.names(path)}
    for form in _shipped():
        head = places.layout_of(form).head
        found |= {place.caption for row in head[:2] for place in row if place.caption}
    return frozenset(captions.key(name) for name in found)


@cache
def _starts() -> tuple[dict[int, places.Place], ...]:
    """For each form with 项目编码: the captions up to it by cell position; one more if it is in the first cell."""
    found = []
    for form in _shipped():
        named = {n: place for n, place in enumerate(next(places.layout_of(form).sequences())) if place.caption}
        code = next((n for n, place in named.items() if place.caption == _CODE), None)
        if code is not None:
            end = code or sorted(named)[1]
            found.append({n: place for n, place in named.items() if n <= end})
    return tuple(found)


def _is_caption(label: str, place: places.Place) -> bool:
    """项目编码 must match exactly, since the writer guards such values (see `lines`). Any unit of amounts matches."""
    if place.caption == _CODE:
        return label == _CODE
    is_unit = place.caption.startswith("单位：") and label.startswith("单位:")
    return is_unit or places.comparable(label) in place.names


def _shipped() -> list[Form]:
    return [forms.get(id) for id in forms.available(Kind.PROJECT)]


# --- heading -------------------------------------------------------------------------------------


def _is_titled(heading: str, form: Form) -> bool:
    return lines.squeeze(lines.without_residue(heading)).endswith(lines.title_ending(form))


def _comparable(title: str) -> str:
    return unicodedata.normalize("NFKC", lines.squeeze(title.replace(lines.GUARD, "")))


def _ordinal(heading: str, form: Form, project_name: str) -> tuple[int, bool]:
    """Return the number in the heading, and whether the rest of the heading is the project's name."""
    title = lines.table_title(heading, lines.title_ending(form))
    if title is None:
        return 0, True
    title, name = _comparable(title), _comparable(project_name)
    if title.endswith(name):
        prefix = title[: len(title) - len(name)]
        number = numbered(prefix)
        if number and not number.rest:
            return number.value, True
        if not prefix or re.fullmatch("[0-9]{1,4}|[一二三四五六七八九十百]{1,7}", prefix):
            return (to_int(prefix) or 0) if prefix else 0, True
    number = numbered(title)
    return number.value if number else 0, False
