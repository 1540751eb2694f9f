"""Grids drawn as text, a line for each row.

`|` separates cells, `→n` spans n columns, `↓n` spans n rows, and `\\n` breaks a line.
"""

from __future__ import annotations

import re

from portal.domain.forms import Grid, GridCell

_SPAN = re.compile(r"\s*(?:→(\d+)|↓(\d+))$")


def grid(source: str) -> Grid:
    """The cells of a drawing."""
    cells: list[GridCell] = []
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(each for each in source.split("\n") if each.strip()):
        column = 0
        for part in line.split("|"):
            text, columns, rows = part.strip(), 1, 1
            while found := _SPAN.search(text):
                columns, rows = int(found[1] or columns), int(found[2] or rows)
                text = text[: found.start()].strip()
            while (row, column) in taken:
                column += 1
            cells.append(GridCell(row, column, rows, columns, text.replace("\\n", "\n")))
            taken |= {(row + r, column + c) for r in range(rows) for c in range(columns)}
            column += columns
    return Grid(tuple(cells))
