"""Telephone numbers as people write them: 0335-5051234转802、13800000000."""

from __future__ import annotations

import re
import unicodedata

from portal.domain.documents import clean_line
from portal.domain.errors import Invalid

LONGEST = 40
_NUMBERS = re.compile(r"[0-9+()\-/、,;~ 转分机]*")
_FEWEST_DIGITS = 3
_RUN_TOGETHER = re.compile(r"\d{14}")
"""Longer than any number: two numbers without a sign between them."""


def telephone(text: str) -> str:
    """The numbers on one line, full-width characters as plain ones; "" for none. Raises Invalid at `phone`."""
    lines = "、".join(filter(None, map(clean_line, text.splitlines())))
    cleaned = unicodedata.normalize("NFKC", lines).replace("—", "-").replace("–", "-")
    if not cleaned:
        return ""
    if len(cleaned) > LONGEST:
        raise Invalid(f"电话不超过 {LONGEST} 个字符。", "phone")
    if (
        _RUN_TOGETHER.search(cleaned)
        or not _NUMBERS.fullmatch(cleaned)
        or sum(character.isdigit() for character in cleaned) < _FEWEST_DIGITS
    ):
        raise Invalid("电话只写号码，例如 0335-5051234转802、13800000000；几个号码用“、”隔开。", "phone")
    return cleaned
