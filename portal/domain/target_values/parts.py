"""A target value in parts, as some forms show it: 符号, 值, 计量单位. `join(split(text))` gives the same text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from portal.domain.target_values.reading import read
from portal.domain.target_values.shape import Comparator

IN_WORDS = Comparator.WORDS.value
_PARTS = re.compile(r"([≥≤＞＜＝>=<≧≦]?)(-?\d[\d,]*(?:\.\d+)?)([^\d\s.,]?\S{0,11})")


def split(text: str) -> dict[str, str]:
    """sign, number and unit of one number with a unit; any other text is all number, for words with the sign 定性."""
    value = read(text).value
    found = _PARTS.fullmatch(text)
    is_one_number = value is not None and value.number is not None and value.upper is None
    if found and value and is_one_number and not value.words and not value.scale:
        return {"sign": found[1], "number": found[2], "unit": found[3]}
    in_words = value is not None and value.comparator is Comparator.WORDS and value.scale is None
    return {"sign": IN_WORDS if in_words else "", "number": text, "unit": ""}


def join(parts: Mapping[str, str]) -> str:
    """The text of the parts, without 定性."""
    sign = parts.get("sign", "")
    return f"{'' if sign == IN_WORDS else sign}{parts.get('number', '')}{parts.get('unit', '')}"
