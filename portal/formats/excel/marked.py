"""Reader of workbooks that the portal wrote: every text by its mark, whatever was moved, sorted, inserted or hidden.

Without a base it gives documents (`reading`); for the return of an offline copy the texts and rows of each table, which
`services.files.workbook_returns` holds against what the portal has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from portal.domain import documents, forms
from portal.domain.documents import (
    MAX_ROWS,
    ROW_ID,
    ROW_LISTS,
    DepartmentDocument,
    Document,
    PerformanceText,
    ProjectDocument,
    Row,
    clean_text,
    new_row_id,
)
from portal.domain.forms import Form
from portal.domain.forms.patterns import Pattern
from portal.domain.offline import ReturnedCopy, ReturnedRow, ReturnedTable
from portal.domain.target_values import parts
from portal.formats.excel import marks, workbook
from portal.formats.excel.marks import BookMarks, SheetMarks
from portal.formats.excel.sheets import Place, RawSheet, column_name
from portal.formats.packages import Package
from portal.formats.reading import Reading, Unplaced
from portal.formats.row_ids import row_id

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

    refusal: why the sheet cannot be read; then it has no texts. cuts: paths of cut texts in rows.
    """

    marks: SheetMarks
    name: str
    texts: Mapping[str, str]
    rows: Mapping[str, Sequence[MarkedRow]]
    unplaced: Sequence[Unplaced] = ()
    refusal: str = ""


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
        told = [sentence for each in own for sentence in _told(each)]
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
    hidden = next(sheet for sheet in found if sheet.name == marks.SHEET) if found else None
    book = marks.from_rows(_rows_of(hidden)) if hidden else None
    if book is None:
        return None
    by_key: dict[str, RawSheet] = {}
    others: list[str] = []
    keys = [marks.sheet_key(n) for n in range(len(book.sheets))]
    for sheet in (each for each in found if not each.is_hidden):
        key = sheet.cells.get((0, 0), "")
        if key in keys and key not in by_key:
            by_key[key] = sheet
        elif key in keys:
            others.append(f"{sheet.label}是另一张工作表的副本，没有读入；要增加一张表，请在系统里新建。")
        elif sheet.cells and sheet.name != marks.INSTRUCTIONS:
            others.append(f"{sheet.label}不是下载时就有的，没有读入；要增加一张表，请在系统里新建。")
    read_ = [_Reader(by_key[key], own).read() for key, own in zip(keys, book.sheets, strict=True) if key in by_key]
    missing = [own for key, own in zip(keys, book.sheets, strict=True) if key not in by_key]
    return MarkedBook(book, read_, missing, others)


def _rows_of(sheet: RawSheet) -> list[list[str]]:
    count = max((row for row, _ in sheet.cells), default=-1) + 1
    rows: list[list[str]] = [[] for _ in range(min(count, 2_000))]
    for (row, _), text in sorted(sheet.cells.items()):
        if row < len(rows):
            rows[row].append(text)
    return rows


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
        start, end = self._bounds(name)
        columns = [(self._column(each.column), each.field, each.part) for each in self.own.lists[name]]
        cut = {path.partition("/")[2] for path in self.own.cuts if path.startswith(f"{name}/")}
        seen: set[str] = set()
        count = 0
        for row in range(start, end):
            key_list, _, known = self.keys.get(row, "").partition("/")
            id = known if key_list == name and ROW_ID.fullmatch(known) and known not in seen else ""
            texts = self._row_texts(name, row, columns, {each for each in cut if each.startswith(f"{id}/")})
            if id or any(texts.values()):
                seen.add(id)
                count += 1
                if count > MAX_ROWS:
                    raise _Damaged(f"超过 {MAX_ROWS} 行")
                yield MarkedRow(id, texts)

    def _bounds(self, name: str) -> tuple[int, int]:
        """The rows of a list: below its captions, above the row that ends it."""
        heads = [row for row, key in self.keys.items() if key == marks.list_key(name)]
        ends = [row for row, key in self.keys.items() if key == marks.end_key(name)]
        if not heads or not ends or heads[0] > ends[-1]:
            raise _Damaged(f"少了“{self.form.label(name)}”的表头或者表尾")
        return max(row for row in heads if row < ends[-1]) + 1, ends[-1]

    def _row_texts(self, name: str, row: int, columns: Sequence[tuple[int, str, str]], cut: set[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        split: dict[str, dict[str, str]] = {}
        for column, field, part in columns:
            text = clean_text(self._text(row, column, f"{name}/row0/{field}"))
            if part:
                split.setdefault(field, {})[part] = text
            else:
                found[field] = text
        found |= {field: parts.join(values) for field, values in split.items()}
        return {field: text for field, text in found.items() if not any(each.endswith(f"/{field}") for each in cut)}

    # --- what has no place ------------------------------------------------------------------------

    def _unplaced(self) -> Iterator[Unplaced]:
        """Texts that somebody wrote beside or below the table, or in rows of their own between its rows."""
        last = max(self.columns.values(), default=0)
        inside = {row for row, key in self.keys.items() if not key.endswith(".")}
        inside.update(row for name in self.own.lists for row in range(*self._bounds(name)))
        for (row, column), text in sorted(self.sheet.cells.items()):
            is_of_table = row in inside and column <= last
            if row and column and not is_of_table and (row, column) not in self.used:
                yield Unplaced(0, text, f"{self.sheet.label}{column_name(column)}{row + 1}")


def _pattern_of(form: Form, path: str) -> Pattern | None:
    """The pattern of the cell that begins with this field."""
    slots = (*form.above, *(slot for section in form.sections for slot in form.slots(section)))
    return next((slot.pattern for slot in slots if slot.pattern and slot.pattern.paths[0] == path), None)


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


def _told(sheet: MarkedSheet) -> Iterator[str]:
    form = forms.get(sheet.marks.form)
    fields = [cell.path for cell in sheet.marks.cells if cell.cut]
    fields += [documents.field_of(form.kind, path) for path in sheet.marks.cuts]
    for field in dict.fromkeys(fields):
        yield f"工作表“{sheet.name}”的“{form.label(field)}”太长，Excel 一格放不下，没有读入。"


def _returned(sheet: MarkedSheet) -> ReturnedTable:
    own = sheet.marks
    rows = {
        name: tuple(ReturnedRow(row.id or new_row_id(), row.texts) for row in found)
        for name, found in sheet.rows.items()
    }
    told = [*_told(sheet), *(f"{left.where}的“{left.text}”不在表的格子里，没有读入。" for left in sheet.unplaced)]
    return ReturnedTable(
        own.table_id, own.version, own.digest, own.title, own.form, sheet.texts, rows, sheet.refusal, told
    )
