"""Where the cells of a sheet stand in a worksheet.

The columns of the worksheet are those of the list, so that the rows of a list have no merged cells: Excel sorts,
inserts and pastes them like any other rows. A row of the head takes those of these columns that come nearest to its
cells on paper; where it has more cells than there are columns, its captions stand above its values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from portal.domain.forms import Block, Cell, Role, Sheet

Stops = tuple[Fraction, ...]
"""Bounds of columns from 0 to 1, a share of the width of the table."""


@dataclass(slots=True)
class PlacedCell:
    """A cell over `colspan` columns of the worksheet's table, from `column` (0 = the first)."""

    cell: Cell
    column: int
    colspan: int
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the worksheet. row_id: of a row of a list."""

    cells: tuple[PlacedCell, ...]
    block: Block | None = None
    row_id: str = ""
    is_list_head: bool = False


@dataclass(frozen=True, slots=True)
class Placing:
    """The lines of a sheet below its title. above, identity: the first of them; they stand outside the table."""

    stops: Stops
    above: tuple[Line, ...]
    lines: tuple[Line, ...]


class _TooManyCells(Exception):
    """A row has more cells than the worksheet has columns. bounds: of the row."""

    def __init__(self, bounds: Sequence[Fraction]) -> None:
        super().__init__()
        self.bounds = bounds


def place(sheet: Sheet) -> Placing:
    """Place the cells of a sheet; a row that does not fit at all gets columns of its own."""
    stops = _stops(sheet)
    while True:
        try:
            above = tuple(_above(sheet, stops))
            return Placing(stops, above, tuple(line for block in sheet.blocks for line in _lines(block, stops)))
        except _TooManyCells as row:
            stops = tuple(sorted({*stops, *row.bounds}))


def _stops(sheet: Sheet) -> Stops:
    """The bounds of the columns of all lists; of all cells if there is no list."""
    lists = [block for block in sheet.blocks if block.list_name]
    found = {Fraction(0), Fraction(1)}
    for block in lists or sheet.blocks:
        rows = (*block.head, block.blank) if block.list_name else block.rows
        found.update(bound for row in rows if row for cell in row.cells for bound in _bounds(cell, block.width))
    return tuple(sorted(found))


def _bounds(cell: Cell, width: int) -> tuple[Fraction, Fraction]:
    return Fraction(cell.column, width), Fraction(cell.column + cell.colspan, width)


def _above(sheet: Sheet, stops: Stops) -> Iterator[Line]:
    if sheet.above:
        width = max(cell.column + cell.colspan for cell in sheet.above)
        yield _line(sheet.above, width, stops, ())
    for caption, value in sheet.identity:
        yield Line((PlacedCell(caption, 0, 1), PlacedCell(value, 1, max(1, len(stops) - 2))))


def _lines(block: Block, stops: Stops) -> Iterator[Line]:
    return _list_lines(block, stops) if block.list_name else _head_lines(block, stops)


# --- the head ----------------------------------------------------------------------------------------


def _head_lines(block: Block, stops: Stops) -> Iterator[Line]:
    spanning: list[PlacedCell] = []
    for n, row in enumerate(block.rows):
        spanning = [each for each in spanning if each.cell.row + each.cell.rowspan > n]
        own = sorted(row.cells, key=lambda cell: cell.column)
        try:
            made = [_line(own, block.width, stops, spanning)]
        except _TooManyCells:
            made = _in_two_lines(own, block.width, stops, spanning)
        spanning += [each for line in made for each in line.cells if each.cell.rowspan > 1]
        yield from (replace(line, block=block) for line in made)


def _in_two_lines(own: Sequence[Cell], width: int, stops: Stops, spanning: Sequence[PlacedCell]) -> list[Line]:
    """A row of captions with values beside them, the captions above the values. Raises _TooManyCells."""
    tall = [cell for cell in own if cell.rowspan > 1]
    pairs = _pairs([cell for cell in own if cell.rowspan == 1])
    first = _line([*tall, *(caption for caption, _ in pairs)] if pairs else own, width, stops, spanning)
    reaching = [*spanning, *(each for each in first.cells if each.cell.rowspan > 1)]
    second = _line([value for _, value in pairs], width, stops, reaching)
    for each in reaching:
        each.rowspan += 1
    return [first, second]


def _pairs(own: Sequence[Cell]) -> list[tuple[Cell, Cell]]:
    """Each caption with the value at its right, both over the columns of both; [] for any other row."""
    captions, values = own[::2], own[1::2]
    if len(captions) != len(values) or any(cell.role is not Role.CAPTION for cell in captions):
        return []
    if any(cell.role is not Role.VALUE for cell in values):
        return []
    both = [(c.column, c.colspan + v.colspan) for c, v in zip(captions, values, strict=True)]
    return [
        (replace(c, column=column, colspan=span, is_over=True), replace(v, column=column, colspan=span))
        for c, v, (column, span) in zip(captions, values, both, strict=True)
    ]


def _line(own: Sequence[Cell], width: int, stops: Stops, spanning: Sequence[PlacedCell]) -> Line:
    """Raises _TooManyCells. spanning: cells that reach into the row from above, already placed."""
    fixed: dict[Fraction, int] = {}
    for each in spanning:
        start, end = _bounds(each.cell, width)
        fixed |= {start: each.column, end: each.column + each.colspan}
    bounds = tuple(sorted({Fraction(1), *fixed, *(_bounds(cell, width)[0] for cell in own)}))
    at = _snapped(bounds, stops, tuple(sorted(fixed.items())))
    if at is None:
        raise _TooManyCells(bounds)
    places = dict(zip(bounds, at, strict=True))
    made = []
    for cell in own:
        left, right = (places[bound] for bound in _bounds(cell, width))
        made.append(PlacedCell(cell, left, right - left, cell.rowspan))
    return Line(tuple(made))


@lru_cache(maxsize=1_024)
def _snapped(bounds: Stops, stops: Stops, fixed: tuple[tuple[Fraction, int], ...]) -> tuple[int, ...] | None:
    """The stop of each bound, in increasing order and with the least sum of distances; None if there are too few."""
    given, last = dict(fixed), len(stops) - 1
    best: dict[int, tuple[Fraction, tuple[int, ...]]] = {0: (Fraction(0), (0,))}
    for bound in bounds[1:]:
        wanted = [last] if bound == 1 else [given[bound]] if bound in given else range(1, last)
        found: dict[int, tuple[Fraction, tuple[int, ...]]] = {}
        for at in wanted:
            before = [(cost, path) for n, (cost, path) in best.items() if n < at]
            if before:
                cost, path = min(before)
                found[at] = (cost + abs(stops[at] - bound), (*path, at))
        best = found
    return best[last][1] if last in best else None


# --- lists -------------------------------------------------------------------------------------------


def _list_lines(block: Block, stops: Stops) -> Iterator[Line]:
    places = columns_of(block, stops)
    rows = block.rows
    own: list[list[Cell]] = [list(row.cells) for row in rows]
    for n, row in enumerate(rows):
        for cell in row.cells:
            if cell.covers:
                # Each row says its level itself, so that it can be sorted.
                own[n].remove(cell)
                for below, path in enumerate(cell.covers):
                    own[n + below].append(replace(cell, rowspan=1, path=path, covers=()))
    for n, row in enumerate(rows):
        cells = (placed(cell, places) for cell in sorted(own[n], key=lambda cell: cell.column))
        yield Line(tuple(cells), block, row.id, is_list_head=n < block.head_count)


def columns_of(block: Block, stops: Stops) -> dict[int, int]:
    """The column of the worksheet at each bound of the columns of a list."""
    at = {stop: n for n, stop in enumerate(stops)}
    bounds = (Fraction(n, block.width) for n in range(block.width + 1))
    return {n: at[bound] for n, bound in enumerate(bounds) if bound in at}


def placed(cell: Cell, places: Mapping[int, int]) -> PlacedCell:
    """A cell of a list. places: see `columns_of`."""
    start = places[cell.column]
    return PlacedCell(cell, start, places[cell.column + cell.colspan] - start, cell.rowspan)
