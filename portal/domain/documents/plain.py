"""Documents as plain values: JSON in and out, the canonical text, its digest, and the fields of a form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from portal.domain.documents.cells import checked_text, clean_text, read_ordinal
from portal.domain.documents.shape import (
    GROUPS,
    MAX_ROWS,
    ROW_ID,
    ROW_LISTS,
    SCALARS,
    Budget,
    DepartmentDocument,
    Document,
    Kind,
    ProjectDocument,
    Row,
    SpendingPlan,
    new_row_id,
    row_fields,
)
from portal.domain.errors import Invalid


def to_json(document: Document) -> dict[str, Any]:
    """The document as plain JSON values, field names as here, row ids included."""
    plain: dict[str, Any] = {}
    for f in fields(document):
        value = getattr(document, f.name)
        if isinstance(value, tuple):
            names = ("id", *row_fields(ROW_LISTS[document.kind][f.name]))
            plain[f.name] = [{name: getattr(row, name) for name in names} for row in value]
        elif isinstance(value, Budget | SpendingPlan):
            plain[f.name] = {g.name: getattr(value, g.name) for g in fields(value)}
        else:
            plain[f.name] = value
    return plain


def from_json(kind: Kind, plain: Any) -> Document:
    """The document that `plain` holds; missing fields are blank, texts are cleaned.

    Raises Invalid where the shape is not a document of this kind.
    """
    if not isinstance(plain, dict):
        raise Invalid("这不是一份绩效目标表文档。")
    values: dict[str, Any] = {}
    for path in SCALARS[kind]:
        group, _, name = path.partition("/")
        if name:
            values.setdefault(group, {})[name] = _text(_object(plain.get(group)).get(name))
        elif path == "ordinal":
            values[path] = read_ordinal(plain.get(path))
        else:
            values[path] = _text(plain.get(path))
    for group, group_type in GROUPS.items():
        if group in values:
            values[group] = group_type(**values[group])
    seen: set[str] = set()
    for name, row_type in ROW_LISTS[kind].items():
        values[name] = _rows(row_type, plain.get(name), seen)
    return ProjectDocument(**values) if kind is Kind.PROJECT else DepartmentDocument(**values)


def assemble(kind: Kind, texts: Mapping[str, str], row_ids: Mapping[str, Sequence[str]]) -> Document:
    """The document made of texts by path and, for each row list, the ids of its rows in order.

    Missing texts are blank. Texts of any length are taken, so that what was typed can be shown again;
    saving refuses them. Raises Invalid for row ids that are none, or stand twice.
    """
    plain: dict[str, Any] = {}
    ids = [row_id for list_name in ROW_LISTS[kind] for row_id in row_ids.get(list_name, ())]
    if len(ids) > MAX_ROWS or len(set(ids)) != len(ids) or not all(ROW_ID.fullmatch(row_id) for row_id in ids):
        raise Invalid("表单中的行号无效或重复，请重新打开这张表。")
    for path in SCALARS[kind]:
        group, _, name = path.partition("/")
        text = clean_text(texts.get(path, ""))
        if name:
            plain.setdefault(group, {})[name] = text
        else:
            plain[path] = read_ordinal(text) if path == "ordinal" else text
    for group, group_type in GROUPS.items():
        if group in plain:
            plain[group] = group_type(**plain[group])
    for list_name, row_type in ROW_LISTS[kind].items():
        plain[list_name] = tuple(
            row_type(
                id=row_id,
                **{name: clean_text(texts.get(f"{list_name}/{row_id}/{name}", "")) for name in row_fields(row_type)},
            )
            for row_id in row_ids.get(list_name, ())
        )
    return ProjectDocument(**plain) if kind is Kind.PROJECT else DepartmentDocument(**plain)


def canonical(document: Document) -> str:
    """Canonical JSON: sorted keys, no white space, blank = "", ids included. What is stored and digested."""
    return json.dumps(to_json(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(kind: Kind, text: str) -> Document:
    """The document of a canonical JSON text, taken as it is: what we wrote ourselves was cleaned when it came in.

    Anything else is read by `from_json`.
    """
    plain = json.loads(text)
    for name, group_type in GROUPS.items():
        if name in plain:
            plain[name] = group_type(**plain[name])
    for name, row_type in ROW_LISTS[kind].items():
        plain[name] = tuple(row_type(**entry) for entry in plain[name])
    return ProjectDocument(**plain) if kind is Kind.PROJECT else DepartmentDocument(**plain)


def digest(text: str) -> str:
    """SHA-256 of a canonical JSON text in UTF-8, lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _object(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid("文档的结构不对：这里应当是一组栏目。")
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid("文档的结构不对：每一栏都应当是文字。")
    return checked_text(value)


def _rows(row_type: type[Row], value: Any, seen: set[str]) -> tuple[Row, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Invalid("文档的结构不对：这里应当是若干行。")
    if len(value) > MAX_ROWS:
        raise Invalid(f"最多 {MAX_ROWS} 行，这里有 {len(value)} 行。")
    found: list[Row] = []
    for plain in value:
        entry = _object(plain)
        row_id = entry.get("id") or new_row_id()
        if not isinstance(row_id, str) or not ROW_ID.fullmatch(row_id) or row_id in seen:
            raise Invalid("文档的结构不对：行号无效或重复。")
        seen.add(row_id)
        found.append(row_type(id=row_id, **{name: _text(entry.get(name)) for name in row_fields(row_type)}))
    return tuple(found)
