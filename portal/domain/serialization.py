"""Documents as plain JSON values, as canonical text and its digest, and back.

A stored text names its form. It holds the form's fields (blank = "") and every other field that is not blank, so that a
field added to the domain later changes no digest. Texts stored before forms had names are read with the first form of
their kind. A key that this version does not know is kept as an extra text, never dropped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from portal.domain import forms
from portal.domain.documents import (
    DOCUMENT_TYPES,
    EXTRA,
    EXTRA_NAME,
    FIRST_FORMS,
    GROUPS,
    MAX_ROWS,
    ROW_ID,
    ROW_LISTS,
    SCALARS,
    Document,
    Extra,
    Kind,
    Row,
    checked_text,
    new_row_id,
    row_fields,
    row_text,
    rows,
    value_at,
)
from portal.domain.documents.cells import read_ordinal
from portal.domain.errors import Invalid

RETIRED: Mapping[str, str] = {}
"""Keys of earlier versions, with the field that holds their text today; none so far."""


def to_json(document: Document) -> dict[str, Any]:
    """The document as plain JSON values, paths as nested keys, row ids included."""
    form = forms.of(document)
    plain: dict[str, Any] = {"form": document.form}
    for path in (*SCALARS[document.kind], *_extra_paths(document.extra, form.fields)):
        text = value_at(document, path) or ""
        if text or form.has(path):
            _put(plain, path, int(text) if path == "ordinal" else text)
    for name in ROW_LISTS[document.kind]:
        shown = {field.partition("/")[2] for field in form.fields if field.startswith(f"{name}/")}
        declared = _extra_paths((), shown)
        plain[name] = [_row_to_json(row, shown, declared) for row in rows(document, name)]
    return plain


def canonical(document: Document) -> str:
    """Canonical JSON (sorted keys, no white space, ids included): the text that is stored and hashed."""
    return json.dumps(to_json(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of a canonical JSON text in UTF-8, lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def load(kind: Kind, text: str) -> Document:
    """The document of a stored text, unchecked: the portal cleaned it before storing it.

    `from_json` reads text from any other source.
    """
    plain = json.loads(text)
    values: dict[str, Any] = {"form": plain.pop("form", FIRST_FORMS[kind])}
    for name, group_type in GROUPS[kind].items():
        known, unknown = _split_known(plain.pop(name, {}), [f.name for f in fields(group_type)])
        values[name] = group_type(**known)
        plain |= {f"{name}_{key}": value for key, value in unknown.items()}
    for name, row_type in ROW_LISTS[kind].items():
        values[name] = tuple(_loaded_row(row_type, entry) for entry in plain.pop(name, ()))
    known, unknown = _split_known(plain, [path for path in SCALARS[kind] if "/" not in path])
    return DOCUMENT_TYPES[kind](**values, **known, extra=_loaded_extra(unknown))


def from_json(kind: Kind, plain: Any) -> Document:
    """The document of a plain value; missing fields are blank, texts are cleaned.

    Raises Invalid if the structure is not a document of this kind, or its form is not shipped.
    """
    if not isinstance(plain, dict):
        raise Invalid("这不是一份绩效目标表文档。")
    form = plain.get("form", FIRST_FORMS[kind])
    forms.get(form if isinstance(form, str) else "", kind)
    values: dict[str, Any] = {"form": form, "extra": _extra(plain.get(EXTRA))}
    for path in SCALARS[kind]:
        group, _, name = path.partition("/")
        if name:
            values.setdefault(group, {})[name] = _text(_object(plain.get(group)).get(name))
        elif path == "ordinal":
            values[path] = read_ordinal(plain.get(path))
        else:
            values[path] = _text(plain.get(path))
    for group, group_type in GROUPS[kind].items():
        values[group] = group_type(**values[group])
    seen: set[str] = set()
    for name, row_type in ROW_LISTS[kind].items():
        values[name] = _rows(row_type, plain.get(name), seen)
    return DOCUMENT_TYPES[kind](**values)


# --- to plain values -----------------------------------------------------------------------------


def _extra_paths(extra: Extra, shown: Iterable[str]) -> list[str]:
    """Paths of extra texts, those that a document has and those that a form shows."""
    declared = [path for path in shown if path.startswith(f"{EXTRA}/")]
    return sorted({*declared, *(f"{EXTRA}/{name}" for name, _ in extra)})


def _put(plain: dict[str, Any], path: str, value: object) -> None:
    group, _, name = path.partition("/")
    if name:
        plain.setdefault(group, {})[name] = value
    else:
        plain[group] = value


def _row_to_json(row: Row, shown: set[str], declared: Sequence[str]) -> dict[str, Any]:
    """declared: paths of extra texts among `shown`."""
    plain: dict[str, Any] = {"id": row.id}
    for name in row_fields(type(row)):
        text = getattr(row, name)
        if text or name in shown:
            plain[name] = text
    for path in _extra_paths(row.extra, declared) if row.extra else declared:
        _put(plain, path, row_text(row, path))
    return plain


# --- from stored texts ---------------------------------------------------------------------------


def _split_known(plain: Mapping[str, Any], known: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that a dataclass accepts, and those that this version does not know."""
    renamed = {RETIRED.get(key, key): value for key, value in plain.items()}
    names = set(known)
    return {k: v for k, v in renamed.items() if k in names}, {k: v for k, v in renamed.items() if k not in names}


_ROW_KEYS = {
    row_type: frozenset({"id", *row_fields(row_type)})
    for row_types in ROW_LISTS.values()
    for row_type in row_types.values()
}


def _loaded_row(row_type: type[Row], entry: Mapping[str, Any]) -> Row:
    if entry.keys() <= _ROW_KEYS[row_type]:
        return row_type(**entry)
    known, unknown = _split_known(entry, _ROW_KEYS[row_type])
    return row_type(**known, extra=_loaded_extra(unknown))


def _loaded_extra(plain: Mapping[str, Any]) -> Extra:
    found = dict(plain.get(EXTRA, {}))
    found |= {key: value if isinstance(value, str) else _compact(value) for key, value in plain.items() if key != EXTRA}
    return tuple(sorted((name, text) for name, text in found.items() if text))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# --- from untrusted values -----------------------------------------------------------------------


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


def _extra(value: Any) -> Extra:
    plain = _object(value)
    if not all(EXTRA_NAME.fullmatch(name) for name in plain):
        raise Invalid("文档的结构不对：有一栏的名称无效。")
    return tuple(sorted((name, text) for name, value in plain.items() if (text := _text(value))))


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
        texts = {name: _text(entry.get(name)) for name in row_fields(row_type)}
        found.append(row_type(id=row_id, extra=_extra(entry.get(EXTRA)), **texts))
    return tuple(found)
