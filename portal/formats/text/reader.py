"""Scanner of a text file: one pass over its lines finds parts, tables and cells.

Every line goes into the department part, into a cell of a table, or into the unplaced lines. The content of the parts
is read by `department` and `table`.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain import forms
from portal.domain.documents import FIRST_FORMS, Kind, PerformanceText
from portal.domain.forms import Form
from portal.formats.reading import Reading, Unplaced, Unreadable
from portal.formats.text import lines
from portal.formats.text.department import Numbering, read_department
from portal.formats.text.lines import MAX_BYTES
from portal.formats.text.table import Cell, RawTable, is_own_cell, read_table, start_length

__all__ = ["MAX_BYTES", "MAX_TABLES", "NoTables", "read"]

MAX_TABLES = 1_000


class NoTables(Unreadable):
    """A text without tables in the format of the portal, or with titles of tables only."""


def read(data: bytes, wanted: Sequence[Form] = ()) -> Reading:
    """Read the documents of a text file, and the lines that belong to no field. Raises Unreadable.

    wanted: the forms that documents may have, the likeliest first; for a kind without one, all shipped forms.
    """
    scanner = _Scanner(lines.split(data))
    scanner.scan()
    department, unplaced = None, scanner.unplaced
    if scanner.has_department:
        department, left = read_department(scanner.department, _of_kind(Kind.DEPARTMENT, wanted)[0])
        unplaced += left
    else:
        unplaced += [Unplaced(n, line.strip()) for n, line in scanner.department if line.strip()]
    candidates = _of_kind(Kind.PROJECT, wanted)
    tables, converted = [], []
    for position, raw in enumerate(scanner.tables, 1):
        found = read_table(raw, position, candidates)
        tables.append(found.document)
        unplaced += found.unplaced
        converted += [f"第 {position} 张表：{sentence}" for sentence in found.converted]
    if not tables and (department is None or any(lines.table_title(left.text) for left in unplaced)):
        raise NoTables("文件里既没有项目绩效目标表，也没有部门整体绩效目标。")
    in_order = tuple(sorted(unplaced, key=lambda u: u.line))
    return Reading(PerformanceText(department, tuple(tables)), in_order, tuple(converted))


def _of_kind(kind: Kind, wanted: Sequence[Form]) -> list[Form]:
    ids = sorted(forms.available(kind), key=lambda id: id != FIRST_FORMS[kind])
    return [each for each in wanted if each.kind is kind] or [forms.get(id) for id in ids]


class _Scanner:
    """Assigns each line to the department part, to a cell or to the unplaced lines. Line numbers are from 0."""

    def __init__(self, source: list[str]) -> None:
        self.lines = source
        self.end = _end(source)
        self.cells = [n for n, line in enumerate(source[: self.end]) if line.startswith("\t")]
        self.labels = [lines.label(source[n]) for n in self.cells]
        self.next_cell = 0
        self.in_tables = False
        self.table: RawTable | None = None
        self.tables: list[RawTable] = []
        self.department: Numbering = []
        self.has_department = False
        self.unplaced: list[Unplaced] = []

    def scan(self) -> None:
        for n in range(self.end):
            line = self.lines[n]
            while self.next_cell < len(self.cells) and self.cells[self.next_cell] < n:
                self.next_cell += 1
            if line.startswith("\t"):
                self._cell(n, line)
            elif part := lines.part(line):
                self.in_tables, self.table = part == 2, None
                self.has_department |= "部门整体" in line
            elif self._is_heading(n):
                self._begin(RawTable(n + 1, line))
            else:
                self._other(n, line)

    def _begin(self, table: RawTable) -> None:
        if len(self.tables) >= MAX_TABLES:
            raise Unreadable(f"一个文件最多 {MAX_TABLES} 张表。")
        self.in_tables, self.table = True, table
        self.tables.append(table)

    def _cell(self, n: int, line: str) -> None:
        if (self.table is None or self.table.is_coded) and self._is_headless_start(n):
            self._begin(RawTable(n + 1, ""))
        if self.table is not None:
            self.table.add(Cell(n + 1, [line[1:]]))
        else:
            self._other(n, line)

    def _other(self, n: int, line: str) -> None:
        """A line of the department part, a further line of the cell above, or an unplaced line."""
        if not self.in_tables:
            self.department.append((n + 1, line))
            self.has_department |= lines.section(line) != ""
        elif self.table and self.table.cells and not self._is_lost_heading(n):
            self.table.cells[-1].lines.append(line)
        elif line.strip():
            self.unplaced.append(Unplaced(n + 1, line.strip()))

    def _is_heading(self, n: int) -> bool:
        """Whether the line reads as a table's heading and cells of a table follow."""
        if lines.table_title(self.lines[n]) is None or self.next_cell >= len(self.cells):
            return False
        first = self.cells[self.next_cell]
        if self._next_line(n) != first:
            return False
        return any(is_own_cell(self._cell_line(k)) for k in range(4))

    def _is_lost_heading(self, n: int) -> bool:
        """Whether the line is a heading after a blank line without cells: its table is missing from the file."""
        if lines.table_title(self.lines[n]) is None or self.lines[n - 1].strip():
            return False
        following = self._next_line(n)
        if following >= self.end:
            return True
        return lines.table_title(self.lines[following]) is not None or lines.part(self.lines[following]) > 0

    def _is_headless_start(self, n: int) -> bool:
        """Whether the captions of a table follow before the next heading."""
        length = start_length(self._cell_line)
        if not length:
            return False
        last = self.cells[self.next_cell + length - 1]
        return all(lines.table_title(line) is None for line in self.lines[n + 1 : last])

    def _cell_line(self, ahead: int) -> str:
        """Return the first line of the cell `ahead` cells from here, in the shape for comparison; "" past the end."""
        position = self.next_cell + ahead
        return self.labels[position] if position < len(self.labels) else ""

    def _next_line(self, n: int) -> int:
        """Return the next line after `n` that is a cell or not blank, or the end."""
        n += 1
        while n < self.end and not self.lines[n].strip() and not self.lines[n].startswith("\t"):
            n += 1
        return n


def _end(source: list[str]) -> int:
    """Return the number of lines before the line of the audit log and the blank lines at the end."""
    end = len(source)
    while end and not source[end - 1].strip():
        end -= 1
    # An empty last cell is a cell, not a blank line.
    empty_cells = end
    while empty_cells < len(source) and not source[empty_cells].strip():
        empty_cells += 1
        if source[empty_cells - 1].startswith("\t"):
            end = empty_cells
    if end and not source[end - 1].startswith("\t") and lines.is_anchor(source[end - 1]):
        end -= 1
    return end
