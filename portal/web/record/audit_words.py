"""Chinese words for the values in the detail of an audit entry. `audit_events` has the words for the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.domain import documents, forms, frameworks, library
from portal.domain.amounts import format_yuan
from portal.domain.audit_events import event_label
from portal.domain.audit_keys import PRINCIPAL, key_label
from portal.domain.documents import Document, Kind
from portal.domain.library import IndicatorKind
from portal.domain.opinions import Answer, OpinionKind
from portal.domain.permissions import Role
from portal.domain.rules import RULES
from portal.domain.states import State
from portal.services.library.entry_changes import EntryChange
from portal.services.record.facts import ROWS, STEP, STEPS_UNTIL

DIGEST_LENGTH = 64
_ROW_LABELS = {kind.name: kind.label for kind in ROWS.values()} | {
    STEP: "保存的编辑过程",
    STEPS_UNTIL: "到此为止的编辑过程",
}
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


def _cut(value: str) -> str:
    """A digest, shortened: the exported log has all of it. Other texts are unchanged."""
    return f"{value[:16]}…" if len(value) == DIGEST_LENGTH else value


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "amount": lambda value: f"{format_yuan(value)} 元",
    "answer": lambda value: Answer(value).label,
    "attempted": event_label,
    "binding": lambda value: "必须修改" if value else "建议修改",
    "category": lambda value: library.get(value).title,
    "done": lambda value: EntryChange(value).label,
    "department_form": _form_name,
    "form": _form_name,
    "framework": lambda value: frameworks.get(value).title,
    "kind": lambda value: IndicatorKind(value).label,
    "opinion_kind": lambda value: OpinionKind(value).label,
    "path": _place,
    "project_form": _form_name,
    "place": lambda value: value or "整表",
    "repeated_before": lambda value: f"{value} 次",
    "returned_to": lambda value: f"第 {value} 步之后",
    "roles": lambda value: "、".join(Role(role).label for role in value),
    "rule": lambda value: f"{_RULE_TITLES[value]}（{value}）",
    "state": lambda value: State(value).label,
    "size": lambda value: f"{value} 字节",
    "undoes": lambda value: f"第 {value} 步",
}


MOST_ROWS = 50
"""Rows of an entry that the page lists; the import of a register states thousands."""


def detail(event_name: str, plain: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, words) of each value; empty values are left out, and so is a path where the detail also has its place."""
    silent = {"facts", "rows", PRINCIPAL, *(["path"] if "place" in plain else [])}
    return [
        (key_label(event_name, key), _words(event_name, key, value))
        for key, value in plain.items()
        if key not in silent and value not in ("", [], None) and (key, value) != ("repeated_before", 0)
    ]


def facts(event_name: str, plain: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, words) of what the entry states for verification: facts about its object, and rows with their digests."""
    found = detail(event_name, plain.get("facts", {}))
    rows = plain.get("rows", ())
    for kind, key, digest in rows[:MOST_ROWS]:
        found.append((f"{_ROW_LABELS.get(kind, kind)}（{key}）", _cut(digest) if digest else "已删除"))
    return [*found, ("另有", f"{len(rows) - MOST_ROWS} 条")] if len(rows) > MOST_ROWS else found


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
    return "、".join(map(str, value)) if isinstance(value, list) else _cut(str(value))
