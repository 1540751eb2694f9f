"""What a form is: cells on a grid, lists with their columns, sums, and what must be filled in.

Data read from `<id>.toml` by `notation`. How a document looks in a form is `layouts`, how a file's cells are read by
one `recognition`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from portal.domain.documents import Kind
from portal.domain.forms import captions
from portal.domain.forms.patterns import Pattern, Placeholder

IDENTITY = ("project_code", "project_name")
"""What a project is known by, whether its form shows it or not."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of the head of a form, with its bounds: a caption, or (`pattern`) the place of fields."""

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
    """A column of a list. captions: one for each header row that it has of its own, the outermost first.

    field None: a caption that runs down the whole list; `is_merged`: equal context share one cell.
    """

    captions: tuple[str, ...]
    field: Placeholder | None
    colspan: int
    is_merged: bool = False

    @property
    def caption(self) -> str:
        """What the field is called: with its parts side by side, what stands over them."""
        return self.captions[0]

    @property
    def names_its_field(self) -> bool:
        """Whether its caption is that of the whole field: of a value in parts that of the number."""
        return self.field not in (None, NUMBER) and self.field.part in ("", "number")


NUMBER = Placeholder("#")
"""The column that counts the rows."""


@dataclass(frozen=True, slots=True)
class ListTable:
    """A list of rows and its columns."""

    name: str
    columns: tuple[Column, ...]

    def field(self, column: Column) -> str:
        """The field of a column, without row id; "" for a caption and for the number."""
        return f"{self.name}/{column.field.path}" if column.field and column.field != NUMBER else ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form: the rows of its head, then perhaps a list, all on one grid of `width` columns."""

    heading: str
    width: int
    rows: tuple[tuple[Slot, ...], ...] = ()
    table: ListTable | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """A field that must be the sum of others, where blank counts as 0."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Form:
    """A form. digest: SHA-256 of its file, "" for the superset; unit: of amounts; weights: what they must add up to.

    Each is read once, so that forms are the same where they are the same object, and can be keys of a cache.
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
        """Every field of a document in this form, row fields without row id, in its order; identity is always one."""
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
        """What captions over several fields point at."""
        return tuple(slot.group for section in self.sections for slot in self.slots(section) if slot.group)

    @cached_property
    def above_the_sheet(self) -> tuple[str, ...]:
        """What identifies the project and stands nowhere in the sheet: it is edited above it."""
        patterns = (slot.pattern for section in self.sections for slot in self.slots(section))
        shown = {path for pattern in patterns if pattern for path in pattern.paths}
        return tuple(path for path in IDENTITY if self.kind is Kind.PROJECT and path not in shown)

    @cached_property
    def captions(self) -> Mapping[str, str]:
        """The form's own caption of each field that has one for itself."""
        found = {path: caption.caption for path, (caption, _) in self.anchors.items() if not caption.group}
        for table in self.lists.values():
            found |= {table.field(column): column.caption for column in table.columns if column.names_its_field}
        return found

    @cached_property
    def anchors(self) -> Mapping[str, tuple[Slot, Slot]]:
        """For each field of the heads the caption that says what it is, and its own cell.

        That is the caption right above it with the same bounds, else the one to its left.
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
        """What the form calls a field, a list or a group."""
        return self.captions.get(field_name) or captions.label(field_name)

    def names(self, field_name: str) -> tuple[str, ...]:
        """All captions by which a file may call the field, the form's own first."""
        own = self.captions.get(field_name)
        found = (own, *self.aliases.get(field_name, ()), *captions.names(field_name))
        return tuple(dict.fromkeys(filter(None, found)))

    def hint(self, field_name: str) -> str:
        """What to write into the field where it is blank although it is mandatory."""
        return (self.hints.get(field_name) or captions.hint(field_name)).replace("{unit}", self.unit)


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
