"""Chinese words for the values in the detail of an audit entry. `audit_events` has the words for the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.domain import documents, forms, frameworks, library
from portal.domain.audit_events import event_label, key_label
from portal.domain.documents import Document, Kind
from portal.domain.library import IndicatorKind
from portal.domain.opinions import Answer
from portal.domain.permissions import Role
from portal.domain.rules import RULES
from portal.services.library.entry_changes import EntryChange

_RULE_TITLES = {rule.id: rule.title for rule in RULES}


def _place(path: str) -> str:
    """The label of a path, without a document; it does not name the row."""
    document = next((blank for blank in map(documents.blank, Kind) if _may_have(blank, path)), None)
    return forms.label(document, path).replace("（已删除的行）", "") if document else path


def _may_have(document: Document, path: str) -> bool:
    cell = documents.split_cell(document.kind, path)
    return forms.is_place(document, path if cell is None else cell[0])


def _form_name(id: str) -> str:
    return forms.get(id).name


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "answer": lambda value: Answer(value).label,
    "attempted": event_label,
    "binding": lambda value: "必须修改" if value else "建议修改",
    "category": lambda value: library.get(value).title,
    "digest": lambda value: f"{value[:16]}…",  # the exported log has the full digest
    "done": lambda value: EntryChange(value).label,
    "department_form": _form_name,
    "enclosed": lambda value: f"{value[:16]}…",
    "form": _form_name,
    "form_digest": lambda value: f"{value[:16]}…",
    "framework": lambda value: frameworks.get(value).title,
    "kind": lambda value: IndicatorKind(value).label,
    "path": _place,
    "project_form": _form_name,
    "place": lambda value: value or "整表",
    "repeated_before": lambda value: f"{value} 次",
    "returned_to": lambda value: f"第 {value} 步之后",
    "roles": lambda value: "、".join(Role(role).label for role in value),
    "rule": lambda value: f"{_RULE_TITLES[value]}（{value}）",
    "size": lambda value: f"{value} 字节",
    "undoes": lambda value: f"第 {value} 步",
}


def detail(event_name: str, plain: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, words) of each value; empty values are left out, and so is a path where the detail also has its place."""
    silent = {"path"} if "place" in plain else set()
    return [
        (key_label(event_name, key), _words(event_name, key, value))
        for key, value in plain.items()
        if key not in silent and value not in ("", [], None) and (key, value) != ("repeated_before", 0)
    ]


def _words(event_name: str, key: str, value: Any) -> str:
    if isinstance(value, dict):
        return "，".join(f"{label} {words}" for label, words in detail(event_name, value))
    if key in _WORDS:
        try:
            return _WORDS[key](value)
        except Exception:  # a value of an earlier or later version is shown unchanged
            return str(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
