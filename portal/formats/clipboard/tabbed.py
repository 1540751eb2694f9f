"""Reader of the clipboard's plain text: cells separated by tabs, rows by line ends, quoted as in Excel and WPS.

Excel and WPS quote a cell only if it contains a line break or a tab, and double quotes only inside such a cell. A quote
at the start of any other cell is ordinary text. `csv` does not make this distinction. HTML is read in `tables`.
"""

from __future__ import annotations

import re

from portal.domain.pasting import Block
from portal.formats.clipboard.limits import MAX_ROWS, cell_text, check_columns, check_rows

# Possessive quantifiers: without backtracking, unmatched quotes cost linear time.
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"(?=[\t\n]|\Z)')
_PLAIN = re.compile(r"[^\t\n]*")
_NEEDS_QUOTES = re.compile(r'[\t\n]|""')


def read(text: str) -> Block:
    """Read a tab-separated text. Raises Invalid beyond the limits.

    The block has no rows if no line has two texts: lines indented by a tab are text, not a table.
    """
    source = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    if "\t" not in source:
        return Block()
    rows = [[cell_text(cell, n, column) for column, cell in enumerate(cells)] for n, cells in enumerate(matrix(source))]
    if not any(sum(map(bool, cells)) > 1 for cells in rows):
        return Block()
    width = max(map(len, rows))
    return Block(tuple((*cells, *[""] * (width - len(cells))) for cells in rows))


def matrix(source: str, most_rows: int = MAX_ROWS) -> list[list[str]]:
    """The cells of a text with LF line ends, as they stand there. Raises Invalid beyond the limits."""
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
            check_rows(len(rows), most_rows)
        at += 1


def _cell(source: str, at: int) -> tuple[str, int]:
    """Return the cell that starts at `at`, and the position of its end."""
    quoted = _QUOTED.match(source, at)
    if quoted and _NEEDS_QUOTES.search(quoted[1]):
        return quoted[1].replace('""', '"'), quoted.end()
    plain = _PLAIN.match(source, at)
    assert plain is not None  # the pattern matches the empty string too
    return plain[0], plain.end()
