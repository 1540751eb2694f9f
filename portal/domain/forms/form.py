"""The types of a form: cells on a grid, lists with their columns, sums, mandatory fields.

`notation` reads them from `<id>.toml`. `layouts` lays a document out in a form, `recognition` reads the cells of a
file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache

from portal.domain.documents import Kind
from portal.domain.forms import captions
from portal.domain.forms.patterns import Pattern, Placeholder

IDENTITY = ("project_code", "project_name")
"""The fields that identify a project, whether its form shows them or not."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell in the head of a form, with its bounds: a caption, or (`pattern`) the place of fields."""

    row: int
    column: int
    rowspan: int
    colspan: int
    caption: str = ""
    pattern: Pattern | None = None
    group: str = ""
    """For a caption over several fields: the group or list that opinions on it point at."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. captions: one for each header row of the column, the outermost first.

    field None: a caption that runs down the whole list. is_merged: adjacent cells with equal text are merged.
    """

    captions: tuple[str, ...]
    field: Placeholder | None
    colspan: int
    is_merged: bool = False

    @property
    def caption(self) -> str:
        """The caption of the field; for a part of a value, the caption above all parts."""
        return self.captions[0]

    @property
    def names_its_field(self) -> bool:
        """Whether the caption names the whole field; for a value in parts, the column of the number does."""
        return self.field not in (None, NUMBER) and self.field.part in ("", "number")


NUMBER = Placeholder("#")
"""The column of row numbers."""


@dataclass(frozen=True, slots=True)
class ListTable:
    """A list of rows and its columns."""

    name: str
    columns: tuple[Column, ...]

    def field(self, column: Column) -> str:
        """The field of a column, without row id; "" for a caption and for the row number."""
        return f"{self.name}/{column.field.path}" if column.field and column.field != NUMBER else ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form: the rows of its head, then optionally a list, on one grid of `width` columns."""

    heading: str
    width: int
    rows: tuple[tuple[Slot, ...], ...] = ()
    table: ListTable | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """A field that must be the sum of others; blank counts as 0."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Form:
    """A form. digest: SHA-256 of its file, "" for the superset; unit: of amounts; weights: their required total.

    Each form is read once, so forms compare by identity and can be keys of a cache.
    """

    id: str
    name: str
    kind: Kind
    digest: str
    unit: str
    sections: tuple[Section, ...]
    title: Pattern | None = None
    above: tuple[Slot, ...] = ()
    sums: tuple[Sum, ...] = ()
    mandatory: tuple[str, ...] = ()
    weights: Decimal | None = None
    hints: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Every field of a document in this form, row fields without row id, in its order, with the identity."""
        found: dict[str, None] = dict.fromkeys(path for path in ("ordinal", *IDENTITY) if self.kind is Kind.PROJECT)
        for pattern in (slot.pattern for slot in self.above):
            found.update(dict.fromkeys(pattern.paths if pattern else ()))
        for section in self.sections:
            for slot in self.slots(section):
                found.update(dict.fromkeys(slot.pattern.paths if slot.pattern else ()))
            if section.table:
                found.update(dict.fromkeys(filter(None, map(section.table.field, section.table.columns))))
        return tuple(found)

    @cached_property
    def scalars(self) -> tuple[str, ...]:
        """The fields outside the lists."""
        return tuple(path for path in self.fields if path.partition("/")[0] not in self.lists)

    @cached_property
    def lists(self) -> Mapping[str, ListTable]:
        return {section.table.name: section.table for section in self.sections if section.table}

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups that captions over several fields point at."""
        return tuple(slot.group for section in self.sections for slot in self.slots(section) if slot.group)

    @cached_property
    def above_the_sheet(self) -> tuple[str, ...]:
        """The identity fields that the sheet does not show; they are edited above it."""
        patterns = (slot.pattern for section in self.sections for slot in self.slots(section))
        shown = {path for pattern in patterns if pattern for path in pattern.paths}
        return tuple(path for path in IDENTITY if self.kind is Kind.PROJECT and path not in shown)

    @cached_property
    def captions(self) -> Mapping[str, str]:
        """The form's own caption of each field whose caption names no other field."""
        found = {path: caption.caption for path, (caption, _) in self.anchors.items() if not caption.group}
        for table in self.lists.values():
            found |= {table.field(column): column.caption for column in table.columns if column.names_its_field}
        return found

    @cached_property
    def anchors(self) -> Mapping[str, tuple[Slot, Slot]]:
        """For each field of the heads its caption and its own cell.

        The caption is the cell directly above in the same columns, else the one to the left.
        """
        found = {}
        for section in self.sections:
            slots = list(self.slots(section))
            for slot in slots:
                caption = _caption_of(slot, slots)
                if slot.pattern and caption:
                    found.update(dict.fromkeys(slot.pattern.paths, (caption, slot)))
        return found

    def slots(self, section: Section) -> Iterator[Slot]:
        for row in section.rows:
            yield from row

    def has(self, field_name: str) -> bool:
        """Whether the form shows the field (row fields without row id)."""
        return field_name in self.fields

    def label(self, field_name: str) -> str:
        """The form's label of a field, a list or a group."""
        return self.captions.get(field_name) or captions.label(field_name)

    def names(self, field_name: str) -> tuple[str, ...]:
        """All captions of the field in files, the form's own first."""
        return _names(self, field_name)

    def hint(self, field_name: str) -> str:
        """What to write into the mandatory field if it is blank."""
        return (self.hints.get(field_name) or captions.hint(field_name)).replace("{unit}", self.unit)


@lru_cache(maxsize=2_048)
def _names(form: Form, field_name: str) -> tuple[str, ...]:
    own = form.captions.get(field_name)
    found = (own, *form.aliases.get(field_name, ()), *captions.names(field_name))
    return tuple(dict.fromkeys(filter(None, found)))


def _caption_of(value: Slot, slots: Sequence[Slot]) -> Slot | None:
    named = [slot for slot in slots if slot.caption]
    for slot in named:
        is_above = slot.row + slot.rowspan == value.row
        if is_above and (slot.column, slot.colspan) == (value.column, value.colspan):
            return slot
    for slot in named:
        is_beside = slot.row <= value.row < slot.row + slot.rowspan
        if is_beside and slot.column + slot.colspan == value.column:
            return slot
    return None
