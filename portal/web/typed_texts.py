"""The texts of a posted form, for pages that no longer have the form in which they were typed.

A page that still has the form shows them in it (`review.opinion_fields.typed`, `transitions.field_view`).
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import request

from portal.domain import forms

_LABELS = {
    "text": "写的内容",
    "proposed": "代拟改法",
    "note": "附言",
    "reason": "理由或附言",
    "due": "期限",
}
_PROPOSED = ("edit/", "row/")
"""Beginnings of names of proposed changes (代拟改法); the path follows."""


def typed_texts() -> list[tuple[str, str]]:
    """(label, text) of what was typed in the form; nothing of choices and hidden fields."""
    return [(label, text) for label, text in _texts() if text.strip()]


def _texts() -> Iterator[tuple[str, str]]:
    posted = request.form
    for name, text in posted.items():
        if name in _LABELS:
            yield _LABELS[name], text
        elif name.startswith(_PROPOSED) and text != posted.get(name.replace("edit/", "base/", 1)):
            yield f"代拟改法：{_label(name.partition('/')[2])}", text


def _label(path: str) -> str:
    """Of a field or, without the row's id, of a cell."""
    list_name, _, rest = path.partition("/")
    return forms.field_label(f"{list_name}/{rest.rpartition('/')[2]}" if rest else path)
