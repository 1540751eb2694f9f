"""Reader of workbooks that the portal wrote: every text by its mark, whatever was moved, sorted, inserted or hidden.

Without a base it gives documents (`reading`); for the return of an offline copy the texts and rows of each table, which
`services.files.workbook_returns` holds against what the portal has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from portal.domain import documents, forms
from portal.domain.documents import (
    MAX_ROWS,
    ROW_LISTS,
    DepartmentDocument,
    Document,
    PerformanceText,
    ProjectDocument,
    Row,
    new_row_id,
)
from portal.domain.forms import Form
from portal.domain.offline import ReturnedCopy, ReturnedRow, ReturnedTable
from portal.formats.excel import marked_sheet, marks, workbook
from portal.formats.excel.marked_sheet import MarkedRow, MarkedSheet
from portal.formats.excel.marks import BookMarks, SheetMarks
from portal.formats.excel.sheets import RawSheet
from portal.formats.packages import Package
from portal.formats.reading import Reading
from portal.formats.row_ids import row_id


@dataclass(frozen=True, slots=True)
class MarkedBook:
    """missing: tables whose sheet is gone. others: sentences on sheets that are none of the copy."""

    marks: BookMarks
    sheets: Sequence[MarkedSheet]
    missing: Sequence[SheetMarks]
    others: Sequence[str]

    @property
    def is_offline(self) -> bool:
        return self.marks.office != ""

    def reading(self, sheet: str = "") -> Reading | None:
        """The documents; None if a sheet cannot be read by its marks. sheet: the only one to read."""
        own = [each for each in self.sheets if sheet in ("", each.name)]
        if not own or any(each.refusal for each in own):
            return None
        found = [_document(each, n) for n, each in enumerate(own, 1)]
        departments = [each for each in found if isinstance(each, DepartmentDocument)]
        if len(departments) > 1:
            return None
        projects = tuple(each for each in found if isinstance(each, ProjectDocument))
        unplaced = tuple(left for each in own for left in each.unplaced)
        text = PerformanceText(departments[0] if departments else None, projects)
        told = [
            f"工作表“{each.name}”的“{label}”太长，Excel 一格放不下，没有读入。"
            for each in own
            for label in _cut_fields(each)
        ]
        return Reading(text, unplaced, (*told, *(() if sheet else self.others)))

    def returned(self) -> ReturnedCopy:
        """What came back of an offline copy. New rows get ids, so call it once for each file."""
        tables = tuple(map(_returned, self.sheets))
        missing = tuple(each.title for each in self.missing)
        return ReturnedCopy(self.marks.office, self.marks.year, tables, missing, self.others)


def read(package: Package) -> MarkedBook | None:
    """None for a workbook without sound marks. Raises Unreadable."""
    if marks.SHEET not in workbook.sheet_names(package):
        return None
    found = list(workbook.sheets(package, with_hidden=True))
    hidden = next((sheet for sheet in found if sheet.name == marks.SHEET), None)
    book = marks.from_rows(_rows_of(hidden)) if hidden else None
    if book is None:
        return None
    own, others = _sorted_out(found, len(book.sheets))
    sheets = [marked_sheet.read(own[n], each) for n, each in enumerate(book.sheets) if n in own]
    return MarkedBook(book, sheets, [each for n, each in enumerate(book.sheets) if n not in own], others)


def _sorted_out(found: Sequence[RawSheet], count: int) -> tuple[dict[int, RawSheet], list[str]]:
    """The sheets by their position among the marks, and sentences on all others."""
    positions = {marks.sheet_key(n): n for n in range(count)}
    own: dict[int, RawSheet] = {}
    others: list[str] = []
    for sheet in found:
        at = positions.get(sheet.cells.get((0, 0), ""))
        if at is not None and at not in own:
            own[at] = sheet
        elif at is not None:
            others.append(f"{sheet.label}是另一张工作表的副本，没有读入；要增加一张表，请在系统里新建。")
        elif sheet.cells and not sheet.is_hidden and sheet.name not in marks.BESIDE_TABLES:
            others.append(f"{sheet.label}不是下载时就有的，没有读入；要增加一张表，请在系统里新建。")
    return own, others


def _rows_of(sheet: RawSheet) -> list[list[str]]:
    count = max((row for row, _ in sheet.cells), default=-1) + 1
    rows: list[list[str]] = [[] for _ in range(min(count, 2_000))]
    for (row, _), text in sorted(sheet.cells.items()):
        if row < len(rows):
            rows[row].append(text)
    return rows


# --- documents ---------------------------------------------------------------------------------------


def _document(sheet: MarkedSheet, position: int) -> Document:
    form = forms.get(sheet.marks.form)
    document = documents.blank(form.kind, form.id)
    for name, own in sheet.rows.items():
        document = documents.with_rows(document, name, list(_document_rows(form, name, own, position)))
    for path, text in sheet.texts.items():
        if path != "ordinal" and documents.value_at(document, path) is not None:
            document = documents.with_value(document, path, text)
    if isinstance(document, ProjectDocument) and 0 <= sheet.marks.ordinal <= 9_999:
        return replace(document, ordinal=sheet.marks.ordinal)
    return document


def _document_rows(form: Form, name: str, own: Sequence[MarkedRow], position: int) -> Iterator[Row]:
    taken = {row.id for row in own}
    for n, row in enumerate(own, 1):
        id = row.id or next(
            each for k in range(n, n + MAX_ROWS + 1) if (each := row_id(name, position, k)) not in taken
        )
        taken.add(id)
        made = ROW_LISTS[form.kind][name](id=id)
        for field, text in row.texts.items():
            made = documents.with_row_text(made, field, text)
        yield made


def _cut_fields(sheet: MarkedSheet) -> Iterator[str]:
    """The labels of fields with a text that was too long for its cell."""
    form = forms.get(sheet.marks.form)
    fields = [cell.path for cell in sheet.marks.cells if cell.cut]
    fields += [documents.field_of(form.kind, path) for path in sheet.marks.cuts]
    return (form.label(field) for field in dict.fromkeys(fields))


def _returned(sheet: MarkedSheet) -> ReturnedTable:
    own = sheet.marks
    rows = {
        name: tuple(ReturnedRow(row.id or new_row_id(), row.texts) for row in found)
        for name, found in sheet.rows.items()
    }
    told = [f"“{label}”太长，Excel 一格放不下，在文件里的改动没有读入；请在系统里改。" for label in _cut_fields(sheet)]
    told += [f"{left.where}的“{left.text}”不在表的格子里，没有读入。" for left in sheet.unplaced]
    return ReturnedTable(
        own.table_id, own.version, own.digest, own.title, own.form, sheet.texts, rows, sheet.refusal, told
    )
