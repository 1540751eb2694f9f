"""The clipboard's plain text: cells between tabs, rows between line ends, quoted as Excel and WPS quote them.

They quote a cell only where it holds a line break or a tab, and double the quotes in such a cell alone. So a quote
at the beginning of a cell is a quote like any other unless all of that is true, which `csv` would not look at.
"""

from __future__ import annotations

import re

from portal.domain.pasting import Block
from portal.formats.clipboard.limits import cell_text, check_columns, check_rows

# possessive: runs of quotes are read in one way only, so that lone quotes cost linear time
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"(?=[\t\n]|\Z)')
_PLAIN = re.compile(r"[^\t\n]*")
_NEEDS_QUOTES = re.compile(r'[\t\n]|""')


def read(text: str) -> Block:
    """The block of a tab-separated text; no rows where no line of it has two texts side by side.

    Lines indented by a tab are a text, not a table. Raises Invalid beyond the limits.
    """
    source = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    if "\t" not in source:
        return Block()
    rows = [
        [cell_text(cell, n, column) for column, cell in enumerate(cells)] for n, cells in enumerate(_matrix(source))
    ]
    if not any(sum(map(bool, cells)) > 1 for cells in rows):
        return Block()
    width = max(map(len, rows))
    return Block(tuple((*cells, *[""] * (width - len(cells))) for cells in rows))


def _matrix(source: str) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    at = 0
    while True:
        cell, at = _cell(source, at)
        rows[-1].append(cell)
        check_columns(len(rows[-1]))
        if at == len(source):
            return rows
        if source[at] == "\n":
            rows.append([])
            check_rows(len(rows))
        at += 1


def _cell(source: str, at: int) -> tuple[str, int]:
    """The cell that begins at `at`, and where it ends."""
    quoted = _QUOTED.match(source, at)
    if quoted and _NEEDS_QUOTES.search(quoted[1]):
        return quoted[1].replace('""', '"'), quoted.end()
    plain = _PLAIN.match(source, at)
    assert plain is not None  # it matches nothing at all too
    return plain[0], plain.end()
