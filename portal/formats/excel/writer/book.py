"""The workbook from front to back: instructions, the tables, hidden sheets."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

import xlsxwriter

from portal.domain.documents import Document, PerformanceText, ProjectDocument, title
from portal.domain.imprint import Imprint
from portal.domain.offline import OfflineCopy
from portal.formats.assembling import COVER
from portal.formats.excel import marks
from portal.formats.excel.marks import BookMarks
from portal.formats.excel.writer import instructions, levels
from portal.formats.excel.writer.cells import cut
from portal.formats.excel.writer.sheet import SheetWriter
from portal.formats.excel.writer.styles import SONG, Styles

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
_LONGEST_NAME = 31


def write(text: PerformanceText, imprint: Imprint | None = None) -> bytes:
    """Return the documents as a workbook. imprint: see there; with `offline` the workbook can come back."""
    copy = imprint or Imprint()
    own: list[Document] = [*([] if text.department is None else [text.department]), *text.tables]
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, _OPTIONS)
    book.formats[0].set_font_name(SONG)
    styles = Styles(book)
    _properties(book, own)
    names = sheet_names(own)
    if copy.offline:
        instructions.write(book, styles, copy, names, own)
    made = []
    for n, (document, name) in enumerate(zip(own, names, strict=True)):
        table = copy.offline.tables[n] if copy.offline else None
        made.append(SheetWriter(book, styles, name, document, copy, table).write(marks.sheet_key(n)))
    if copy.offline:
        levels.write(book, copy.offline.framework)
    _hide_marks(book, made, copy.offline)
    book.get_worksheet_by_name(marks.INSTRUCTIONS if copy.offline else names[0]).activate()
    book.close()
    return stream.getvalue()


def _properties(book: xlsxwriter.Workbook, own: Sequence[Document]) -> None:
    office = next((" ".join(each.office_name.split()) for each in own if isinstance(each, ProjectDocument)), "")
    name = " ".join(title(own[0]).split()) if len(own) == 1 else COVER
    book.set_properties({"title": _safe(name)[:255], "author": _safe(office)[:255]})


def _hide_marks(book: xlsxwriter.Workbook, sheets: Sequence[marks.SheetMarks], offline: OfflineCopy | None) -> None:
    about = BookMarks(tuple(sheets), offline.office, offline.year) if offline else BookMarks(tuple(sheets))
    hidden = book.add_worksheet(marks.SHEET)
    for row, texts in enumerate(marks.to_rows(about)):
        for column, part in enumerate(texts):
            hidden.write_string(row, column, part)
    hidden.very_hidden()


# --- names of sheets ---------------------------------------------------------------------------------


def sheet_names(own: Iterable[Document]) -> list[str]:
    """A name for each document that Excel accepts and that no other sheet has: ordinal and project."""
    used = {name.lower() for name in (*marks.BESIDE_TABLES, "history")}
    found = []
    for document in own:
        name = _sheet_name(document)
        for n in range(2, 10_000):
            if name.lower() not in used:
                break
            name = f"{_sheet_name(document)[: _LONGEST_NAME - 6]} ({n})"
        used.add(name.lower())
        found.append(name)
    return found


def _sheet_name(document: Document) -> str:
    if not isinstance(document, ProjectDocument):
        return "部门整体绩效目标"
    number = f"{document.ordinal} " if document.ordinal else ""
    name = _NOT_IN_NAMES.sub(" ", _safe(f"{number}{document.project_name or '未命名项目'}"))
    return cut(" ".join(name.split()).strip("'"), _LONGEST_NAME).strip("' ") or "未命名项目"


def _safe(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
