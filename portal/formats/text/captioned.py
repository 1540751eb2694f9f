"""Matching of the cells of a table with the captions of one form: values, unplaced cells and a score.

By position: if every caption is at its position in the form, each value is at its position too, whatever its text. By
captions otherwise: the cells between two captions get the fields that the form has between them, row by row. Other
cells are unplaced. The choice between forms is in `table`, the rows of the list are in `rows`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portal.domain.forms import Form, captions
from portal.domain.forms.form import NUMBER, Column, ListTable
from portal.domain.forms.patterns import Pattern, Placeholder
from portal.domain.forms.units import named_unit
from portal.formats.reading import Unplaced
from portal.formats.text import lines, places
from portal.formats.text.cells import Cell
from portal.formats.text.places import Place

_SEPARATED = re.compile(f"{lines.BLANK}{{2,}}")


@dataclass(slots=True)
class Match:
    """A match with one form. columns: fields of the cells of a list row. start: index of the first cell of the rows.

    score: number of matching captions; compare only scores of one way of matching. unit: unit of amounts as stated in
    the captions, "" if none states it.
    """

    form: Form
    score: int = 0
    columns: Sequence[Placeholder] = ()
    start: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    unit: str = ""

    def take(self, place: Place, cell: Cell) -> None:
        """Store the values of a cell; read the unit of amounts from a caption."""
        if place.pattern:
            self.texts |= _values(place.pattern, cell)
        else:
            self.unit = self.unit or named_unit(cell.lines[0])

    def leave(self, cells: Sequence[Cell]) -> None:
        self.unplaced += [Unplaced(cell.line, cell.text) for cell in cells if cell.text]


def by_position(form: Form, cells: Sequence[Cell]) -> Match | None:
    """Match by position; None unless every caption of `form` is at its position."""
    table = places.list_of(form)
    for sequence in places.layout_of(form).sequences():
        if _all_match(sequence, cells):
            found = Match(form, len(sequence), places.fields_of(table) if table else (), len(sequence))
            for place, cell in zip(sequence, cells, strict=False):
                found.take(place, cell)
            return found
    return None


def by_captions(form: Form, cells: Sequence[Cell]) -> Match:
    """Match by those captions of `form` that the cells contain."""
    return _ByCaptions(form, cells).match()


def _values(pattern: Pattern, cell: Cell) -> dict[str, str]:
    """Split a cell into its fields; the last field gets the whole text if the text does not match the pattern."""
    raw = cell.raw
    # White space at the ends is layout, unless two or more U+3000 separate two fields.
    values = pattern.read(raw) if _SEPARATED.search(raw) and not pattern.is_plain else None
    values = values or pattern.read(cell.text) or {pattern.paths[-1]: cell.text}
    return {path: lines.cleaned(text) for path, text in values.items()}


# --- by position ---------------------------------------------------------------------------------


def _all_match(sequence: Sequence[Place], cells: Sequence[Cell]) -> bool:
    if len(cells) < len(sequence):
        return False
    return all(place.pattern or _matches(place, cell) for place, cell in zip(sequence, cells, strict=False))


def _matches(place: Place, cell: Cell) -> bool:
    return cell.caption in place.names if place.caption else not cell.text


# --- by captions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Segment:
    """A caption and the rows of places between it and the next caption of the form."""

    caption: Place
    rows: tuple[tuple[Place, ...], ...]


class _ByCaptions:
    """Finds the captions of a form in its order. own_found: those written exactly as in the form, unit included."""

    def __init__(self, form: Form, cells: Sequence[Cell]) -> None:
        self.form = form
        self.cells = cells
        self.keys = [cell.caption for cell in cells]
        self.positions: dict[str, list[int]] = {}
        for n, key in enumerate(self.keys):
            if key:
                self.positions.setdefault(key, []).append(n)
        self.captions_found = 0
        self.own_found = 0

    def match(self) -> Match:
        lead, segments = _segments(places.layout_of(self.form).rows)
        head = self._head_captions()
        wanted = [*(segment.caption for segment in segments), *head]
        starts = _longest_chain([self._candidates(caption) for caption in wanted])
        for n, position in starts.items():
            self._count(wanted[n].caption, position)
        found = Match(self.form)
        ends = [*starts.values(), len(self.cells)]
        for n, end in zip(starts, ends[1:], strict=True):
            if n < len(segments):
                self._take_segment(found, segments[n], self.cells[starts[n] : end])
        self._take_lead(found, lead, self.cells[: ends[0]])
        table = places.list_of(self.form)
        found.start = len(self.cells)
        if table and len(wanted) - 1 in starts:
            found.columns, found.start = self._columns(table, starts[len(wanted) - 1])
        found.score = self.captions_found + self.own_found
        return found

    def _head_captions(self) -> list[Place]:
        """Return the captions of the list up to the first column with a field."""
        table = places.list_of(self.form)
        if table is None:
            return []
        running = [column.field is None for column in table.columns].index(False) + 1
        return list(places.layout_of(self.form).list_head[0][:running])

    def _candidates(self, caption: Place) -> list[int]:
        """Return the positions of the form's own caption; those of its other names if there is none."""
        own = self.positions.get(places.comparable(caption.caption))
        return own or sorted(n for name in caption.names for n in self.positions.get(name, ()))

    def _count(self, caption: str, position: int) -> None:
        self.captions_found += 1
        self.own_found += captions.key(self.cells[position].lines[0]) == captions.key(caption)

    # --- values ----------------------------------------------------------------------------------

    def _take_lead(self, found: Match, lead: Sequence[Place], cells: Sequence[Cell]) -> None:
        """Take the cells before the first caption: fields of the form, or a unit of amounts other than the form's."""
        others = []
        for cell in cells:
            if "单位:" in lines.label(cell.raw):
                found.unit = found.unit or named_unit(cell.lines[0])
                found.leave([cell])
            else:
                others.append(cell)
        self._take(found, lead, others)

    def _take(self, found: Match, wanted: Sequence[Place], cells: Sequence[Cell]) -> None:
        """Take one cell per place; the remaining cells are unplaced."""
        for place, cell in zip(wanted, cells, strict=False):
            found.take(place, cell)
        found.leave(cells[len(wanted) :])

    def _take_segment(self, found: Match, segment: _Segment, cells: Sequence[Cell]) -> None:
        """Take the caption's cell and the cells up to the next caption; blank lines separate their rows."""
        found.take(segment.caption, cells[0])
        rest = list(cells[1:])
        before = cells[0]
        for n, row in enumerate(segment.rows):
            wanted = [place for place in row if place.pattern]
            size = _row_size(before, rest, len(wanted)) if n + 1 < len(segment.rows) else len(rest)
            here, rest, before = rest[:size], rest[size:], rest[size - 1] if size else before
            if n:
                here = _without_lower_parts(here, len(row) - len(wanted), len(wanted))
            is_short = len(here) < len(wanted)
            self._take(found, () if is_short else wanted, here)

    # --- the head of the list --------------------------------------------------------------------

    def _columns(self, table: ListTable, start: int) -> tuple[list[Placeholder], int]:
        """Return the fields of a row's cells according to the captions from `start` on, and the start of the rows."""
        found: list[Placeholder] = []
        at = start
        while at < len(self.cells):
            column = next((c for c in self._free(table, found) if self.keys[at] in self._names(table, c)), None)
            if column is None:
                break
            self._count(column.caption, at)
            found.append(_whole(column))
            at += 1
        return self._with_parts(table, found, at)

    def _free(self, table: ListTable, taken: Sequence[Placeholder]) -> Iterator[Column]:
        return (column for column in table.columns if column.field and _whole(column) not in taken)

    def _names(self, table: ListTable, column: Column) -> frozenset[str]:
        if table.field(column) and not _whole(column).part:
            return places.column_names(self.form, table, column)
        return frozenset({places.comparable(column.caption)})

    def _with_parts(self, table: ListTable, found: list[Placeholder], at: int) -> tuple[list[Placeholder], int]:
        """Include a second caption row at `at` that names the parts of a value (符号, 值, 计量单位)."""
        inner = {places.comparable(c.captions[1]): c.field for c in table.columns if c.field and len(c.captions) > 1}
        parts: list[Placeholder] = []
        end = at
        for cell in self.cells[at : at + len(table.columns)] if inner else ():
            part = inner.get(self.keys[end])
            if part is None and not cell.is_empty:
                break
            parts += [part] if part else []
            end += 1
            if cell.ends_row:
                break
        if not parts:
            return found, at
        return [part for one in found for part in (parts if one.path == parts[0].path else [one])], end


