"""Workbooks in the hands of a clerk: the cells of a file that the portal wrote, changed and written again.

What XlsxWriter writes is opened as plain cells, so that rows can be moved, copied, inserted and deleted with everything
in them, as Excel does.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import xlsxwriter

from portal.domain import frameworks
from portal.domain.documents import Document, PerformanceText, ProjectDocument
from portal.domain.imprint import Imprint
from portal.domain.offline import OfflineCopy, OfflineTable
from portal.formats import excel
from portal.formats.excel import marks, workbook
from portal.formats.packages import Package
from portal.services.files.offline_copies import digest_of

Cells = list[list[str]]


@dataclass
class Clerk:
    """The sheets of a workbook as rows of texts; the names of hidden sheets."""

    sheets: dict[str, Cells] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    numbers: dict[tuple[str, int, int], tuple[float, str]] = field(default_factory=dict)

    @classmethod
    def opens(cls, data: bytes) -> Clerk:
        made = cls()
        for sheet in workbook.sheets(Package(data), with_hidden=True):
            height = max((row for row, _ in sheet.cells), default=-1) + 1
            width = max((column for _, column in sheet.cells), default=-1) + 1
            made.sheets[sheet.name] = [
                [sheet.cells.get((row, column), "") for column in range(width)] for row in range(height)
            ]
            if sheet.is_hidden:
                made.hidden.add(sheet.name)
        return made

    @property
    def visible(self) -> list[str]:
        return [name for name in self.sheets if name not in self.hidden and name != marks.INSTRUCTIONS]

    @property
    def first(self) -> Cells:
        return self.sheets[self.visible[0]]

    def saves(self, formulas: Mapping[tuple[str, int, int], tuple[str, float]] | None = None) -> bytes:
        """formulas: by sheet, row and column, with the value that Excel has worked out."""
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
        for name, rows in self.sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, text in enumerate(row):
                    if text:
                        sheet.write_string(at, column, text)
            if name in self.hidden:
                sheet.hide()
        for (name, row, column), (number, code) in self.numbers.items():
            book.get_worksheet_by_name(name).write_number(row, column, number, book.add_format({"num_format": code}))
        for (name, row, column), (formula, value) in (formulas or {}).items():
            book.get_worksheet_by_name(name).write_formula(row, column, formula, None, value)
        book.close()
        return stream.getvalue()

    # --- what a clerk does ------------------------------------------------------------------------

    def find(self, text: str) -> tuple[int, int]:
        """Row and column of the first cell with this text on the first sheet."""
        return next((r, c) for r, row in enumerate(self.first) for c, each in enumerate(row) if each == text and c)

    def writes(self, old: str, new: str) -> None:
        row, column = self.find(old)
        self.first[row][column] = new

    def row_of(self, text: str) -> int:
        return self.find(text)[0]

    def inserts(self, above: str, texts: Sequence[str]) -> None:
        """A new row above that of a text; the texts stand in the columns of the list."""
        self.first.insert(self.row_of(above), ["", *texts])


def offline(*tables: Document, office: str = "610002", year: int = 2020, refusal: str = "") -> bytes:
    """An offline copy of these tables, with ids from 1, each at version 1."""
    own = [OfflineTable(n, 1, digest_of(table), refusal) for n, table in enumerate(tables, 1)]
    copy = OfflineCopy(office, year, frameworks.get(frameworks.for_year(year)), tuple(own))
    projects = tuple(table for table in tables if isinstance(table, ProjectDocument))
    department = next((table for table in tables if not isinstance(table, ProjectDocument)), None)
    return excel.write(PerformanceText(department, projects), Imprint("1:ab", "2020 年度", "王经办 导出", (), copy))


def altered(data: bytes, old: str = "target-table-portal 1", new: str = "x") -> bytes:
    """The file with a text replaced in all its parts, by default the signature of the hidden sheet."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(old.encode(), new.encode()))
    return stream.getvalue()
