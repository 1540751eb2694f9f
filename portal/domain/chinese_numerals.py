"""Chinese numerals: their characters, reading and writing them.

Counts and targets (九十, 一百二十万, 两千零三, 三点五) are read strictly, years (二〇二〇) digit by digit, heading
numbers leniently. Where in a text a numeral may stand belongs in the callers.
"""

from __future__ import annotations

from decimal import Decimal

# Contents of character classes for the regular expressions of rules and readers.
ONE_TO_NINE = "一二三四五六七八九"
DIGITS = "〇零" + ONE_TO_NINE
"""Digits of years, with both characters for zero."""
BELOW_HUNDRED = ONE_TO_NINE + "十"
BELOW_THOUSAND = BELOW_HUNDRED + "百"
COUNTS = "两" + BELOW_THOUSAND + "千"
"""Characters of counts: 十二, 两百."""
NUMERALS = "〇零" + COUNTS + "万亿"

_VALUES = {character: value for value, character in enumerate("零" + ONE_TO_NINE)} | {"〇": 0, "两": 2}
_ARABIC = str.maketrans({character: str(value) for character, value in _VALUES.items()})
_TENS = {"十": 10, "百": 100, "千": 1_000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_MAX_LENGTH = 24
_MAX_HEADING = 9_999


def read_numeral(text: str) -> Decimal | None:
    """The number; None for text that is no numeral: 千万, 一一."""
    if not 0 < len(text) <= _MAX_LENGTH:
        return None
    whole, point, part = text.partition("点")
    number = _whole(whole)
    if number is None or not point:
        return None if number is None else Decimal(number)
    if not part or not _are_digits(part):
        return None
    return Decimal(f"{number}.{part.translate(_ARABIC)}")


def read_digits(text: str) -> int:
    """二〇二〇 or 2020, digit by digit; `text` must hold digits only."""
    return int(text.translate(_ARABIC))


def read_heading_number(text: str) -> int | None:
    """The number of a heading, well-formed or not: 十二, 一百零二, 二〇, 百; None above 9,999. `text` has no 万."""
    if not any(unit in text for unit in _TENS):
        return read_digits(text[:4])
    total, pending = 0, 0
    for character in text:
        if character in _TENS:
            total += (pending or 1) * _TENS[character]
            pending = 0
        else:
            pending = _VALUES[character]
    total += pending
    return total if total <= _MAX_HEADING else None


def to_chinese(number: int) -> str:
    """0 零, 1 一, 10 十, 12 十二, 101 一百零一; `number` must be below 10,000."""
    digits, written, rest = "零" + ONE_TO_NINE, "", number
    for name, unit in reversed(_TENS.items()):
        digit, rest = divmod(rest, unit)
        if digit:
            written += digits[digit] + name
        elif written and rest and not written.endswith("零"):
            written += "零"
    if rest or not written:
        written += digits[rest]
    return written.removeprefix("一") if written.startswith("一十") else written


def to_digits(number: int, zero: str = "〇") -> str:
    """2020 二〇二〇."""
    return "".join((zero + ONE_TO_NINE)[int(digit)] for digit in str(number))


def _are_digits(text: str) -> bool:
    return all(character in _VALUES for character in text)


def _whole(text: str) -> int | None:
    if len(text) == 4 and _are_digits(text):
        return read_digits(text)
    total, rest = 0, text
    for sign in ("亿", "万"):
        head, found, tail = rest.partition(sign)
        if found:
            group = _below_ten_thousand(head)
            if not group:
                return None
            total, rest = total + group * _GROUPS[sign], tail
    if not rest:
        return total if total else None
    last = _below_ten_thousand(rest)
    return None if last is None else total + last


def _below_ten_thousand(text: str) -> int | None:
    """One group: units in descending order, each after a digit (only a leading 十 may have none)."""
    total, digit, least = 0, None, 10_000
    for position, character in enumerate(text):
        if character in _TENS:
            unit = _TENS[character]
            if unit >= least or (digit is None and not (unit == 10 and position == 0)) or digit == 0:
                return None
            total, digit, least = total + (1 if digit is None else digit) * unit, None, unit
        elif character in _VALUES:
            if digit:
                return None
            digit = _VALUES[character]
        else:
            return None
    return total + (digit or 0) if text else None
