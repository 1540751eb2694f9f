"""Numbers as a spreadsheet shows them: the number formats of Excel and WPS, as far as tables of offices use them.

A format that is not known shows the number as `General` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

GENERAL = "General"
BUILT_IN = {
    **{0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00"},
    **{14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM"},
    **{20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"'},
    **{30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"'},
    **{37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00"},
    **{44: "#,##0.00", 45: "mm:ss", 46: "h:mm:ss", 47: "mm:ss.0", 48: "0.0E+0", 49: "@", 50: 'yyyy"年"m"月"'},
    **{51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: 'yyyy"年"m"月"'},
    **{56: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"'},
}
"""The codes that files use by number, in a Chinese Excel."""

_SECTION = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;])*)(?:;|$)')
_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[[^\]]*\]|[_*].|(AM/PM|A/P|上午/下午)|([ymdhs]+|[YMDHS]+)|(General)|(.)', re.DOTALL
)
_PLACES = frozenset("0#?.,")
_MOST_DAYS = 2_958_465
"""31 December 9999."""
_GENERAL_DIGITS = 11


def shown(value: float, code: str, is_1904: bool = False) -> str:
    """The text that a cell with this value and number format shows."""
    sections = _sections(code)
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    if value == 0 and len(sections) > 2:
        section = sections[2]
    tokens = _tokens(section)
    if any(kind == "date" for kind, _ in tokens):
        return _date(value + (1_462 if is_1904 else 0), tokens) or _general(value)
    if not any(kind == "place" for kind, _ in tokens):
        is_text = tokens and all(kind == "text" for kind, _ in tokens)
        return _with_literals("", tokens) if is_text else _general(value)
    is_negative_section = value < 0 and len(sections) > 1
    return _number(abs(value) if is_negative_section else value, tokens)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[str, ...]:
    found: list[str] = []
    for section in _SECTION.finditer(code[:255]):
        found.append(section[1])
        if section.end(1) == section.end():
            break  # no semicolon: the last one, behind which the pattern matches once more
    return tuple(found)


@lru_cache(maxsize=512)
def _tokens(section: str) -> tuple[tuple[str, str], ...]:
    return tuple(_read(section))


def _read(section: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(section):
        quoted, escaped, noon, date, general, other = found.groups()
        if quoted is not None or escaped is not None:
            yield "text", quoted if quoted is not None else escaped
        elif noon or date:
            yield "date", (noon or date).lower()
        elif general:
            yield "general", ""
        elif other in _PLACES:
            yield "place", other
        elif other == "%":
            yield "percent", other
        elif other is not None and other != "@":
            yield "text", other


# --- numbers ----------------------------------------------------------------------------------------


def _general(value: float) -> str:
    """Up to eleven digits; whole numbers in full."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.{_GENERAL_DIGITS}g}"
    return text if "e" not in text else f"{Decimal(text):f}"


def _number(value: float, tokens: tuple[tuple[str, str], ...]) -> str:
    places = "".join(text for kind, text in tokens if kind == "place")
    pattern = places.rstrip(",")
    whole, _, part = pattern.partition(".")
    number = Decimal(repr(value)) * 100 ** sum(kind == "percent" for kind, _ in tokens)
    number /= 1000 ** (len(places) - len(pattern))
    decimals = part.replace(",", "")
    try:
        rounded = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    except InvalidOperation:
        return _general(value)
    text = f"{abs(rounded):,f}" if "," in whole else f"{abs(rounded):f}"
    for _ in range(len(decimals) - len(decimals.rstrip("#?"))):
        text = text[:-1] if text.endswith("0") else text
    text = text.rstrip(".") if decimals.endswith("#") else text
    least = whole.count("0")
    if not least and text.startswith("0.") and part:
        text = text[1:]
    elif least > 1:
        text = text.zfill(least + (len(decimals) + 1 if decimals else 0))
    return ("-" if rounded < 0 else "") + _with_literals(text, tokens)


def _with_literals(text: str, tokens: tuple[tuple[str, str], ...]) -> str:
    found, is_written = "", False
    for kind, literal in tokens:
        if kind != "place":
            found += literal
        elif not is_written:
            found += text
            is_written = True
    return found.strip()


# --- dates ------------------------------------------------------------------------------------------


def _date(days: float, tokens: tuple[tuple[str, str], ...]) -> str:
    if not 0 <= days <= _MOST_DAYS:
        return ""
    moment = datetime(1899, 12, 30) + timedelta(seconds=round(days * 86_400))
    has_noon = any(text in ("am/pm", "a/p", "上午/下午") for kind, text in tokens if kind == "date")
    found, last = "", ""
    for n, (kind, text) in enumerate(tokens):
        if kind != "date":
            found += "" if kind in ("percent", "general") else text
            continue
        following = next((other for each, other in tokens[n + 1 :] if each == "date"), "")
        is_minute = text[0] == "m" and len(text) < 3 and (last[:1] == "h" or following[:1] == "s")
        found += _piece(moment, text, is_minute=is_minute, has_noon=has_noon)
        last = text
    return found.strip()


def _piece(moment: datetime, text: str, *, is_minute: bool, has_noon: bool) -> str:
    if text in ("am/pm", "a/p", "上午/下午"):
        return "上午" if moment.hour < 12 else "下午"
    if text[0] == "y":
        return f"{moment.year:04d}" if len(text) > 2 else f"{moment.year % 100:02d}"
    hour = (moment.hour - 1) % 12 + 1 if has_noon else moment.hour
    value = {"m": moment.minute if is_minute else moment.month, "d": moment.day, "h": hour, "s": moment.second}[text[0]]
    return f"{value:02d}" if len(text) == 2 else str(value)
