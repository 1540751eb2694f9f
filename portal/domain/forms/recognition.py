"""The inverse of layout: the form that the cells of a file show, and the document in them.

If every caption stands where a form has it, values are taken by position, whatever they say. Otherwise captions are
searched under all their names in files, and the cells beside or below them are taken.
recognise(as_grid(layout(document))) gives the document again, for the fields of its form and except row ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.domain.documents import (
    ROW_LISTS,
    Document,
    Row,
    blank,
    clean_text,
    with_row_text,
    with_rows,
    with_value,
)
from portal.domain.forms import captions, units
from portal.domain.forms.form import NUMBER, Column, Form, ListTable, Section, Slot
from portal.domain.forms.layouts import LEFTOVERS
from portal.domain.forms.sheets import Grid, GridCell
from portal.domain.target_values import parts

_MIN_HEAD_COLUMNS = 2
"""Captions of a list that make a row its head."""
_MIN_FIELDS = 3


@dataclass(frozen=True, slots=True)
class Recognised:
    """A document found in a grid. converted: sentences on amounts converted to the form's unit. unplaced: cells with
    text that has no place in the form.
    """

    form: Form
    document: Document
    converted: tuple[str, ...] = ()
    unplaced: tuple[GridCell, ...] = ()


def recognise(grid: Grid, forms: Sequence[Form], new_id: Callable[[str, int], str]) -> Recognised | None:
    """The document in `grid`, in the form whose captions match best; of equal ones the first.

    `new_id` gives the id of the n-th row of a list (1, 2, …). None if the grid shows the captions of no form.
    """
    attempts = [_Attempt(grid, form, new_id) for form in forms]
    for attempt in attempts:
        attempt.run()
    best = max(attempts, key=lambda attempt: attempt.score, default=None)
    return best.result() if best and best.found >= _MIN_FIELDS else None


@dataclass(slots=True)
class _Head:
    """The head of a list at `row`; the list's rows begin at `body`. columns: grid column of each column of the list."""

    table: ListTable
    row: int
    body: int
    columns: Mapping[int, int]


