"""One character for one meaning: full-width ASCII, the many comparators, dashes and percent signs."""

from __future__ import annotations

_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TABLE |= {0x3000: 0x20, 0xA0: 0x20, 0x200B: None, 0xFEFF: None}  # type: ignore[dict-item]
for _meant, _seen in (
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
    _TABLE |= {ord(character): ord(_meant) for character in _seen}

_COMPARATORS = ((">=", "≥"), ("=>", "≥"), ("≥=", "≥"), ("<=", "≤"), ("=<", "≤"), ("≤=", "≤"), ("==", "="))


def plain_characters(text: str) -> str:
    """The text in the characters that the grammar knows: half-width, ≥ and ≤ as one character."""
    plain = text.translate(_TABLE)
    for seen, meant in _COMPARATORS:
        plain = plain.replace(seen, meant)
    return plain
