"""Reading written Word files back: their cells, and the grid of a project's title and tables."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import docx
from docx.oxml.ns import qn

from portal.domain import documents
from portal.domain.documents import Document, PerformanceText
from portal.domain.forms import Cell, Grid, GridCell
from portal.domain.imprint import Imprint
from portal.formats import word

NOT_IN_XML = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}

LABEL = "预算单位："
"""The label that the writer puts before a value without words around it."""


def opened(written: PerformanceText, imprint: Imprint | None = None) -> Any:
    return docx.Document(io.BytesIO(word.write(written, imprint)))


def cells(row: Any) -> list[tuple[str, int, str]]:
    """Return text, number of columns and vertical merge of each cell element of the row."""
    found = []
    for cell in row._tr.tc_lst:
        shown = "\n".join(paragraph.text for paragraph in cell.p_lst)
        merge = cell.tcPr.find(qn("w:vMerge"))
        found.append((shown, cell.grid_span, "" if merge is None else merge.get(qn("w:val"))))
    return found


def words(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def all_words(document: Any) -> str:
    """Return the texts of all paragraphs and cells."""
    in_cells = [shown for table in document.tables for row in table.rows for shown, _, _ in cells(row)]
    return "\n".join([*words(document), *in_cells])


def project_grid(document: Any, above: Sequence[Cell]) -> Grid:
    """Return the grid of a document with one project: title, line above the table, tables with headings.

    above: the cells of the sheet's line above, whose bounds the file does not contain.
    """
    width = max(len(table._tbl.tblGrid.gridCol_lst) for table in document.tables)
    found: list[GridCell] = []
    row = 0
    for part in document.iter_inner_content():
        lines: list[GridCell] = []
        if hasattr(part, "rows"):
            lines = table_cells(part, row)
        elif part._p.style in ("Heading2", "Heading3"):
            lines = [GridCell(row, 0, 1, width, part.text)]
        elif part._p.style == "AboveTable":
            texts = (text.removeprefix(LABEL) for text in reversed(part.text.split("\t")))
            beside = zip(reversed(above), texts, strict=False)
            lines = [GridCell(row, cell.column, 1, cell.colspan, text) for cell, text in beside]
        found += lines
        row = max((cell.row + cell.rowspan for cell in lines), default=row)
    return Grid(tuple(found))


def table_cells(table: Any, first: int) -> list[GridCell]:
    """Return the cells of a table. first: number of its first row in the grid."""
    found: list[GridCell] = []
    for n, row in enumerate(table.rows, first):
        for column, (shown, span, merge) in _with_columns(cells(row)):
            if merge != "continue":
                found.append(GridCell(n, column, 1, span, shown))
                continue
            above = next(at for at, cell in enumerate(found) if _reaches(cell, n, column, span))
            found[above] = replace(found[above], rowspan=found[above].rowspan + 1)
    return found


def _with_columns(row: list[tuple[str, int, str]]) -> Iterator[tuple[int, tuple[str, int, str]]]:
    column = 0
    for cell in row:
        yield column, cell
        column += cell[1]


def _reaches(cell: GridCell, row: int, column: int, span: int) -> bool:
    return (cell.row + cell.rowspan, cell.column, cell.colspan) == (row, column, span)


def printable(document: Document) -> Document:
    """With the characters that the writer must put for those that XML has not."""
    for path, value in documents.texts(document).items():
        document = documents.with_value(document, path, value.translate(NOT_IN_XML))
    return document
