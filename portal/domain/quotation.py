"""Quotes a user's text in a message: on one line, cut to a few characters. Judging the text does not belong here."""

from __future__ import annotations

_MAX_SHOWN = 30
_MAX_READ = 400
"""Characters read; more than are shown, because white space is folded."""


def quote(text: str, limit: int = _MAX_SHOWN) -> str:
    """The first `limit` characters in Chinese quotation marks, with … if the text is longer."""
    words = text.strip()
    shown = " ".join(words[:_MAX_READ].split())
    if len(shown) > limit or len(words) > _MAX_READ:
        return f"“{shown[:limit]}…”"
    return f"“{shown}”"
