"""One sheet of a workbook that the portal wrote: its texts and rows by their keys, whatever was moved or hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.domain import documents, forms
from portal.domain.documents import MAX_ROWS, ROW_ID, clean_text
from portal.domain.forms import Form
from portal.domain.forms.patterns import Pattern
from portal.domain.target_values import parts
from portal.formats.excel import marks
from portal.formats.excel.marks import SheetMarks
from portal.formats.excel.sheets import Place, RawSheet, column_name
from portal.formats.reading import Unplaced

_NUMBERS = ("budget/", "spending_plan/", "indicators/weight")
_PERCENTS = "spending_plan/"


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row of a list. id "": a new row, also the second one with the same id. texts: by field."""

    id: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MarkedSheet:
    """What stands on a sheet. texts: by path, outside lists; a text that was cut is left out.

    refusal: why the sheet cannot be read; then it has no texts.
    """

    marks: SheetMarks
    name: str
    texts: Mapping[str, str]
    rows: Mapping[str, Sequence[MarkedRow]]
    unplaced: Sequence[Unplaced] = ()
    refusal: str = ""


def read(sheet: RawSheet, own: SheetMarks) -> MarkedSheet:
    """Read a sheet, hidden rows included. own: its marks."""
    return _Reader(sheet, own).read()


class _Damaged(Exception):
    """A key is missing; the message says which part of the sheet."""


class _Reader:
    """Reads one sheet by its keys."""

    def __init__(self, sheet: RawSheet, own: SheetMarks) -> None:
        self.sheet, self.own = sheet, own
        self.form: Form = forms.get(own.form)
        self.columns: dict[str, int] = {}
        for (row, column), text in sorted(sheet.cells.items()):
            if row == 0 and column > 0:
                self.columns.setdefault(text, column)
        self.keys = {row: text for (row, column), text in sorted(sheet.cells.items()) if column == 0 and row > 0}
        self.used: set[Place] = set()

    def read(self) -> MarkedSheet:
        try:
            texts = self._texts()
            rows = {name: tuple(self._rows(name)) for name in self.own.lists}
        except _Damaged as damage:
            refusal = f"{self.sheet.label}{damage}，没有读入；请把下载的原表找出来再填一次，或者在系统里直接改。"
            return MarkedSheet(self.own, self.sheet.name, {}, {}, (), refusal)
        return MarkedSheet(self.own, self.sheet.name, texts, rows, tuple(self._unplaced()))

    def _texts(self) -> dict[str, str]:
        rows: dict[str, int] = {}
        for row, key in self.keys.items():
            rows.setdefault(key, row)
        found: dict[str, str] = {}
        for cell in self.own.cells:
            if cell.row not in rows:
                raise _Damaged(f"少了“{self.form.label(cell.path)}”所在的一行")
            text = self._text(rows[cell.row], self._column(cell.column), cell.path)
            if cell.cut:
                continue
            found |= {path: clean_text(value) for path, value in self._values(cell.path, text).items()}
        return found

    def _values(self, path: str, text: str) -> Mapping[str, str]:
        """The fields of a cell; a text that does not match its pattern goes whole into the last of them."""
        pattern = _pattern_of(self.form, path)
        if pattern is None:
            return {path: text}
        values = pattern.read(text)
        return {pattern.paths[-1]: text} if values is None else values

    def _column(self, key: str) -> int:
        if key not in self.columns:
            raise _Damaged("少了一列")
        return self.columns[key]

    def _text(self, row: int, column: int, path: str) -> str:
        """As Excel shows it; a number in a field of numbers without separators and %, as the field writes it."""
        self.used.add((row, column))
        text = self.sheet.cells.get((row, column), "")
        field = documents.field_of(self.form.kind, path)
        if (row, column) in self.sheet.numbers and field.startswith(_NUMBERS):
            text = text.replace(",", "")
            text = text.removesuffix("%") if field.startswith(_PERCENTS) else text
        return text

    # --- lists ------------------------------------------------------------------------------------

    def _rows(self, name: str) -> Iterator[MarkedRow]:
        columns = [(self._column(each.column), each.field, each.part) for each in self.own.lists[name]]
        cuts = [path.split("/", 2)[1:] for path in self.own.cuts if path.startswith(f"{name}/")]
        seen: set[str] = set()
        for row in self._list_rows(name):
            key = self.keys.get(row, "")
            known = key.removeprefix(f"{name}/") if key.startswith(f"{name}/") else ""
            id = known if ROW_ID.fullmatch(known) and known not in seen else ""
            cut = {field for owner, field in cuts if owner == id}
            texts = {field: text for field, text in self._row_texts(name, row, columns).items() if field not in cut}
            if id or any(texts.values()):
                seen.add(id)
                yield MarkedRow(id, texts)

    def _list_rows(self, name: str) -> list[int]:
        """The rows of a list: those below its captions, to the row that ends it, and rows with its keys below that.

        Without the row that ends it, the list goes on to the next row that has another key.
        """
        start = next((row for row, key in self.keys.items() if key == marks.list_key(name)), None)
        if start is None:
            raise _Damaged(f"少了“{self.form.label(name)}”的表头")
        while self.keys.get(start) == marks.list_key(name):
            start += 1
        own = {row for row, key in self.keys.items() if row >= start and key.startswith(f"{name}/")}
        ends = [row for row, key in self.keys.items() if row >= start and key and row not in own]
        end = next((row for row in ends if self.keys[row] == marks.end_key(name)), min(ends, default=None))
        inside = {row for row, _ in self.sheet.cells if row >= start and (end is None or row < end)}
        if len(inside | own) > MAX_ROWS:
            raise _Damaged(f"超过 {MAX_ROWS} 行")
        return sorted(inside | own)

    def _row_texts(self, name: str, row: int, columns: Sequence[tuple[int, str, str]]) -> dict[str, str]:
        found: dict[str, str] = {}
        split: dict[str, dict[str, str]] = {}
        for column, field, part in columns:
            text = clean_text(self._text(row, column, f"{name}/row0/{field}"))
            if part:
                split.setdefault(field, {})[part] = text
            else:
                found[field] = text
        return found | {field: parts.join(values) for field, values in split.items()}

    # --- what has no place ------------------------------------------------------------------------

    def _unplaced(self) -> Iterator[Unplaced]:
        """Texts that somebody wrote beside or below the table, or in rows of their own between its rows."""
        last = max(self.columns.values(), default=0)
        inside = {row for row, key in self.keys.items() if not key.endswith(".")}
        inside.update(row for name in self.own.lists for row in self._list_rows(name))
        for (row, column), text in sorted(self.sheet.cells.items()):
            is_of_table = row in inside and column <= last
            if row and column and not is_of_table and (row, column) not in self.used:
                yield Unplaced(0, text, f"{self.sheet.label}{column_name(column)}{row + 1}")


def _pattern_of(form: Form, path: str) -> Pattern | None:
    """The pattern of the cell that begins with this field."""
    slots = (*form.above, *(slot for section in form.sections for slot in form.slots(section)))
    return next((slot.pattern for slot in slots if slot.pattern and slot.pattern.paths[0] == path), None)