def _longest_chain(candidates: Sequence[Sequence[int]]) -> dict[int, int]:
    """Choose increasing positions for as many captions as possible; among equal choices the first positions.

    candidates: the positions of each caption, in the form's order. Longest increasing subsequence, computed from the
    end: a value that reads as a caption then cannot hide true captions in front of it.
    """
    lengths: list[dict[int, int]] = []
    starts: list[int] = []
    for positions in reversed(candidates):
        lengths.append({})
        for position in positions:
            length = bisect_left(starts, -position)
            starts[length : length + 1] = [-position]
            lengths[-1][position] = length + 1
    found: dict[int, int] = {}
    left, last = len(starts), -1
    for n, by_position in enumerate(reversed(lengths)):
        start = next((position for position, length in by_position.items() if length == left and position > last), None)
        if start is not None:
            found[n] = last = start
            left -= 1
    return found


def _whole(column: Column) -> Placeholder:
    """Return the field of a column; for parts of a value under one caption the whole field, see `_with_parts`."""
    field = column.field or NUMBER
    return Placeholder(field.path) if len(column.captions) > 1 else field


def _segments(rows: Sequence[places.Row]) -> tuple[list[Place], list[_Segment]]:
    """Return the places before the first caption, and one segment per caption."""
    lead: list[Place] = []
    found: list[tuple[Place, list[list[Place]]]] = []
    for row in rows:
        if found:
            found[-1][1].append([])
        for place in row:
            if place.caption:
                found.append((place, [[]]))
            elif found:
                found[-1][1][-1].append(place)
            else:
                lead.append(place)
    return lead, [_Segment(caption, _trimmed(below)) for caption, below in found]


def _trimmed(rows: Sequence[Sequence[Place]]) -> tuple[tuple[Place, ...], ...]:
    """Drop rows without fields at the end."""
    last = max((n for n, row in enumerate(rows) if any(place.pattern for place in row)), default=0)
    return tuple(tuple(row) for row in rows[: last + 1])


def _row_size(before: Cell, rest: Sequence[Cell], wanted: int) -> int:
    """Return the number of cells up to the blank line that ends the row of `before`; at most `wanted` without one."""
    if not wanted:
        return 0
    return next((n for n, cell in enumerate([before, *rest]) if cell.ends_row), min(wanted, len(rest)))


def _without_lower_parts(cells: Sequence[Cell], lower_parts: int, wanted: int) -> list[Cell]:
    """Drop the empty cells at the start of a row, which are below captions that span it from above."""
    if wanted == 1:
        return [cell for cell in cells if cell.text]
    blanks = 0
    while blanks < min(lower_parts, len(cells)) and not cells[blanks].text:
        blanks += 1
    return list(cells[blanks:])
