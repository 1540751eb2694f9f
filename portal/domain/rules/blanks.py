"""What counts as blank in a text: nothing, a dash or a stroke, or a word that only holds the place.

Which cells must not be blank is said by the rules on completeness, bases and values.
"""

from __future__ import annotations

from portal.domain.rules.words import listed

_PLACEHOLDERS = frozenset(listed("blanks", "placeholders"))
_STROKES = " /／\\—–－-.。·…、，,；;*×～~?？!！"
"""With ≥ or __ somebody has begun to fill the cell in: that is for the rule on values."""
_BRACKETS = "（）()。. "
_LONGEST = 12


def is_blank(text: str) -> bool:
    """“无” is an answer and not blank; “/”, “待定” and “同上” are none."""
    words = text.strip() if len(text) < 1_000 else text
    if len(words) > _LONGEST:
        return False
    return not words.strip(_STROKES) or words.strip(_BRACKETS).upper() in _PLACEHOLDERS