@dataclass(slots=True)
class _Attempt:
    """The recognition of one form in one grid."""

    grid: Grid
    form: Form
    new_id: Callable[[str, int], str]
    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[Row]] = field(default_factory=dict)
    used: set[GridCell] = field(default_factory=set)
    values: set[GridCell] = field(default_factory=set)
    """The used cells that are no captions."""
    first: int = 0
    """The first row of the table, after title and line above."""
    found: int = 0
    """Number of captions found."""
    wanted: int = 0
    is_strict: bool = True
    has_title: bool = False
    _at: dict[tuple[int, int], GridCell] = field(default_factory=dict)

    @property
    def score(self) -> tuple[float, int]:
        return (self.found / max(self.wanted, 1) + self.is_strict, self.found)

    def run(self) -> None:
        for cell in self.grid.cells:
            for row in range(cell.row, cell.row + cell.rowspan):
                self._at.update(dict.fromkeys(((row, c) for c in range(cell.column, cell.column + cell.colspan)), cell))
        starts, top = [], 0
        for section in self.form.sections:
            start, top = self._section(section, top)
            starts.append(start)
        self.first = starts[0]
        self._above()

    def result(self) -> Recognised:
        document = blank(self.form.kind, self.form.id)
        converted = self._convert()
        for path, text in self.texts.items():
            document = with_value(document, path, clean_text(text))
        for name, rows in self.lists.items():
            document = with_rows(document, name, rows)
        left = tuple(cell for cell in self.grid.cells if cell not in self.used and cell.text.strip())
        return Recognised(self.form, document, converted, left)

    # --- sections ---------------------------------------------------------------------------------

    def _section(self, section: Section, top: int) -> tuple[int, int]:
        """Reads a section from row `top` on; returns its first row and the row after it."""
        self.wanted += sum(bool(slot.caption) for slot in self.form.slots(section))
        self.wanted += len(section.table.columns) if section.table else 0
        start = self._strict_start(section, top)
        if start is not None:
            end = start + len(section.rows)
            for slot in self.form.slots(section):
                self._take_slot(slot, self._at[start + slot.row, slot.column])
            head = self._strict_head(section, end)
        else:
            self.is_strict = False
            head = self._head(section.table, top) if section.table else None
            end = head.row if head else self.grid.height
            start = self._by_captions(section, top, end)
        if head:
            end = self._rows(head)
        if section.heading:
            self._use_heading(section.heading, start - 1)
        return start, end

    def _use_heading(self, heading: str, row: int) -> None:
        cell = self._at.get((row, 0))
        if cell and captions.key(cell.text) == captions.key(heading):
            self.used.add(cell)

    def _strict_start(self, section: Section, top: int) -> int | None:
        """The first row at which all captions of the section stand where the form has them."""
        return next((row for row in range(top, self.grid.height) if self._fits(section, row)), None)

    def _fits(self, section: Section, row: int) -> bool:
        for slot in self.form.slots(section):
            cell = self._at.get((row + slot.row, slot.column))
            if cell is None or (cell.row, cell.column) != (row + slot.row, slot.column):
                return False
            if (cell.rowspan, cell.colspan) != (slot.rowspan, slot.colspan):
                return False
            if slot.caption and captions.key(cell.text) != captions.key(slot.caption):
                return False
        return section.table is None or self._strict_head(section, row + len(section.rows)) is not None

    def _strict_head(self, section: Section, row: int) -> _Head | None:
        if section.table is None:
            return None
        depth = max(len(column.captions) for column in section.table.columns)
        columns: dict[int, int] = {}
        at = 0
        for n, column in enumerate(section.table.columns):
            for level, caption in enumerate(column.captions):
                cell = self._at.get((row + level, at))
                if cell is None or captions.key(cell.text) != captions.key(caption):
                    return None
            columns[n] = at
            at += column.colspan
        return _Head(section.table, row, row + depth, columns)

    def _take_slot(self, slot: Slot, cell: GridCell) -> None:
        self.used.add(cell)
        if slot.caption:
            self.found += 1
        elif slot.pattern:
            self._take(slot.pattern.read(cell.text), slot, cell)

    def _take(self, values: Mapping[str, str] | None, slot: Slot, cell: GridCell) -> None:
        """A cell that does not match its pattern goes whole into the last field."""
        if slot.pattern:
            self.used.add(cell)
            self.values.add(cell)
            self.texts.update(values if values is not None else {slot.pattern.paths[-1]: cell.text})

    # --- by captions ------------------------------------------------------------------------------

    def _by_captions(self, section: Section, top: int, end: int) -> int:
        """Takes the values beside and below captions between two rows; returns the first row used, or `end`."""
        first = end
        keys = {cell: captions.key_without_unit(cell.text) for cell in self.grid.cells if top <= cell.row < end}
        for slot in self.form.slots(section):
            fields = [path for path, (_, value) in self.form.anchors.items() if value == slot]
            if slot.pattern is None or not fields:
                continue
            caption = self.form.anchors[fields[0]][0]
            names = {captions.key_without_unit(name) for name in self._names(caption, fields)}
            cell = next((cell for cell, key in keys.items() if key in names), None)
            value = self._beside(cell, caption, slot) if cell else None
            if cell is None or value is None or value in self.used:
                continue
            self.used.add(cell)
            self.found += 1
            first = min(first, cell.row)
            self._take(slot.pattern.read(value.text), slot, value)
        return first

    def _names(self, caption: Slot, fields: Sequence[str]) -> tuple[str, ...]:
        return (caption.caption, *(() if caption.group or len(fields) > 1 else self.form.names(fields[0])))

    def _beside(self, cell: GridCell, caption: Slot, value: Slot) -> GridCell | None:
        if caption.column == value.column:
            return self._at.get((cell.row + cell.rowspan, cell.column))
        down = value.row - caption.row
        return self._at.get((cell.row + down, cell.column + cell.colspan)) if down < cell.rowspan else None

    def _head(self, table: ListTable, top: int) -> _Head | None:
        for row in range(top, self.grid.height):
            found = self._columns(table, row)
            if len(found) >= min(_MIN_HEAD_COLUMNS, len(table.columns)):
                depth = max(cell.rowspan for cell in found.values())
                return _Head(table, row, row + depth, {n: cell.column for n, cell in found.items()})
        return None

    def _columns(self, table: ListTable, row: int) -> dict[int, GridCell]:
        """The caption cell of each column that a row shows; parts of a value by the captions below."""
        line = [cell for cell in dict.fromkeys(self._line(row)) if cell.row == row]
        found: dict[int, GridCell] = {}
        for n, column in enumerate(table.columns):
            names = {captions.key(name) for name in self._column_names(table, column)}
            cell = next((c for c in line if captions.key(c.text) in names and c not in found.values()), None)
            if cell and len(column.captions) > 1:
                cell = self._below(cell, captions.key(column.captions[1]))
            if cell:
                found[n] = cell
        return found

    def _below(self, outer: GridCell, key: str) -> GridCell | None:
        row = outer.row + outer.rowspan
        cells = (self._at.get((row, column)) for column in range(outer.column, outer.column + outer.colspan))
        return next((cell for cell in cells if cell and captions.key(cell.text) == key), None)

    def _column_names(self, table: ListTable, column: Column) -> tuple[str, ...]:
        field = table.field(column)
        return column.captions[:1] if not field or (column.field and column.field.part) else self.form.names(field)

    def _line(self, row: int) -> Iterator[GridCell]:
        for column in range(self.grid.width):
            if cell := self._at.get((row, column)):
                yield cell

    # --- rows of lists ----------------------------------------------------------------------------

    def _rows(self, head: _Head) -> int:
        """Reads the rows below the head of a list; returns the row after the list."""
        self.found += len(head.columns)
        for row in range(head.row, head.body):
            self.used.update(self._line(row))
        own: list[Row] = []
        row = head.body
        while row < self.grid.height and not self._ends_list(row):
            if self._columns(head.table, row) and self._repeats(head, row):
                self.used.update(self._line(row))
            else:
                own.append(self._row(head, row, len(own) + 1))
            row += 1
        self.lists[head.table.name] = own
        return row

    def _ends_list(self, row: int) -> bool:
        cell = self._at.get((row, 0))
        if cell is None or cell.column + cell.colspan < self.grid.width:
            return False
        headings = {captions.key(section.heading) for section in self.form.sections if section.heading}
        return captions.key(cell.text) in headings | {LEFTOVERS}

    def _repeats(self, head: _Head, row: int) -> bool:
        """Whether the row repeats the captions of the list, as after a page break."""
        return all(
            captions.key(self._text(row, at)) == captions.key(self._text(head.row, at)) for at in head.columns.values()
        )

    def _row(self, head: _Head, row: int, n: int) -> Row:
        """The n-th row of the list; a merged cell gives its text to each row that it covers."""
        table = head.table
        new_row = ROW_LISTS[self.form.kind][table.name](id=self.new_id(table.name, n))
        split: dict[str, dict[str, str]] = {}
        for number, at in head.columns.items():
            column = table.columns[number]
            cell = self._at.get((row, at))
            if cell:
                self.used.add(cell)
                self.values.add(cell)
            if column.field is None or column.field == NUMBER:
                continue
            text = clean_text(cell.text if cell else "")
            if column.field.part:
                split.setdefault(column.field.path, {})[column.field.part] = text
            else:
                new_row = with_row_text(new_row, column.field.path, text)
        for path, values in split.items():
            new_row = with_row_text(new_row, path, parts.join(values))
        return new_row

    def _text(self, row: int, column: int) -> str:
        cell = self._at.get((row, column))
        return cell.text if cell else ""

    # --- above, unit ------------------------------------------------------------------------------

    def _above(self) -> None:
        """Reads the title and the line above the table, in any order."""
        cells = [cell for cell in self.grid.cells if cell.row < self.first]
        if all(self._is_in_place(slot) for slot in self.form.above):
            for slot in self.form.above:
                self._take_slot(slot, self._at[self.first - 1, slot.column])
        else:
            self._above_by_captions(cells)
        for cell in cells:
            if cell not in self.used:
                self._take_title(cell)

    def _is_in_place(self, slot: Slot) -> bool:
        """Whether the row directly above the table has this cell where the form has it."""
        cell = self._at.get((self.first - 1, slot.column))
        if cell is None or (cell.column, cell.colspan) != (slot.column, slot.colspan):
            return False
        return not slot.caption or captions.key(cell.text) == captions.key(slot.caption)

    def _above_by_captions(self, cells: Sequence[GridCell]) -> None:
        """A line without a unit code is not taken as the office: any text could be its name."""
        own = {captions.key(slot.caption) for slot in self.form.above if slot.caption}
        slots = [slot for slot in self.form.above if slot.pattern]
        for cell in cells:
            if captions.key(cell.text) in own:
                self.used.add(cell)
            elif not self._take_title(cell) and slots and slots[0].pattern:
                values = slots[0].pattern.read(cell.text)
                if values and values.get("office_code"):
                    self._take(values, slots.pop(0), cell)

    def _take_title(self, cell: GridCell) -> bool:
        """Takes the fields of the title; False if the cell is not the title."""
        pattern = self.form.title
        if pattern is None or self.has_title:
            return False
        known = {path: self.texts[path] for path in pattern.paths if path in self.texts}
        values = pattern.read(cell.text, known)
        if values is None:
            return False
        self.texts |= {path: text for path, text in values.items() if text or path != "ordinal"}
        self.has_title = True
        self.used.add(cell)
        self.values.add(cell)
        return True

    def _convert(self) -> tuple[str, ...]:
        """Converts amounts to the form's unit; returns sentences on the conversions."""
        amounts, sentences = units.convert_amounts(self.form, self.texts, self._unit())
        self.texts |= amounts
        return sentences

    def _unit(self) -> str:
        """The unit that the file names, in a cell of its own (单位：万元) or in brackets in a caption of the funds.

        If every caption is the form's own, only cells above the table can name another unit.
        """
        for cell in self.grid.cells:
            is_long = len("".join(cell.text.split())) > captions.LONGEST
            if cell in self.values or is_long or (self.is_strict and cell.row >= self.first):
                continue
            if unit := units.named_unit(cell.text):
                return unit
        return ""
