"""Pieces of a file as plain values for JSON, so that a file can be recognised again without its bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from portal.domain.forms import Grid, GridCell
from portal.formats.pieces import Line, Piece, Table


def to_plain(pieces: Iterable[Piece]) -> list[list[Any]]:
    """A list of text, place, … for each line, of a name, a title, whether merges are kept, and cells for each table."""
    return [_line(piece) if isinstance(piece, Line) else _table(piece) for piece in pieces]


def _line(line: Line) -> list[Any]:
    return [line.text, line.place, line.marked, line.is_beside]


def _table(table: Table) -> list[Any]:
    cells = [[c.row, c.column, c.rowspan, c.colspan, c.text, c.place] for c in table.grid.cells]
    return [table.name, table.title, table.grid.keeps_merges, cells]


def from_plain(plain: Sequence[Sequence[Any]]) -> tuple[Piece, ...]:
    """The inverse of `to_plain`."""
    return tuple(_read_table(*piece) if isinstance(piece[-1], list) else Line(*piece) for piece in plain)


def _read_table(name: str, title: str, keeps_merges: bool, cells: Sequence[Sequence[Any]]) -> Table:
    return Table(Grid(tuple(GridCell(*cell) for cell in cells), keeps_merges), name, title)
