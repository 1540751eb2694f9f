"""A sheet as its file describes it, and the grid of its visible cells. Numbers are already texts here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from portal.domain.forms import Grid, GridCell
from portal.formats.pieces import MAX_ROWS, Limits, Table
from portal.formats.reading import Unreadable


class TooLarge(Unreadable):
    """A sheet with more rows or cells than any document has."""


Place = tuple[int, int]
"""Row and column, from 0."""

MAX_MERGES = 100_000
_MOST_COLUMNS = 400
_MOST_BLANK_ROWS = 50
"""Rows that a merged cell may reach below the last text: a table's last rows may be blank."""
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


@lru_cache(maxsize=10_000)  # the sheets of a workbook have the same places
def reference(text: str) -> Place:
    """B5 as row 4 and column 1; (0, 0) for a text that is no reference."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        return (0, 0)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return (int(found[2]) - 1, column - 1)


@lru_cache(maxsize=500)
def column_name(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


@dataclass(slots=True)
class RawSheet:
    """cells: texts by place, none blank. merges: first and last place of each merged cell.

    numbers: places of the cells that hold a number, not a text. is_hidden: the whole sheet.
    """

    name: str
    cells: dict[Place, str] = field(default_factory=dict)
    merges: list[tuple[Place, Place]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    numbers: set[Place] = field(default_factory=set)
    is_hidden: bool = False
    _checked_again_at: int = MAX_ROWS
    """Number of cells at which the rows are counted again: counting them after each row would take quadratic time."""

    @property
    def label(self) -> str:
        return f"工作表“{self.name[:31]}”"

    def add_merge(self, text: str) -> None:
        first, _, last = text.partition(":")
        self.merge(reference(first), reference(last or first))

    def merge(self, first: Place, last: Place) -> None:
        self.merges.append((first, last))
        if len(self.merges) > MAX_MERGES:
            raise Unreadable(f"{self.label}的合并单元格太多，不是绩效目标表。")

    def hide_columns(self, first: int, last: int) -> None:
        self.hidden_columns.update(range(first, min(last, first + _MOST_COLUMNS, 16_384) + 1))

    def check(self) -> None:
        """Raises Unreadable for a sheet with too many cells with text."""
        if len(self.cells) > self._checked_again_at:
            self._checked_again_at = len(self.cells) * 5 // 4
            self._check_rows()
        if len(self.cells) > 20 * MAX_ROWS:
            raise TooLarge(f"{self.label}的内容太多，不是绩效目标表；请只保留目标表再导入。")

    def _check_rows(self) -> None:
        if len({row for row, _ in self.cells}) > MAX_ROWS:
            raise TooLarge(f"{self.label}超过 {MAX_ROWS} 行，不是绩效目标表；请只保留目标表再导入。")

    def table(self, limits: Limits) -> Table:
        """The visible cells as a table: blank ones between them included, long blank stretches left out."""
        merges = list(self._merges())
        rows = _axis((row for row, _ in self.cells), ((first[0], last[0]) for first, last in merges), self.hidden_rows)
        columns = _axis(
            (column for _, column in self.cells), ((first[1], last[1]) for first, last in merges), self.hidden_columns
        )
        if len(columns) > _MOST_COLUMNS:
            raise Unreadable(f"{self.label}超过 {_MOST_COLUMNS} 列，不是绩效目标表；请只保留目标表再导入。")
        limits.check(len(rows), len(columns), self.label)
        return Table(Grid(tuple(self._grid_cells(merges, rows, columns))), self.label, self.name)

    def _merges(self) -> Iterator[tuple[Place, Place]]:
        """Merged cells, cut where they reach far beyond the texts."""
        last_row = max((row for row, _ in self.cells), default=0)
        last_column = max((column for _, column in self.cells), default=0)
        for (top, left), (bottom, right) in self.merges:
            bottom = min(bottom, max(last_row, top + _MOST_BLANK_ROWS))
            right = min(right, max(last_column, left + _MOST_BLANK_ROWS))
            if top <= bottom and left <= right and top <= last_row + _MOST_BLANK_ROWS:
                yield (top, left), (bottom, right)

    def _grid_cells(
        self, merges: Iterable[tuple[Place, Place]], rows: dict[int, int], columns: dict[int, int]
    ) -> Iterator[GridCell]:
        covered: set[Place] = set()
        label = self.label
        for (top, left), (bottom, right) in merges:
            own_rows = [rows[row] for row in range(top, bottom + 1) if row in rows]
            own_columns = [columns[column] for column in range(left, right + 1) if column in columns]
            places = {(row, column) for row in own_rows for column in own_columns}
            # Of merged cells that overlap the first counts, as in Excel's repair.
            if not places or places & covered:
                continue
            covered |= places
            text = self.cells.get((top, left), "")
            bounds = (own_rows[0], own_columns[0], len(own_rows), len(own_columns))
            yield GridCell(*bounds, text, f"{label}{column_name(left)}{top + 1}")
        for row, at in rows.items():
            for column, beside in columns.items():
                if (at, beside) not in covered:
                    text = self.cells.get((row, column), "")
                    place = f"{label}{column_name(column)}{row + 1}" if text else ""
                    yield GridCell(at, beside, 1, 1, text, place)


def _axis(texts: Iterable[int], merged: Iterable[tuple[int, int]], hidden: set[int]) -> dict[int, int]:
    """The visible rows (or columns) that matter, each with its number in the grid; one blank one stays per gap."""
    used = set(texts)
    for first, last in merged:
        used.update(range(first, last + 1))
    found: dict[int, int] = {}
    last_used = -1
    for n in sorted(used - hidden):
        if n > last_used + 1 and last_used >= 0 and n - 1 not in hidden:
            found[n - 1] = len(found)
        found[n] = len(found)
        last_used = n
    return found
