"""Text files with a row of a table on each line and a tab between its cells, as pieces.

Such a text has lost which cells were merged; recognition works out those of captions. The text format of the portal,
with a cell on each line, is in `reader`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from portal.domain.forms import recognition
from portal.formats.pieces import Limits, Line, Piece, RawCell, Table, filled, grid_of
from portal.formats.text import lines

# A cell with line breaks, quoted as Excel and WPS write it. Possessive: unmatched quotes cost linear time.
_QUOTED = re.compile(r'(?:(?<=[\t\n])|\A)"((?:[^"\t]++|"")*+)"(?=[\t\n]|\Z)')
_BREAK = "\u2028"
"""Stands for a line break within a cell until lines are divided."""


def pieces(data: bytes) -> list[Piece]:
    """The lines of a file, those with tabs as tables. Raises Unreadable."""
    source = _QUOTED.sub(_in_one_line, "\n".join(lines.split(data))).split("\n")
    numbers = _line_numbers(source)
    found: list[Piece] = []
    limits = Limits()
    at = 0
    while at < len(source):
        end = _end_of_table(source, at)
        if end > at:
            found.append(_table(source[at:end], f"第 {numbers[at]} 行起的表格", limits))
            at = end
        else:
            if source[at].strip():
                found.append(Line(source[at].strip().replace(_BREAK, "\n"), f"第 {numbers[at]} 行"))
            at += 1
    return found


def _in_one_line(cell: re.Match[str]) -> str:
    return cell[1].replace('""', '"').replace("\n", _BREAK) if "\n" in cell[1] else cell[0]


def _line_numbers(source: Sequence[str]) -> list[int]:
    """The number of each line in the file, from 1."""
    found, number = [], 1
    for line in source:
        found.append(number)
        number += 1 + line.count(_BREAK)
    return found


def _table(source: Sequence[str], name: str, limits: Limits) -> Table:
    texts = [[text.strip().replace(_BREAK, "\n") for text in line.split("\t")] for line in source]
    limits.check(len(texts), max(map(len, texts)), name)
    rows = [
        [RawCell(span.text, span.column, span.colspan, span.rowspan) for span in row]
        for row in recognition.with_spans(texts)
    ]
    width = max((cell.column + cell.colspan for row in rows for cell in row), default=1)
    return Table(grid_of([*filled(rows, width)], name, keeps_merges=False), name)


def _end_of_table(source: Sequence[str], start: int) -> int:
    """The line after the rows that start here; a line without tabs belongs to them if rows follow, but for a title."""
    at = end = start
    while at < len(source) and source[at].strip():
        if "\t" in source[at].strip():
            end = at + 1
        elif at == start or recognition.announces(source[at]):
            return end
        at += 1
    return end
