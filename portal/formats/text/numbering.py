"""Numbers before headings (`1、` `(1)` `（一）` `十二、` `第1表`) read into int. Headings themselves are in `lines`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.chinese_numerals import DIGITS, read_heading_number

_NUMBER = rf"([0-9０-９]{{1,4}}|[{DIGITS}十百千]{{1,9}})"
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
    """Return the number at the start of a line and the rest of the line; None for a line without number."""
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
    """Read `12`, `１２`, `十二`, `一百零二`, `二〇`, `①`; None for an invalid numeral."""
    if "①" <= digits <= "⑳":
        return ord(digits) - ord("①") + 1
    if digits[0].isdigit():
        return int(digits)
    return read_heading_number(digits)
