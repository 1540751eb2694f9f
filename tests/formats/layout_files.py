"""Files of real layouts: a drawing in `tests/data/layouts` as .docx, .xlsx, .xls and .html."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import xlsxwriter
import xlwt

from portal.domain.forms import Grid
from tests.domain.drawings import grid

FOLDER = Path(__file__).parents[1] / "data" / "layouts"


def drawing(name: str) -> str:
    return next(FOLDER.glob(f"{name}*.txt")).read_text("utf-8")


def as_docx(*sources: str | Grid, lines: Sequence[str] = ()) -> bytes:
    """A document with these tables; `lines`: paragraphs above the first."""
    document: Any = docx.Document()
    for text in lines:
        document.add_paragraph(text)
    for n, source in enumerate(sources):
        if n:
            document.add_paragraph("")
        held = source if isinstance(source, Grid) else grid(source)
        table = document.add_table(held.height, held.width)
        for cell in held.cells:
            first = table.cell(cell.row, cell.column)
            if (cell.rowspan, cell.colspan) != (1, 1):
                first = first.merge(table.cell(cell.end_row - 1, cell.end_column - 1))
            first.text = cell.text
    return saved(document)


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_xlsx(*sources: str | Grid, names: Sequence[str] = ()) -> bytes:
    """A workbook with a sheet for each table."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for n, source in enumerate(sources):
            sheet = book.add_worksheet(names[n] if names else None)
            write_cells(sheet, source if isinstance(source, Grid) else grid(source))
    return stream.getvalue()


def as_xls(*sources: str | Grid) -> bytes:
    """The same workbook in the old format."""
    book = xlwt.Workbook("utf-8")
    for n, source in enumerate(sources, 1):
        sheet = book.add_sheet(f"Sheet{n}")
        for cell in (source if isinstance(source, Grid) else grid(source)).cells:
            sheet.write_merge(cell.row, cell.end_row - 1, cell.column, cell.end_column - 1, cell.text)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_cells(sheet: Any, held: Grid) -> None:
    for cell in held.cells:
        if (cell.rowspan, cell.colspan) != (1, 1):
            sheet.merge_range(cell.row, cell.column, cell.end_row - 1, cell.end_column - 1, "")
        sheet.write_string(cell.row, cell.column, cell.text)


def as_html(*sources: str | Grid) -> bytes:
    """A page with these tables, as browsers save it."""
    tables = []
    for source in sources:
        held = source if isinstance(source, Grid) else grid(source)
        rows = []
        for row in range(held.height):
            own = sorted((cell for cell in held.cells if cell.row == row), key=lambda cell: cell.column)
            shown = (
                f'<td colspan="{cell.colspan}" rowspan="{cell.rowspan}">'
                f"{'<br>'.join(map(html.escape, cell.text.split(chr(10))))}</td>"
                for cell in own
            )
            rows.append(f"<tr>{''.join(shown)}</tr>")
        tables.append(f"<table>{''.join(rows)}</table>")
    return f'<html><head><meta charset="utf-8"></head><body>{"<p></p>".join(tables)}</body></html>'.encode()


WRITERS = {"docx": as_docx, "xlsx": as_xlsx, "xls": as_xls, "html": as_html}
