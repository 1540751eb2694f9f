"""Heads of lists in files that others made: the columns under their captions, in one or two rows, and what they hold.

The rows below are read in `rows`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portal.domain.forms import captions
from portal.domain.forms.form import NUMBER, Form
from portal.domain.forms.recognition.index import GridIndex, Vocabulary
from portal.domain.forms.sheets import GridCell

VALUE = "indicators/target_value"
_LEVELS = tuple(f"indicators/level{n}" for n in (1, 2, 3))
_MIN_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class HeadColumn:
    """A column of a file. outer: the caption above, of several columns; the caption itself if there is none."""

    column: int
    colspan: int
    text: str
    key: str
    outer: str


@dataclass(frozen=True, slots=True)
class ListHead:
    """The head of a list in a file; its rows begin at `body`. columns: from left to right.

    left_out: the columns of a long-term list beside the annual one.
    """

    name: str
    row: int
    body: int
    columns: tuple[HeadColumn, ...]
    left_out: tuple[HeadColumn, ...] = ()
    is_long_term: bool = False

    def repeats(self, other: ListHead) -> bool:
        """Whether both have the same captions in the same columns, as after a page break."""
        own, others = ([(each.column, each.key) for each in head.columns] for head in (self, other))
        return own == others


@dataclass(slots=True)
class Assignment:
    """The columns of the fields of a form, and those of the parts of the target value."""

    fields: dict[str, HeadColumn] = field(default_factory=dict)
    signs: list[HeadColumn] = field(default_factory=list)
    units: list[HeadColumn] = field(default_factory=list)

    @property
    def columns(self) -> list[HeadColumn]:
        return [*self.fields.values(), *self.signs, *self.units]


# --- finding heads -------------------------------------------------------------------------------


def find(index: GridIndex, words: Vocabulary) -> list[ListHead]:
    """The heads of lists from top to bottom; a head that a page break repeats is one of them."""
    found: list[ListHead] = []
    row = index.first
    while row < index.height:
        name = _list_of(index, words, row)
        if name:
            head = _head(index, words, name, row)
            found.append(head)
            row = head.body
        else:
            row += 1
    return found


def _list_of(index: GridIndex, words: Vocabulary, row: int) -> str:
    """The list whose captions a row has; "" for a row that is no head."""
    keys = {captions.key_without_unit(cell.text) for cell in index.row(row) if cell.row == row}
    if len(keys & words.columns) < _MIN_COLUMNS and "绩效指标" not in keys:
        return ""
    for name, fields in words.lists.items():
        hits = [path for path, own in fields.items() if own & keys]
        if len(hits) >= _MIN_COLUMNS and (name != "indicators" or any(path in _LEVELS for path in hits)):
            return name
    return ""


def _head(index: GridIndex, words: Vocabulary, name: str, row: int) -> ListHead:
    body = _end_of_head(index, words, name, row)
    row = _start_of_head(index, words, row, body)
    columns = list(_columns(index, row, body))
    own, other = _annual(index, row, columns)
    is_long = any(is_long_term(cell.text) for cell in _running(index, row, columns))
    return ListHead(name, row, body, tuple(own), tuple(other), is_long)


def _end_of_head(index: GridIndex, words: Vocabulary, name: str, row: int) -> int:
    """The row after the head: captions that span rows, or a second row that divides the captions above it."""
    end = max((cell.end_row for cell in index.row(row) if _is_known(words, cell)), default=row + 1)
    if end > row + 1:
        return end
    below = list(index.own(row + 1))
    parts = captions.words("parts", "sign") | captions.words("parts", "number") | captions.words("parts", "unit")
    divides = [cell for cell in below if captions.key_without_unit(cell.text) in parts | words.columns]
    is_wide = any(cell.colspan > 1 or not cell.text.strip() for cell in index.row(row))
    return row + 2 if is_wide and len(divides) == len(below) > 0 else row + 1


def _start_of_head(index: GridIndex, words: Vocabulary, row: int, body: int) -> int:
    """The first row of a head whose captions beside the list reach into it from above (项目名称 beside 绩效指标)."""
    above = (cell.row for cell in index.row(row) if cell.end_row == body and words.is_caption(cell.text))
    return min(above, default=row)


def _is_known(words: Vocabulary, cell: GridCell) -> bool:
    return captions.key_without_unit(cell.text) in words.columns


def _columns(index: GridIndex, row: int, body: int) -> Iterator[HeadColumn]:
    for cell in index.row(body - 1):
        if cell.row < row:
            continue
        outer = index.at.get((row, cell.column), cell)
        leaf = cell if cell.text.strip() else outer
        if leaf is outer and outer.column < cell.column and cell is not outer:
            continue
        key, above = captions.key_without_unit(leaf.text), captions.key_without_unit(outer.text)
        key = above if key in captions.words("other", "totals") else key
        yield HeadColumn(leaf.column, leaf.colspan, leaf.text, key or above, above)


# --- a long-term list beside or above the annual one ------------------------------------------------


def _annual(
    index: GridIndex, row: int, columns: Sequence[HeadColumn]
) -> tuple[Sequence[HeadColumn], Sequence[HeadColumn]]:
    """Two lists side by side: the columns of the annual one, and those of the other. The left one may lend its level 1.

    The annual one is named so in or above its head; else it is the last.
    """
    groups = _groups(columns)
    if len(groups) < _MIN_COLUMNS:
        return columns, ()
    named = [group for group in groups if any(_is_annual(text) for text in _above(index, row, group))]
    others = [group for group in groups if any(is_long_term(text) for text in _above(index, row, group))]
    left = [group for group in groups if group not in others] or groups
    own = next((group for group in named if group in left), left[-1])
    first = {captions.key_without_unit(name) for name in captions.names(_LEVELS[0])}
    shared = [column for column in groups[0] if column.key in first and not any(each.key in first for each in own)]
    return [*shared, *own], [column for column in columns if column not in own and column not in shared]


def _groups(columns: Sequence[HeadColumn]) -> list[list[HeadColumn]]:
    """Columns divided where the captions of levels and names begin again."""
    levels = {captions.key_without_unit(name) for path in _LEVELS for name in captions.names(path)} - {"绩效指标"}
    groups: list[list[HeadColumn]] = [[]]
    seen: set[str] = set()
    for column in columns:
        if column.key in levels and column.key in seen:
            groups.append([])
            seen = set()
        seen.add(column.key)
        groups[-1].append(column)
    return groups


def _above(index: GridIndex, row: int, group: Sequence[HeadColumn]) -> Iterator[str]:
    """The captions in and above the head over these columns, the nearest first."""
    for column in group:
        yield column.outer
    start, end = group[0].column, group[-1].column + group[-1].colspan
    for above in range(row - 1, index.first - 1, -1):
        for cell in index.row(above):
            is_over_them = start <= (cell.column + cell.end_column - 1) / 2 < end
            if is_over_them and (_is_annual(cell.text) or is_long_term(cell.text)):
                yield cell.text
                return


def _running(index: GridIndex, row: int, columns: Sequence[HeadColumn]) -> list[GridCell]:
    """Cells beside the head that run down the list (年度绩效指标), and a line directly above it."""
    first = columns[0].column if columns else 0
    beside = [cell for cell in index.row(row) if cell.column < first or cell.rowspan > 1]
    above = index.alone(row - 1)
    return [*beside, above] if above else beside


def _is_annual(text: str) -> bool:
    key = captions.key_without_unit(text)
    return any(word in key for word in captions.words("other", "annual")) and not is_long_term(text)


def is_long_term(text: str) -> bool:
    """Whether a caption names a list or goal of several years, not of the budget year."""
    key = captions.key_without_unit(text)
    return any(word in key for word in captions.words("other", "long_term"))


# --- columns and fields -----------------------------------------------------------------------------


def assign(head: ListHead, form: Form) -> Assignment:
    """The columns of the fields that the form shows; the parts of a value go into it whether the form shows parts."""
    table = form.lists.get(head.name)
    if table is None:
        return Assignment()
    fields = dict.fromkeys(table.field(column) for column in table.columns if column.field not in (None, NUMBER))
    keys = [_effective_key(column) for column in head.columns]
    places = captions.assign(keys, {path: form.names(path) for path in fields})
    found = Assignment({path: head.columns[n] for path, n in places.items()})
    if VALUE in fields:
        free = [column for n, column in enumerate(head.columns) if n not in places.values()]
        direction = found.fields.get("indicators/extra/direction")
        found.signs = [c for c in (*free, direction) if c and c.key in captions.words("parts", "sign")]
        found.units = [c for c in free if c.key in captions.words("parts", "unit")]
        _assign_number(found, free)
    return found


def _assign_number(found: Assignment, free: Sequence[HeadColumn]) -> None:
    """A column 值 beside signs or units is the number, if no column is called 指标值."""
    numbers = [column for column in free if column.key in captions.words("parts", "number")]
    if VALUE not in found.fields and numbers:
        found.fields[VALUE] = numbers[0]


def _effective_key(column: HeadColumn) -> str:
    """指标值 for the column of the number below 指标值, and for the year's column among several years."""
    values = {captions.key_without_unit(name) for name in captions.names(VALUE)}
    if column.outer == column.key or column.outer not in values:
        return column.key
    is_number = column.key in captions.words("parts", "number") or _is_annual(column.key)
    return captions.key_without_unit(captions.names(VALUE)[0]) if is_number else column.key
