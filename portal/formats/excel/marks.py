"""Hidden marks of the workbooks that the portal writes: which cell holds which text, and which tables they are.

The first row of a sheet holds a key for each column, its first column a key for each row: both survive moving,
sorting and inserting. A hidden sheet says which texts stand at which keys, and for an offline copy also table, version
and digest. A workbook whose hidden sheet is missing or altered is an ordinary one, read by its captions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.domain import documents, forms
from portal.domain.errors import Invalid
from portal.domain.forms import Form

SHEET = "系统数据"
"""The name of the hidden sheet."""
INSTRUCTIONS = "填写说明"
"""The name of the sheet with instructions."""
LEVELS = "指标体系"
"""The name of the hidden sheet with the choices of levels."""
BESIDE_TABLES = frozenset({SHEET, INSTRUCTIONS, LEVELS})
OWN_ROW = "text"
"""The key of rows with titles and headings."""
_SIGNATURE = "target-table-portal 1"
_CHUNK = 30_000
"""Characters in a cell; Excel takes 32,767."""
_MAX_TABLES = 1_001
_HIGHEST = 2**31 - 1
"""The highest number that a database keeps as an id."""


@dataclass(frozen=True, slots=True)
class CellMark:
    """The text at `path` stands in the row and column with these keys. cut: Excel's cell could not take all of it."""

    row: str
    column: str
    path: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class ColumnMark:
    """A column of a list. field: of the row; part: sign, number or unit of a target value, "" for the whole text."""

    column: str
    field: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """One sheet. table_id 0: no offline copy. lists: by name. cuts: rows whose texts were cut, as list/id/field."""

    form: str
    title: str
    ordinal: int
    cells: tuple[CellMark, ...]
    lists: Mapping[str, tuple[ColumnMark, ...]] = field(default_factory=dict)
    cuts: tuple[str, ...] = ()
    table_id: int = 0
    version: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class BookMarks:
    """office "": no offline copy."""

    sheets: tuple[SheetMarks, ...]
    office: str = ""
    year: int = 0


def sheet_key(position: int) -> str:
    """The key in the first cell of a sheet. position: of its marks, from 0."""
    return f"sheet-{position + 1}"


def head_key(position: int) -> str:
    return f"r{position}"


def column_key(position: int) -> str:
    return f"c{position}"


def list_key(name: str) -> str:
    """The key of the rows with the captions of a list; its rows follow."""
    return f"{name}/"


def row_key(name: str, row_id: str) -> str:
    return f"{name}/{row_id}"


def end_key(name: str) -> str:
    """The key of the row below a list."""
    return f"{name}."


# --- the hidden sheet --------------------------------------------------------------------------------


def to_rows(book: BookMarks) -> list[list[str]]:
    """The texts of the hidden sheet: signature and checksum, the copy, then a row for each sheet."""
    plain = [{"office": book.office, "year": book.year}, *map(_plain, book.sheets)]
    lines = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in plain]
    return [[_SIGNATURE, _checksum(lines)], *([*_chunks(line)] for line in lines)]


def from_rows(rows: Sequence[Sequence[str]]) -> BookMarks | None:
    """None if the rows are not exactly as `to_rows` made them, or name a form that this portal has not."""
    if not rows or len(rows) > _MAX_TABLES + 2 or list(rows[0][:1]) != [_SIGNATURE]:
        return None
    lines = ["".join(row) for row in rows[1:]]
    if list(rows[0][1:2]) != [_checksum(lines)]:
        return None
    try:
        about, *sheets = (json.loads(line) for line in lines)
        return BookMarks(tuple(map(_marks, sheets)), str(about["office"]), _number(about["year"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Invalid):
        return None


def _checksum(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _chunks(line: str) -> list[str]:
    return [line[at : at + _CHUNK] for at in range(0, len(line), _CHUNK)]


def _plain(sheet: SheetMarks) -> dict[str, Any]:
    return {
        "form": sheet.form,
        "title": sheet.title,
        "ordinal": sheet.ordinal,
        "table": sheet.table_id,
        "version": sheet.version,
        "digest": sheet.digest,
        "cells": [[each.row, each.column, each.path, int(each.cut)] for each in sheet.cells],
        "lists": {
            name: [[each.column, each.field, each.part] for each in columns] for name, columns in sheet.lists.items()
        },
        "cuts": list(sheet.cuts),
    }


def _marks(plain: Mapping[str, Any]) -> SheetMarks:
    """Raises ValueError, KeyError, TypeError or Invalid for anything that no sheet of the portal has."""
    form = forms.get(plain["form"])
    cells = tuple(CellMark(str(row), str(column), str(path), bool(cut)) for row, column, path, cut in plain["cells"])
    lists = {
        str(name): tuple(ColumnMark(str(column), str(field), str(part)) for column, field, part in columns)
        for name, columns in plain["lists"].items()
    }
    fields = [documents.field_of(form.kind, each.path) for each in cells]
    fields += [f"{name}/{each.field}" for name, columns in lists.items() for each in columns]
    _require_fields(form, fields)
    return SheetMarks(
        form.id,
        str(plain["title"]),
        _number(plain["ordinal"]),
        cells,
        lists,
        tuple(map(str, plain["cuts"])),
        _number(plain["table"]),
        _number(plain["version"]),
        str(plain["digest"]),
    )


def _number(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= _HIGHEST:
        raise ValueError(value)
    return value


def _require_fields(form: Form, names: Sequence[str]) -> None:
    for name in names:
        if not documents.is_field(form.kind, name):
            raise ValueError(name)
