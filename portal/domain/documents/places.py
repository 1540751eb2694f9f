"""Paths: reading and replacing the text at a path, and rows by their ids.

A path is `goals`, `budget/total`, `extra/note`, `indicators/<row id>/level3` or `indicators/<row id>/extra/note`.
Labels of places belong in the form (`portal.domain.forms`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from portal.domain.documents.cells import clean_line, clean_text, read_ordinal
from portal.domain.documents.shape import (
    EXTRA,
    EXTRA_NAME,
    GROUPS,
    ONE_LINE,
    ROW_LISTS,
    SCALARS,
    Document,
    Extra,
    Kind,
    Row,
    row_fields,
)
from portal.domain.errors import Invalid


def rows(document: Document, list_name: str) -> tuple[Any, ...]:
    if list_name not in ROW_LISTS[document.kind]:
        raise Invalid(f"没有“{list_name}”这一部分。")
    return getattr(document, list_name)  # type: ignore[no-any-return]


def find_row(document: Document, list_name: str, row_id: str) -> Row | None:
    return next((row for row in rows(document, list_name) if row.id == row_id), None)


def split_cell(kind: Kind, path: str) -> tuple[str, str, str] | None:
    """List, row id and field of a cell's path; None for a path outside the row lists."""
    parts = path.split("/", 2)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 and parts[0] in ROW_LISTS[kind] else None


def field_of(kind: Kind, path: str) -> str:
    """The path without the row's id: the name of the field in forms and rules."""
    cell = split_cell(kind, path)
    return f"{cell[0]}/{cell[2]}" if cell else path


def overlap(one: str, other: str) -> bool:
    """Whether one path is the other, or contains it: a row and its cells."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def is_field(kind: Kind, field: str) -> bool:
    """Whether a document of this kind can hold a text at `field`, a path without row id."""
    list_name, _, name = field.partition("/")
    if list_name in ROW_LISTS[kind]:
        return name in row_fields(ROW_LISTS[kind][list_name]) or _is_extra(name)
    return field in SCALARS[kind] or _is_extra(field)


def value_at(document: Document, path: str) -> str | None:
    """The text at `path`; None if its row is gone. Raises Invalid for a path that no document of the kind has."""
    if path in SCALARS[document.kind]:
        value: Any = document
        for part in path.split("/"):
            value = getattr(value, part)
        return str(value)
    if not is_field(document.kind, field_of(document.kind, path)):
        raise Invalid(f"没有“{path[:80]}”这一栏。")
    cell = split_cell(document.kind, path)
    if cell is None:
        return _extra_text(document.extra, path)
    row = find_row(document, cell[0], cell[1])
    return None if row is None else row_text(row, cell[2])


def row_text(row: Row, name: str) -> str:
    """The text of a row's field, `extra/<name>` included."""
    return _extra_text(row.extra, name) if name.startswith(f"{EXTRA}/") else str(getattr(row, name))


def row_names(row: Row) -> tuple[str, ...]:
    """Every field of a row: those of the dataclass, and the extra ones that are not blank."""
    return (*row_fields(type(row)), *(f"{EXTRA}/{name}" for name, _ in row.extra))


def with_value(document: Document, path: str, value: str) -> Document:
    """The document with the text at `path` replaced; its row must exist."""
    cell = split_cell(document.kind, path)
    if cell:
        list_name, row_id, name = cell
        changed = [with_row_text(r, name, value) if r.id == row_id else r for r in rows(document, list_name)]
        return with_rows(document, list_name, changed)
    group, _, name = path.partition("/")
    if group == EXTRA:
        return replace(document, extra=_with_extra(document.extra, path, value))
    if group in GROUPS[document.kind]:
        return _with(document, group, replace(getattr(document, group), **{name: value}))
    return _with(document, path, read_ordinal(value) if path == "ordinal" else value)


def with_row_text(row: Row, name: str, value: str) -> Row:
    if name.startswith(f"{EXTRA}/"):
        return replace(row, extra=_with_extra(row.extra, name, value))
    changes: dict[str, Any] = {name: value}
    return replace(row, **changes)


def with_row_texts(row: Row, named: Mapping[str, str]) -> Row:
    """The row with several of its texts replaced at once."""
    changes: dict[str, Any] = {name: text for name, text in named.items() if not name.startswith(f"{EXTRA}/")}
    row = replace(row, **changes)
    for name in named.keys() - changes.keys():
        row = with_row_text(row, name, named[name])
    return row


def with_rows(document: Document, list_name: str, changed: Sequence[Row]) -> Document:
    return _with(document, list_name, tuple(changed))


def _with(document: Document, field_name: str, value: Any) -> Document:
    changes: dict[str, Any] = {field_name: value}
    return replace(document, **changes)


def texts(document: Document) -> dict[str, str]:
    """Every text of the document by its path: all fields of the dataclasses, and the extra ones that are not blank."""
    found = {path: value_at(document, path) or "" for path in SCALARS[document.kind]}
    found |= {f"{EXTRA}/{name}": text for name, text in document.extra}
    for list_name in ROW_LISTS[document.kind]:
        for row in rows(document, list_name):
            place = f"{list_name}/{row.id}"
            found |= {f"{place}/{name}": getattr(row, name) for name in row_fields(type(row))}
            found |= {f"{place}/{EXTRA}/{name}": text for name, text in row.extra}
    return found


def clean_field(kind: Kind, path: str, value: str) -> str:
    """A text as the field at `path` stores it: cleaned, in a field of one line as `clean_line` does."""
    return clean_line(value) if field_of(kind, path) in ONE_LINE else clean_text(value)


def with_clean_lines(document: Document) -> Document:
    """The document with its fields of one line cleaned; for documents that come from files and earlier years."""
    for path, value in texts(document).items():
        if (cleaned := clean_field(document.kind, path, value)) != value and field_of(document.kind, path) in ONE_LINE:
            document = with_value(document, path, cleaned)
    return document


def without_ids(document: Document) -> Document:
    """The document with rows numbered 1, 2, …, to compare round trips through files."""
    for name in ROW_LISTS[document.kind]:
        numbered = [replace(row, id=f"{n:04d}") for n, row in enumerate(rows(document, name), 1)]
        document = with_rows(document, name, numbered)
    return document


# --- extra texts ---------------------------------------------------------------------------------


def _is_extra(name: str) -> bool:
    return name.startswith(f"{EXTRA}/") and EXTRA_NAME.fullmatch(name.removeprefix(f"{EXTRA}/")) is not None


def _extra_text(extra: Extra, path: str) -> str:
    name = path.removeprefix(f"{EXTRA}/")
    return next((text for known, text in extra if known == name), "")


def _with_extra(extra: Extra, path: str, value: str) -> Extra:
    changed = dict(extra) | {path.removeprefix(f"{EXTRA}/"): value}
    return tuple(sorted((name, text) for name, text in changed.items() if text))
