"""Estimated width of texts: a Chinese character is one em wide, other characters half an em. No layout here."""

from __future__ import annotations

import unicodedata


def line_count(text: str, width: int, points: int) -> int:
    """Return the number of lines that a text without line breaks takes. width: in twips. points: font size."""
    count, taken = 1, 0
    for character in text:
        own = points * (20 if unicodedata.east_asian_width(character) in "WFA" else 10)
        if taken + own > width:
            count, taken = count + 1, 0
        taken += own
    return count
