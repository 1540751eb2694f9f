"""Blank texts: empty ones, dashes or strokes, and placeholder words.

Which cells must not be blank belongs in the rules on completeness, bases and values.
"""

from __future__ import annotations

from portal.domain.rules.words import listed

_PLACEHOLDERS = frozenset(listed("blanks", "placeholders"))
_STROKES = " /／\\—–－-.。·…、，,；;*×～~?？!！"
"""Without ≥ and __: a cell with one of these has been begun, which the rule on values reports."""
_BRACKETS = "（）()。. "
_MAX_LENGTH = 12


def is_blank(text: str) -> bool:
    """“/” and “待定” are blank; “无”, “不适用” and “同上” are answers."""
    words = text.strip() if len(text) < 1_000 else text
    if len(words) > _MAX_LENGTH:
        return False
    return not words.strip(_STROKES) or words.strip(_BRACKETS).upper() in _PLACEHOLDERS
