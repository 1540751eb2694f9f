"""On which page a heading will probably stand: the numbers shown until Word computes the contents anew.

An estimate from text lengths and the measures of the form; Word alone knows the truth.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from portal.domain.documents import DepartmentDocument, ProjectDocument
from portal.formats.word.styles import TABLE_POINTS, TEXT_HEIGHT, TEXT_WIDTH
from portal.formats.word.table import FormRow, form_rows

_CELL_LINE = round(TABLE_POINTS * 20 * 1.3)
_ROW_MARGIN, _ROW_LEAST, _CELL_MARGINS = 90, 480, 160
_TEXT_LINE, _HEADING = 470, 620
_TEXT_POINTS = 12


def text_pages(document: DepartmentDocument) -> tuple[list[int], int]:
    """For the three sections their page within the part, and how many pages the part takes."""
    height, starts = 900, []
    sections = (
        _height(document.overall),
        sum(_HEADING + _height(duty.goal) for duty in document.duties),
        sum(_HEADING + _height(safeguard.body) for safeguard in document.safeguards),
    )
    for section in sections:
        starts.append(height // TEXT_HEIGHT)
        height += _HEADING + section
    return starts, height // TEXT_HEIGHT + 1


def table_pages(document: ProjectDocument, used: int) -> int:
    """How many pages a table takes whose first page has `used` twips taken already."""
    pages, height = 1, used
    for row in form_rows(document):
        own = _row_height(row)
        if height + own > TEXT_HEIGHT:
            pages, height = pages + 1, _ROW_LEAST
        height += own
    return pages


def _row_height(row: FormRow) -> int:
    lines = 1
    for cell, left, right in zip(row.cells, row.bounds, row.bounds[1:], strict=False):
        if cell.merge != "continue":
            lines = max(lines, sum(_lines(cell.text, right - left - _CELL_MARGINS, TABLE_POINTS)))
    return max(_ROW_LEAST, lines * _CELL_LINE + _ROW_MARGIN)


def _height(text: str) -> int:
    return sum(_lines(text, TEXT_WIDTH, _TEXT_POINTS, skip_blank=True)) * _TEXT_LINE


def _lines(text: str, width: int, points: int, skip_blank: bool = False) -> Iterator[int]:
    for line in text.split("\n"):
        wide = sum(unicodedata.east_asian_width(character) in "WFA" for character in line)
        taken = (wide * points + (len(line) - wide) * points * 0.5) * 20
        if line.strip() or not skip_blank:
            yield max(1, -int(-taken // width))
