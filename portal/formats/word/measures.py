"""How wide texts are, estimated: Chinese characters are square, others half as wide. No layout is decided here."""

from __future__ import annotations

import unicodedata


def line_count(text: str, width: int, points: int) -> int:
    """How many lines of `width` twips one line of text takes."""
    count, taken = 1, 0
    for character in text:
        own = points * (20 if unicodedata.east_asian_width(character) in "WFA" else 10)
        if taken + own > width:
            count, taken = count + 1, 0
        taken += own
    return count
