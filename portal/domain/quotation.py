"""Quoting somebody's words in a sentence of ours: on one line, and never more than a glance of them.

No opinion on the words belongs here.
"""

from __future__ import annotations

_GLANCE = 30
_ENOUGH = 400
"""Characters looked at: white space is folded, so somewhat more than are shown."""


def quote(text: str, limit: int = _GLANCE) -> str:
    """The first `limit` characters in Chinese quotation marks, … where there was more."""
    words = text.strip()
    shown = " ".join(words[:_ENOUGH].split())
    if len(shown) > limit or len(words) > _ENOUGH:
        return f"“{shown[:limit]}…”"
    return f"“{shown}”"
