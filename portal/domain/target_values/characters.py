"""Normalises characters of equal meaning: full-width ASCII, comparators, dashes and percent signs."""

from __future__ import annotations

_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TABLE |= {0x3000: 0x20, 0xA0: 0x20, 0x200B: None, 0xFEFF: None}  # type: ignore[dict-item]
for _standard, _variants in (
    ("≥", "≧⩾≽⋝"),
    ("≤", "≦⩽≼⋜"),
    ("-", "—–−‐‑―─"),
    ("~", "∼〜"),
    ("%", "﹪٪"),
    ("(", "﹙❨"),
    (")", "﹚❩"),
    ("·", "•・‧∙⋅"),
    (":", "∶"),
):
    _TABLE |= {ord(character): ord(_standard) for character in _variants}

_COMPARATORS = ((">=", "≥"), ("=>", "≥"), ("≥=", "≥"), ("<=", "≤"), ("=<", "≤"), ("≤=", "≤"), ("==", "="))


def plain_characters(text: str) -> str:
    """The text in the characters of the grammar: half-width, ≥ and ≤ as one character."""
    plain = text.translate(_TABLE)
    for variant, standard in _COMPARATORS:
        plain = plain.replace(variant, standard)
    return plain
