"""Rows of a list as a file, a paste or a workbook holds them; nothing is interpreted here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.documents import clean_line


@dataclass(frozen=True, slots=True)
class SheetRow:
    """line: as the file numbers its rows, from 1. merged: cells with the text of each merged cell in all its places."""

    line: int
    cells: Sequence[str]
    merged: Sequence[str]

    @classmethod
    def of(cls, line: int, cells: Sequence[str]) -> SheetRow:
        """A row of a text, which has no merged cells."""
        return cls(line, cells, cells)

    def cleaned(self) -> SheetRow:
        cells = [clean_line(cell) for cell in self.cells]
        merged = cells if self.merged == self.cells else [clean_line(cell) for cell in self.merged]
        return SheetRow(self.line, cells, merged)


@dataclass(frozen=True, slots=True)
class SheetRows:
    """name: of the sheet of a workbook, else ""."""

    name: str
    rows: Sequence[SheetRow]
