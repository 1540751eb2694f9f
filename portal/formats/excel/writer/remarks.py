"""Opinions of the last return as comments of the bureau, each at its place."""

from __future__ import annotations

from typing import Any

from portal.domain.offline import OfflineTable
from portal.formats.excel.writer import cells
from portal.formats.excel.writer.canvas import Place, Written
from portal.formats.word.measures import line_count

_AUTHOR = "财政局"
_WIDTH, _POINTS = 320, 9
_TWIPS = 4_200
"""The width of a comment in pixels, and of its text in twips."""
_LINE, _MARGIN, _MOST_HEIGHT = 16, 40, 600
_LONGEST = 30_000
_LOOK = {"author": _AUTHOR, "width": _WIDTH, "font_size": _POINTS, "color": "#FFF7DB"}


def add(sheet: Any, written: Written, table: OfflineTable | None) -> None:
    by_place: dict[Place, list[str]] = {}
    for remark in table.remarks if table else ():
        by_place.setdefault(_place_of(remark.path, written), []).append(remark.words)
    for (row, column), words in by_place.items():
        text = cells.cut(cells.shown("\n\n".join(words)), _LONGEST)
        height = _MARGIN + _LINE * sum(line_count(line, _TWIPS, _POINTS) for line in text.split("\n"))
        sheet.write_comment(row, column, text, _LOOK | {"height": min(height, _MOST_HEIGHT)})


def _place_of(path: str, written: Written) -> Place:
    """The cell of the path, else of what contains it, else the title."""
    while path and path not in written.places:
        path = path.rpartition("/")[0]
    return written.places[path]
