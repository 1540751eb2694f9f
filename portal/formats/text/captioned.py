"""The values of one form among the cells of a table, and how well the form's captions are met.

Where all captions stand where the form has them, cells are taken by position, whatever they hold. Otherwise the
captions that are there say what the cells between them are: those which the form has between a caption and the next
one, row by row. What remains is reported.
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
    """What was found of a form. columns: what the cells of the list's rows hold; the rows begin at `start`.

    score: how many captions speak for the form. unit: of the amounts, as the captions say, "" where they do not.
    """

    form: Form
    score: int = 0
    columns: Sequence[Placeholder] = ()
    start: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    unit: str = ""

    def take(self, place: Place, cell: Cell) -> None:
        """A value is kept; a caption may say the unit."""
        if place.pattern:
            self.texts |= _values(place.pattern, cell)
        else:
            self.unit = self.unit or named_unit(cell.lines[0])

    def leave(self, cells: Sequence[Cell]) -> None:
        self.unplaced += [Unplaced(cell.line, cell.text) for cell in cells if cell.text]


def by_position(form: Form, cells: Sequence[Cell]) -> Match | None:
    """The values where `form` has them; None where its captions do not all stand where it has them."""
    table = places.list_of(form)
    for sequence in places.layout_of(form).sequences():
        if _stands(sequence, cells):
            found = Match(form, len(sequence), places.fields_of(table) if table else (), len(sequence))
            for place, cell in zip(sequence, cells, strict=False):
                found.take(place, cell)
            return found
    return None


def by_captions(form: Form, cells: Sequence[Cell]) -> Match:
    """The values behind those captions of `form` that are there."""
    return _ByCaptions(form, cells).match()


def _values(pattern: Pattern, cell: Cell) -> dict[str, str]:
    """A text that is not of its pattern stands whole under the last field."""
    raw = cell.raw
    # blanks at the ends are layout, but where they part two fields
    values = pattern.read(raw) if _SEPARATED.search(raw) and not pattern.is_plain else None
    values = values or pattern.read(cell.text) or {pattern.paths[-1]: cell.text}
    return {path: lines.cleaned(text) for path, text in values.items()}


# --- by position ---------------------------------------------------------------------------------


def _stands(sequence: Sequence[Place], cells: Sequence[Cell]) -> bool:
    if len(cells) < len(sequence):
        return False
    return all(place.pattern or _is_there(place, cell) for place, cell in zip(sequence, cells, strict=False))


def _is_there(place: Place, cell: Cell) -> bool:
    return cell.caption in place.names if place.caption else not cell.text


# --- by captions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Segment:
    """A caption and the rows of places that the form has between it and the next caption."""

    caption: Place
    rows: tuple[tuple[Place, ...], ...]


class _ByCaptions:
    """Looks for the captions of a form in its order."""

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
        """The caption of the list's first column; what runs down the list stands in front of it."""
        table = places.list_of(self.form)
        if table is None:
            return []
        running = [column.field is None for column in table.columns].index(False) + 1
        return list(places.layout_of(self.form).list_head[0][:running])

    def _candidates(self, caption: Place) -> list[int]:
        """Where the caption stands as the form has it, else under further names."""
        own = self.positions.get(places.comparable(caption.caption))
        return own or sorted(n for name in caption.names for n in self.positions.get(name, ()))

    def _count(self, caption: str, position: int) -> None:
        self.captions_found += 1
        self.own_found += captions.key(self.cells[position].lines[0]) == captions.key(caption)

    # --- values ----------------------------------------------------------------------------------

    def _take_lead(self, found: Match, lead: Sequence[Place], cells: Sequence[Cell]) -> None:
        """The cells before the first caption: what the form has there, perhaps a unit other than its own."""
        others = []
        for cell in cells:
            if "单位:" in lines.label(cell.raw):
                found.unit = found.unit or named_unit(cell.lines[0])
                found.leave([cell])
            else:
                others.append(cell)
        self._take(found, lead, others)

    def _take(self, found: Match, wanted: Sequence[Place], cells: Sequence[Cell]) -> None:
        """The first cells for these places, the rest has none."""
        for place, cell in zip(wanted, cells, strict=False):
            found.take(place, cell)
        found.leave(cells[len(wanted) :])

    def _take_segment(self, found: Match, segment: _Segment, cells: Sequence[Cell]) -> None:
        """`cells` are the caption's own cell and those up to the next caption; blank lines part their rows."""
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
        """What the captions from `start` on say the cells of a row hold, and where the rows begin."""
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
        """A row from `at` on with captions of the parts of a value belongs to the head."""
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
    """For as many captions as stand in order, of equal choices the first ones, a position behind the one before.

    So a value that reads as a caption does not hide the true ones in front of it. (Longest increasing subsequence,
    worked out from the end.)
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
    """What a column holds. Parts of a value under one caption are one column, unless a row below parts them."""
    field = column.field or NUMBER
    return Placeholder(field.path) if len(column.captions) > 1 else field


def _segments(rows: Sequence[places.Row]) -> tuple[list[Place], list[_Segment]]:
    """What stands before the first caption of a form; and its captions, each with what follows it."""
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
    """Without the rows at the end that hold no value."""
    last = max((n for n, row in enumerate(rows) if any(place.pattern for place in row)), default=0)
    return tuple(tuple(row) for row in rows[: last + 1])


def _row_size(before: Cell, rest: Sequence[Cell], wanted: int) -> int:
    """How many cells there are up to the blank line that ends a row begun by `before`."""
    if not wanted:
        return 0
    return next((n for n, cell in enumerate([before, *rest]) if cell.ends_row), min(wanted, len(rest)))


def _without_lower_parts(cells: Sequence[Cell], lower_parts: int, wanted: int) -> list[Cell]:
    """A row without the empty cells below a caption from above."""
    if wanted == 1:
        return [cell for cell in cells if cell.text]
    blanks = 0
    while blanks < min(lower_parts, len(cells)) and not cells[blanks].text:
        blanks += 1
    return list(cells[blanks:])
