"""Places in a document: reading and replacing the text at a path, rows by their ids, and a place in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from portal.domain.documents.cells import read_ordinal
from portal.domain.documents.shape import GROUPS, LABELS, ROW_LISTS, SCALARS, Document, Kind, Row, row_fields
from portal.domain.errors import Invalid


def rows(document: Document, list_name: str) -> tuple[Any, ...]:
    if list_name not in ROW_LISTS[document.kind]:
        raise Invalid(f"没有“{list_name}”这一部分。")
    return getattr(document, list_name)  # type: ignore[no-any-return]


def find_row(document: Document, list_name: str, row_id: str) -> Row | None:
    return next((row for row in rows(document, list_name) if row.id == row_id), None)


def value_at(document: Document, path: str) -> str | None:
    """The text at `path`; None where its row is gone. Raises Invalid for a path no such form has."""
    parts = path.split("/")
    if path in SCALARS[document.kind]:
        value: Any = document
        for part in parts:
            value = getattr(value, part)
        return str(value)
    if len(parts) == 3 and parts[0] in ROW_LISTS[document.kind]:
        list_name, row_id, name = parts
        if name in row_fields(ROW_LISTS[document.kind][list_name]):
            row = find_row(document, list_name, row_id)
            return None if row is None else getattr(row, name)
    raise Invalid(f"没有“{path}”这一栏。")


def with_value(document: Document, path: str, value: str) -> Document:
    """The document with the text at `path` replaced; its row must be there."""
    parts = path.split("/")
    if len(parts) == 3:
        list_name, row_id, name = parts
        changed = [replace(r, **{name: value}) if r.id == row_id else r for r in rows(document, list_name)]
        return with_rows(document, list_name, changed)
    if len(parts) == 2:
        group = replace(getattr(document, parts[0]), **{parts[1]: value})
        return _with(document, parts[0], group)
    return _with(document, path, read_ordinal(value) if path == "ordinal" else value)


def with_rows(document: Document, list_name: str, changed: Sequence[Row]) -> Document:
    return _with(document, list_name, tuple(changed))


def _with(document: Document, field_name: str, value: Any) -> Document:
    changes: dict[str, Any] = {field_name: value}
    return replace(document, **changes)


def texts(document: Document) -> dict[str, str]:
    """Every text of the document by its path, in the order of the form."""
    found = {path: value_at(document, path) or "" for path in SCALARS[document.kind]}
    for list_name, row_type in ROW_LISTS[document.kind].items():
        for row in rows(document, list_name):
            for name in row_fields(row_type):
                found[f"{list_name}/{row.id}/{name}"] = getattr(row, name)
    return found


def is_place(document: Document, path: str) -> bool:
    """Whether an opinion or a finding can point at `path` here: "" the whole, a field, a row or a cell."""
    if path == "" or path in SCALARS[document.kind] or path in ROW_LISTS[document.kind]:
        return True
    if path in GROUPS:
        return document.kind is Kind.PROJECT
    parts = path.split("/")
    if parts[0] not in ROW_LISTS[document.kind] or len(parts) not in (2, 3):
        return False
    if find_row(document, parts[0], parts[1]) is None:
        return False
    return len(parts) == 2 or parts[2] in row_fields(ROW_LISTS[document.kind][parts[0]])


def label(document: Document, path: str) -> str:
    """The place in words: 整表, 绩效目标, 绩效指标第2行·三级指标; also where the row is gone."""
    if path == "":
        return "整表"
    if path in LABELS:
        return LABELS[path]
    if path in GROUPS:
        return {"budget": "预算规模", "spending_plan": "资金支出计划"}[path]
    list_name, row_id, *name = path.split("/")
    if list_name not in ROW_LISTS[document.kind]:
        return path
    position = next((n for n, row in enumerate(rows(document, list_name), 1) if row.id == row_id), None)
    place = f"{LABELS[list_name]}第{position}行" if position else f"{LABELS[list_name]}（已删除的行）"
    return f"{place}·{LABELS.get(f'{list_name}/{name[0]}', name[0])}" if name else place


def without_ids(document: Document) -> Document:
    """The same document with rows numbered 1, 2, …: what round trips through files compare."""
    for name in ROW_LISTS[document.kind]:
        numbered = [replace(row, id=f"{n:04d}") for n, row in enumerate(rows(document, name), 1)]
        document = with_rows(document, name, numbered)
    return document
