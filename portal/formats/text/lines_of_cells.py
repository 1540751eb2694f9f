"""Text files with a row of a table on each line and a tab between its cells, as pieces.

Such a text has lost which cells were merged. The text format of the portal, with a cell on each line, is in `reader`.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.forms import recognition
from portal.formats.pieces import Limits, Line, Piece, RawCell, Table, filled, grid_of
from portal.formats.text import lines


def pieces(data: bytes) -> list[Piece]:
    """The lines of a file, those with tabs as tables. Raises Unreadable."""
    source = lines.split(data)
    found: list[Piece] = []
    limits = Limits()
    at = 0
    while at < len(source):
        end = _end_of_table(source, at)
        if end > at:
            name = f"第 {at + 1} 行起的表格"
            rows = [[RawCell(text.strip(), n) for n, text in enumerate(line.split("\t"))] for line in source[at:end]]
            width = max(len(row) for row in rows)
            limits.check(len(rows), width, name)
            found.append(Table(grid_of([*filled(rows, width)], name, keeps_merges=False), name))
            at = end
        else:
            if source[at].strip():
                found.append(Line(source[at].strip(), f"第 {at + 1} 行"))
            at += 1
    return found


def _end_of_table(source: Sequence[str], start: int) -> int:
    """The line after the rows that start here; a line without tabs belongs to them if rows follow, but for a title."""
    at = end = start
    while at < len(source) and source[at].strip() and not recognition.announces(source[at]):
        if "\t" in source[at].strip():
            end = at + 1
        elif at == start:
            return start
        at += 1
    return end
