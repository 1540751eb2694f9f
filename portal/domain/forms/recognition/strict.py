"""Recognition by position: the inverse of layout.

Every caption stands where the form has it, so every value does too, whatever it says, even the words of a caption.
Files that others made are read in `captioned`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from portal.domain.documents import ROW_LISTS, Row, clean_text, with_row_texts
from portal.domain.forms import captions
from portal.domain.forms.form import NUMBER, Form, ListTable, Section
from portal.domain.forms.layouts import LEFTOVERS
from portal.domain.forms.recognition import above
from portal.domain.forms.recognition.draft import Draft, NewId
from portal.domain.forms.recognition.index import GridIndex
from portal.domain.target_values import parts


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of a list; its rows begin at `body`. columns: grid column of each column of the list."""

    table: ListTable
    row: int
    body: int
    columns: Mapping[int, int]


def read(index: GridIndex, form: Form, new_id: NewId) -> Draft | None:
    """None unless every section of the form stands in the grid, one below the other, and nothing else below them."""
    if not _captions_of(form) <= index.keys:
        return None
    reader = _Reader(index, Draft(form), new_id)
    starts, top = [], index.first
    for section in form.sections:
        start = reader.start_of(section, top)
        end = None if start is None else reader.read_section(section, start)
        if start is None or end is None:
            return None
        starts.append(start)
        top = end
    if not reader.read_leftovers(top):
        return None
    reader.draft.first = starts[0]
    above.read(index, reader.draft)
    return reader.draft


@lru_cache(maxsize=64)
def _captions_of(form: Form) -> frozenset[str]:
    """The captions without which no grid shows the form."""
    slots = (slot.caption for section in form.sections for slot in form.slots(section))
    tables = (section.table for section in form.sections if section.table)
    columns = (caption for table in tables for column in table.columns for caption in column.captions)
    return frozenset(captions.key(caption) for caption in (*slots, *columns) if caption)


@dataclass(slots=True)
class _Reader:
    index: GridIndex
    draft: Draft
    new_id: NewId

    # --- sections ---------------------------------------------------------------------------------

    def start_of(self, section: Section, top: int) -> int | None:
        """The first row at which all captions of the section stand where the form has them."""
        return next((row for row in range(top, self.index.height) if self._fits(section, row)), None)

    def read_section(self, section: Section, start: int) -> int | None:
        """Take the section that starts at this row; return the row after it, None if its list has other rows too."""
        end = start + len(section.rows)
        for slot in self.draft.form.slots(section):
            cell = self.index.at[start + slot.row, slot.column]
            self.draft.used.add(cell.position)
            self.draft.found += bool(slot.caption)
            self.draft.take(slot, cell, cell.text)
        if head := self._head(section, end):
            after = self._rows(head)
            if after is None:
                return None
            end = after
        heading = self.index.at.get((start - 1, 0)) if section.heading else None
        if heading and captions.key(heading.text) == captions.key(section.heading):
            self.draft.used.add(heading.position)
        return end

    def _fits(self, section: Section, row: int) -> bool:
        for slot in self.draft.form.slots(section):
            cell = self.index.at.get((row + slot.row, slot.column))
            if cell is None or cell.position != (row + slot.row, slot.column):
                return False
            if (cell.rowspan, cell.colspan) != (slot.rowspan, slot.colspan):
                return False
            if slot.caption and captions.key(cell.text) != captions.key(slot.caption):
                return False
        return section.table is None or self._head(section, row + len(section.rows)) is not None

    def _head(self, section: Section, row: int) -> _Head | None:
        if section.table is None:
            return None
        depth = max(len(column.captions) for column in section.table.columns)
        columns: dict[int, int] = {}
        at = 0
        for n, column in enumerate(section.table.columns):
            for level, caption in enumerate(column.captions):
                cell = self.index.at.get((row + level, at))
                if cell is None or captions.key(cell.text) != captions.key(caption):
                    return None
            columns[n] = at
            at += column.colspan
        return _Head(section.table, row, row + depth, columns)

    # --- rows of lists ----------------------------------------------------------------------------

    def _rows(self, head: _Head) -> int | None:
        """Read the rows below the head of a list; return the row after the list, None if a row has other cells."""
        self.draft.found += len(head.columns)
        for row in range(head.row, head.body):
            self.draft.use(self.index.row(row))
        own: list[Row] = []
        row = head.body
        while row < self.index.height and not self._ends_list(row):
            if self._repeats(head, row):
                self.draft.use(self.index.row(row))
            elif self._is_row(head, row):
                own.append(self._row(head, row, len(own) + 1))
            elif any(self.index.own(row)):
                return None
            else:
                break
            row += 1
        self.draft.lists[head.table.name] = own
        return row

    def _ends_list(self, row: int) -> bool:
        cell = self.index.at.get((row, 0))
        if cell is None or cell.end_column < self.index.width:
            return False
        headings = {captions.key(section.heading) for section in self.draft.form.sections if section.heading}
        return captions.key(cell.text) in headings | {LEFTOVERS}

    def _repeats(self, head: _Head, row: int) -> bool:
        """Whether the row repeats the captions of the list, as after a page break."""
        return all(
            captions.key(self._text(row, at)) == captions.key(self._text(head.row, at)) for at in head.columns.values()
        )

    def _is_row(self, head: _Head, row: int) -> bool:
        """Whether the row has the cells of the list: each as wide as its column, merged ones from above included."""
        for number, at in head.columns.items():
            cell, column = self.index.at.get((row, at)), head.table.columns[number]
            if cell is None or (cell.column, cell.colspan) != (at, column.colspan):
                return False
            if cell.row < head.body and column.field is not None:
                return False
        return True

    def read_leftovers(self, top: int) -> bool:
        """Take the texts below the heading of leftovers; False if anything else stands there."""
        rows = [row for row in range(top, self.index.height) if any(self.index.own(row))]
        if rows and captions.key(self._text(rows[0], 0)) == LEFTOVERS:
            self.draft.use(self.index.own(rows.pop(0)))
        else:
            return not rows
        for row in rows:
            caption, *values = self.index.row(row)
            self.draft.leftovers.append((caption, values[0] if len(values) == 1 else None))
        return True

    def _row(self, head: _Head, row: int, n: int) -> Row:
        """The n-th row of the list; a merged cell gives its text to each row that it covers."""
        table = head.table
        texts: dict[str, str] = {}
        split: dict[str, dict[str, str]] = {}
        for number, at in head.columns.items():
            column = table.columns[number]
            cell = self.index.at.get((row, at))
            if cell:
                self.draft.used.add(cell.position)
                self.draft.values.add(cell.position)
            if column.field is None or column.field == NUMBER:
                continue
            text = clean_text(cell.text if cell else "")
            if column.field.part:
                split.setdefault(column.field.path, {})[column.field.part] = text
            else:
                texts[column.field.path] = text
        texts |= {path: parts.join(values) for path, values in split.items()}
        return with_row_texts(ROW_LISTS[self.draft.form.kind][table.name](id=self.new_id(table.name, n)), texts)

    def _text(self, row: int, column: int) -> str:
        cell = self.index.at.get((row, column))
        return cell.text if cell else ""
