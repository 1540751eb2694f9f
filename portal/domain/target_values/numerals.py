"""Chinese numerals as people write targets in them: 九十, 一百二十万, 十五, 两千零三, 三点五."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1_000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
NUMERAL = "[零〇一二两三四五六七八九十百千万亿]"
LONGEST = 24


def read_numeral(text: str) -> Decimal | None:
    """The number; None for what is no numeral, such as 千万 or 一一."""
    if not 0 < len(text) <= LONGEST:
        return None
    whole, point, part = text.partition("点")
    number = _whole(whole)
    if number is None or not point:
        return None if number is None else Decimal(number)
    if not part or not all(character in _DIGITS for character in part):
        return None
    return Decimal(f"{number}.{''.join(str(_DIGITS[character]) for character in part)}")


def _whole(text: str) -> int | None:
    if len(text) == 4 and all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))  # 二〇二〇
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
    """One group: each unit at most once, from high to low, a digit before each (十 may stand alone at the start)."""
    total, digit, least = 0, None, 10_000
    for position, character in enumerate(text):
        if character in _TENS:
            unit = _TENS[character]
            if unit >= least or (digit is None and not (unit == 10 and position == 0)) or digit == 0:
                return None
            total, digit, least = total + (1 if digit is None else digit) * unit, None, unit
        elif character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
        else:
            return None
    return total + (digit or 0) if text else None
