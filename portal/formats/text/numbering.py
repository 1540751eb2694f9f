"""Numbers before headings: `1、` `(1)` `（一）` `十二、` `第1表` read into int, `十二` written.

Nothing here knows what the heading says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = r"([0-9０-９]{1,4}|[〇零一二三四五六七八九十百千]{1,9})"
_BRACKETED = re.compile(rf"[（(]{_NUMBER}[)）][、.．]?")
_TABLE = re.compile(rf"(?:第{_NUMBER}表|附?表{_NUMBER})[、.．:：]?")
_PLAIN = re.compile(rf"{_NUMBER}[、.．)）:：]")
_CIRCLED = re.compile(r"([①-⑳])[、.．]?")


class Style(StrEnum):
    CHINESE = "chinese"
    ARABIC = "arabic"
    BRACKETED = "bracketed"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Numbered:
    style: Style
    value: int
    rest: str


def numbered(line: str) -> Numbered | None:
    """The number that a line begins with and what follows it; None where there is none."""
    if found := _PLAIN.match(line):
        style = Style.ARABIC if found[1][0].isdigit() else Style.CHINESE
    elif found := _BRACKETED.match(line) or _CIRCLED.match(line):
        style = Style.BRACKETED
    elif found := _TABLE.match(line):
        style = Style.TABLE
    else:
        return None
    value = to_int(next(group for group in found.groups() if group))
    return None if value is None else Numbered(style, value, line[found.end() :])


def to_int(digits: str) -> int | None:
    """`12`, `１２`, `十二`, `一百零二`, `二〇` as a number; None where the numeral makes no sense."""
    if "①" <= digits <= "⑳":
        return ord(digits) - ord("①") + 1
    if digits[0].isdigit():
        return int(digits)
    digits = digits.replace("〇", "零")
    if not any(unit in digits for unit in _UNITS):
        return int("".join(str(_DIGITS.index(digit)) for digit in digits[:4]))
    total, pending = 0, 0
    for character in digits:
        if character in _UNITS:
            total += (pending or 1) * _UNITS[character]
            pending = 0
        else:
            pending = _DIGITS.index(character)
    total += pending
    return total if total <= 9_999 else None


def to_chinese(number: int) -> str:
    """1 一, 10 十, 12 十二, 101 一百零一; below ten thousand."""
    written = ""
    for name, unit in (("千", 1000), ("百", 100), ("十", 10)):
        digit, number = divmod(number, unit)
        if digit:
            written += _DIGITS[digit] + name
        elif written and number and not written.endswith("零"):
            written += "零"
    written += _DIGITS[number] if number else ""
    return written.removeprefix("一") if written.startswith("一十") else written
