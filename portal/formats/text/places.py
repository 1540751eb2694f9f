"""Layout of a form in the text format: rows of places, one place per cell. The cells of a file are read in `captioned`.

Below a caption that spans rows, each further row starts with an empty cell, as in a Word file saved as text. Headings
of sections are not written; the heads of all sections are above the list. Project code and name, if the form does not
show them, are in a row in front of the form's rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.domain.forms import Form, captions
from portal.domain.forms.form import Column, ListTable, Slot
from portal.domain.forms.patterns import Pattern, Placeholder

_UNIT_IN_BRACKETS = re.compile(r"\((?:单位)?万?元\)$")
_UNIT_CAPTIONS = ("单位：{}", "计量单位：{}", "金额单位：{}", "单位")


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: a caption, fields (`pattern`), or neither: the lower part of a caption that spans rows.

    names: the captions that a file may have here, in the shape for comparison.
    """

    caption: str = ""
    pattern: Pattern | None = None
    names: frozenset[str] = frozenset()


Row = tuple[Place, ...]
LOWER_PART = Place()


@dataclass(frozen=True, slots=True)
class TextLayout:
    """All rows of a form without those of its list. identity: the rows in front of the form's own rows."""

    identity: tuple[Row, ...]
    head: tuple[Row, ...]
    list_head: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.identity, *self.head)

    def sequences(self) -> Iterator[tuple[Place, ...]]:
        """Yield all places in order: as the portal writes them, and without `identity`, as an office writes them."""
        own = tuple(place for row in (*self.head, *self.list_head) for place in row)
        if self.identity:
            yield (*(place for row in self.identity for place in row), *own)
        yield own


def comparable(caption: str) -> str:
    """Return a caption in the shape for comparison, without a unit of amounts in brackets."""
    return _UNIT_IN_BRACKETS.sub("", captions.key(caption))


@lru_cache(maxsize=64)
def layout_of(form: Form) -> TextLayout:
    identity = tuple(place for path in form.above_the_sheet for place in _identity(form, path))
    head = [_row(form, form.above)] if form.above else []
    for section in form.sections:
        head += (_sheet_row(form, section.rows, n) for n in range(len(section.rows)))
    table = list_of(form)
    return TextLayout((identity,) if identity else (), tuple(head), tuple(_list_head(form, table)) if table else ())


def list_of(form: Form) -> ListTable | None:
    """Return the only list of a project's form; None for a form without a list."""
    return next(iter(form.lists.values()), None)


def fields_of(table: ListTable) -> tuple[Placeholder, ...]:
    """Return the fields of the cells of a row, from left to right."""
    return tuple(column.field for column in table.columns if column.field)


def column_names(form: Form, table: ListTable, column: Column) -> frozenset[str]:
    """Return the captions of a column that holds a whole field, in the shape for comparison."""
    return _names(column.caption, *form.names(table.field(column)))


def _names(*found: str) -> frozenset[str]:
    return frozenset(comparable(name) for name in found if name)


def _identity(form: Form, path: str) -> Row:
    label = form.label(path)
    return Place(label, names=_names(label, *form.names(path))), Place(pattern=Pattern((Placeholder(path),)))


# --- heads of sections ---------------------------------------------------------------------------


def _row(form: Form, slots: Sequence[Slot]) -> Row:
    return tuple(_place(form, slot) for slot in slots)


def _sheet_row(form: Form, rows: Sequence[Sequence[Slot]], n: int) -> Row:
    """Return the n-th row, with a lower part for each cell that spans it from above."""
    slots = [slot for row in rows[: n + 1] for slot in row if slot.row + slot.rowspan > n]
    slots.sort(key=lambda slot: slot.column)
    return tuple(_place(form, slot) if slot.row == n else LOWER_PART for slot in slots)


def _place(form: Form, slot: Slot) -> Place:
    if slot.pattern:
        return Place(pattern=slot.pattern)
    fields = [path for path, (caption, _) in form.anchors.items() if caption == slot]
    more = form.names(fields[0]) if len(fields) == 1 and not slot.group else ()
    if slot in form.above and _is_unit(form, slot.caption):
        more = tuple(name.format(form.unit) for name in _UNIT_CAPTIONS)
    return Place(slot.caption, names=_names(slot.caption, *more))


def _is_unit(form: Form, caption: str) -> bool:
    return captions.key(caption) in {captions.key(name.format(form.unit)) for name in _UNIT_CAPTIONS}


# --- the head of the list ------------------------------------------------------------------------


def _list_head(form: Form, table: ListTable) -> Iterator[Row]:
    """Yield the caption rows. A caption that spans the whole list is a cell of the first row only."""
    for level in range(max(len(column.captions) for column in table.columns)):
        row: list[Place] = []
        before: Column | None = None
        for column in table.columns:
            if level and column.field is None:
                continue
            if not (before and _share(before, column, level)):
                row.append(_list_caption(form, table, column, level))
            before = column
        yield tuple(row)


def _share(before: Column, column: Column, level: int) -> bool:
    """Whether two columns hold parts of one value and share the caption of this level."""
    if before.field is None or column.field is None or before.field.path != column.field.path:
        return False
    return level + 1 < len(column.captions) and before.captions[: level + 1] == column.captions[: level + 1]


def _list_caption(form: Form, table: ListTable, column: Column, level: int) -> Place:
    if level >= len(column.captions):
        return LOWER_PART
    caption = column.captions[level]
    is_whole = level == 0 and column.field is not None and table.field(column) and not column.field.part
    return Place(caption, names=column_names(form, table, column) if is_whole else _names(caption))
