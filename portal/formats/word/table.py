"""A sheet as Word tables with merged cells. Consecutive blocks of equal width without a heading share one table.

A Word table has the columns of the sheet. The content of the cells is not decided here but by the form's layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from portal.domain.forms import Block, Cell, Role, Sheet, captions
from portal.formats.word.elements import Element, element, paragraph, run
from portal.formats.word.measures import line_count
from portal.formats.word.styles import TABLE_POINTS, TEXT_WIDTH

_CAPTION, _TEXT = "CellCaption", "Cell"
_FIRST_COLUMN = 1_300
_MARGIN = 80
_STEP = TABLE_POINTS * 10
"""Half a Chinese character in twips: the step by which captions become narrower."""
_SLACK = 80
"""Less than a step, in twips: some letters are wider than half a Chinese character."""


def sheet_tables(sheet: Sheet) -> list[Element]:
    """Return headings and tables of a sheet from top to bottom."""
    made: list[Element] = []
    for blocks in word_tables(sheet):
        if blocks[0].heading:
            made.append(paragraph("Heading3", run(blocks[0].heading)))
        made += [_table(blocks), _after_table()]
    return made


def word_tables(sheet: Sheet) -> list[list[Block]]:
    """Group the blocks of a sheet by Word table."""
    found: list[list[Block]] = []
    for block in sheet.blocks:
        if found and not block.heading and found[-1][-1].width == block.width:
            found[-1].append(block)
        else:
            found.append([block])
    return found


def column_bounds(width: int) -> list[int]:
    """Bounds of `width` columns in twips from the left: the first column has a fixed width, the others equal ones."""
    if width == 1:
        return [0, TEXT_WIDTH]
    return [0, *(_FIRST_COLUMN + (TEXT_WIDTH - _FIRST_COLUMN) * n // (width - 1) for n in range(width))]


def text_width(cell: Cell, bounds: Sequence[int]) -> int:
    """Width in twips for the text of a cell, without margins. bounds: see `column_bounds`."""
    return bounds[cell.column + cell.colspan] - bounds[cell.column] - 2 * _MARGIN


# --- WordprocessingML ----------------------------------------------------------------------------


def _table(blocks: Sequence[Block]) -> Element:
    bounds = column_bounds(blocks[0].width)
    columns = [element("w:gridCol", w=right - left) for left, right in pairwise(bounds)]
    made = element("w:tbl", _properties(), element("w:tblGrid", *columns))
    repeated = _repeated(blocks[0])
    for block in blocks:
        for n, cells in enumerate(_rows(block)):
            made.append(_row(cells, bounds, is_repeated=block is blocks[0] and n < repeated))
    return made


def _repeated(block: Block) -> int:
    """Return the number of rows that Word repeats on every page: the head of a list; or, in the first table without
    heading, the first row, which names the project.

    Word repeats only rows at the top of a table, so it cannot repeat captions of a list below other rows, nor rows with
    a cell that spans into the rows below.
    """
    count = block.head_count or (0 if block.heading else 1)
    end = max((cell.row + cell.rowspan for row in block.rows[:count] for cell in row.cells), default=0)
    return count if end <= count else 0


def _rows(block: Block) -> Iterator[list[tuple[Cell, bool]]]:
    """Yield the cells of each row from left to right; True marks cells that span it from a row above."""
    spanning: list[Cell] = []
    for n, row in enumerate(block.rows):
        spanning = [cell for cell in spanning if cell.row + cell.rowspan > n]
        cells = [*((cell, False) for cell in row.cells), *((cell, True) for cell in spanning)]
        yield sorted(cells, key=lambda each: each[0].column)
        spanning += row.cells


def _properties() -> Element:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = [element(f"w:{side}", val="single", sz=4, space=0, color="000000") for side in sides]
    margins = [
        element(f"w:{side}", w=width, type="dxa")
        for side, width in (("top", 40), ("left", _MARGIN), ("bottom", 40), ("right", _MARGIN))
    ]
    return element(
        "w:tblPr",
        element("w:tblW", w=TEXT_WIDTH, type="dxa"),
        element("w:jc", val="center"),
        element("w:tblBorders", *borders),
        element("w:tblLayout", type="fixed"),
        element("w:tblCellMar", *margins),
    )


def _row(cells: Sequence[tuple[Cell, bool]], bounds: Sequence[int], is_repeated: bool) -> Element:
    """Build a row that does not break across pages."""
    properties = element("w:trPr", element("w:cantSplit"), element("w:trHeight", val=400, hRule="atLeast"))
    if is_repeated:
        properties.append(element("w:tblHeader"))
    return element("w:tr", properties, *(_cell(cell, bounds, is_continuation) for cell, is_continuation in cells))


def _cell(cell: Cell, bounds: Sequence[int], is_continuation: bool) -> Element:
    """is_continuation: this is a further row of a cell that spans rows."""
    width = text_width(cell, bounds)
    properties = element("w:tcPr", element("w:tcW", w=width + 2 * _MARGIN, type="dxa"))
    if cell.colspan > 1:
        properties.append(element("w:gridSpan", val=cell.colspan))
    if cell.rowspan > 1:
        properties.append(element("w:vMerge", val="continue" if is_continuation else "restart"))
    properties.append(element("w:vAlign", val="center"))
    return element("w:tc", properties, paragraph(_style(cell)) if is_continuation else _content(cell, width))


def _content(cell: Cell, width: int) -> Element:
    made: Any = paragraph(_style(cell), *([run(cell.text)] if cell.text else []))
    if (cell.role is Role.CAPTION or cell.is_head) and (indent := _indent(cell.text, width)):
        made.pPr.append(element("w:ind", left=indent, right=indent))
    return made


def _style(cell: Cell) -> str:
    """Captions and short values (codes, names, amounts) are centred; texts are left-aligned."""
    is_short = cell.is_one_line or cell.is_head or bool(cell.part or cell.pieces)
    return _CAPTION if is_short or cell.role is not Role.VALUE else _TEXT


def _indent(text: str, width: int) -> int:
    """Return the indent in twips on both sides of a caption of several lines, so that no line has one character only.

    Lines get an even number of characters if that adds no line, since most Chinese words have two characters.
    """
    count = line_count(text, width, TABLE_POINTS) if len(text) <= captions.LONGEST else 1
    for narrow in range(_STEP, width - _SLACK, _STEP) if count > 1 else ():
        is_even = narrow // (2 * _STEP) % 2 == 0
        if is_even and line_count(text, narrow, TABLE_POINTS) == count:
            return (width - narrow - _SLACK) // 2
    return 0


def _after_table() -> Element:
    """The paragraph that Word requires after a table, of least height so that a full page causes no second page."""
    made: Any = paragraph("Cell")
    made.pPr.append(element("w:spacing", line=20, lineRule="exact"))
    return made
