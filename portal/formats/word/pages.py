"""Estimated page numbers of headings, shown in the table of contents until Word updates it. Heights are in twips.

The estimate uses text lengths and page size only; the exact layout is known to Word alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.forms import Block, Role, Sheet, SheetRow
from portal.formats.word.measures import line_count
from portal.formats.word.styles import TABLE_POINTS, TEXT_HEIGHT, TEXT_WIDTH
from portal.formats.word.table import column_bounds, text_width, word_tables

_CELL_LINE = round(TABLE_POINTS * 20 * 1.3)
_ROW_MARGIN, _ROW_LEAST = 90, 480
_TEXT_LINE, _HEADING = 470, 620
_TEXT_POINTS = 12
_FRONT_OF_PART = 900
"""Height of the heading of a part."""


def text_pages(blocks: Sequence[Block]) -> tuple[list[int], int]:
    """For blocks written as paragraphs: the page of each, from 0 within the part, and the number of pages."""
    height, starts = _FRONT_OF_PART, []
    for block in blocks:
        starts.append(height // TEXT_HEIGHT)
        height += _HEADING + sum(_paragraphs_height(row, is_titled=bool(block.list_name)) for row in block.body)
    return starts, height // TEXT_HEIGHT + 1


def table_pages(sheet: Sheet, used: int) -> int:
    """Return the number of pages of a sheet's tables. used: twips above them on the first page."""
    pages, height = 1, used
    for own in _heights(sheet):
        if height + own > TEXT_HEIGHT:
            pages, height = pages + 1, _ROW_LEAST
        further, height = divmod(height + own, TEXT_HEIGHT)
        pages += further
    return pages


def _heights(sheet: Sheet) -> list[int]:
    found: list[int] = []
    for blocks in word_tables(sheet):
        bounds = column_bounds(blocks[0].width)
        found += [_HEADING] if blocks[0].heading else []
        found += (_row_height(row, bounds) for block in blocks for row in block.rows)
    return found


def _row_height(row: SheetRow, bounds: Sequence[int]) -> int:
    """A cell that spans rows counts for each row with an equal share of its lines."""
    lines = 1
    for cell in row.cells:
        width = text_width(cell, bounds)
        own = sum(line_count(line, width, TABLE_POINTS) for line in cell.text.split("\n"))
        lines = max(lines, -(-own // cell.rowspan))
    return max(_ROW_LEAST, lines * _CELL_LINE + _ROW_MARGIN)


def _paragraphs_height(row: SheetRow, is_titled: bool) -> int:
    texts = [cell.text for cell in row.cells if cell.role is Role.VALUE]
    title, below = (_HEADING, texts[1:]) if is_titled else (0, texts)
    lines = (line for text in below for line in text.split("\n") if line.strip())
    return title + sum(line_count(line, TEXT_WIDTH, _TEXT_POINTS) for line in lines) * _TEXT_LINE
