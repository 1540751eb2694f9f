"""Texts that the form does not show (表样以外的内容): rows of caption and value under a heading below the table.

They keep every text of a document in the file. Which field a caption names is decided in `portal.domain.forms`; fields
that the form shows are in `captioned` and `rows`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from portal.domain.documents import Document, field_of, texts, with_value
from portal.domain.forms import label, of
from portal.domain.forms.layouts import LEFTOVERS
from portal.domain.forms.leftovers import path_of
from portal.formats.reading import Unplaced
from portal.formats.text import cells, lines


def write_leftovers(document: Document, placed: Container[str]) -> list[str]:
    """Return the lines of all texts whose field is not in `placed`, the fields (without row id) written elsewhere."""
    left = {path: text for path, text in texts(document).items() if text and path != "ordinal"}
    found: list[str] = []
    for path, text in left.items():
        if field_of(document.kind, path) not in placed:
            found += cells.row(cells.caption(label(document, path)), cells.value(text))
    return [*cells.row(cells.caption(LEFTOVERS)), *found] if found else []


def start_of_leftovers(found: Sequence[cells.Cell]) -> int:
    """Return the index of the heading of the leftovers, or the number of cells if there are none."""
    return next((n for n, cell in enumerate(found) if is_heading(cell.lines[0])), len(found))


def is_heading(line: str) -> bool:
    """Whether the first line of a cell (without TAB) is the heading of leftovers; values have a guard, see `lines`."""
    return lines.label(line) == LEFTOVERS


def read_leftovers(
    document: Document, found: Sequence[cells.Cell], placed: Container[str]
) -> tuple[Document, list[Unplaced]]:
    """Add the texts of these cells (heading included) to the document; also return the cells that name no field.

    placed: fields (without row id) that are read elsewhere.
    """
    form = of(document)
    unplaced: list[Unplaced] = []
    for caption, value in _pairs(found[1:]):
        path = path_of(form, document, caption.text, placed)
        if path and value:
            document = with_value(document, path, value.text)
        else:
            unplaced += (Unplaced(cell.line, cell.text) for cell in (caption, value) if cell and cell.text)
    return document, unplaced


def _pairs(found: Sequence[cells.Cell]) -> Iterator[tuple[cells.Cell, cells.Cell | None]]:
    """Yield each caption with the value in its row; None for a row without value."""
    at = 0
    while at < len(found):
        value = found[at + 1] if at + 1 < len(found) and not found[at].ends_row else None
        yield found[at], value
        at += 2 if value else 1
