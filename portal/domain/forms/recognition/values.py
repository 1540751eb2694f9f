"""Texts of indicator rows that others typed: a value in parts joined, dates that a spreadsheet keeps as numbers, words
that a template left behind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

_SIGNS = {
    **{sign: sign for sign in ("≥", "≤", "＞", "＜", "＝", "=", ">", "<", "≧", "≦", "≠", "±")},
    **{"大于等于": "≥", "小于等于": "≤", "大于": "＞", "小于": "＜", "等于": "＝", ">=": "≥", "<=": "≤", "不低于": "≥"},
    **{"不少于": "≥", "不超过": "≤", "不高于": "≤"},
}
IN_WORDS = "定性"
_NUMBER = re.compile(r"[-+]?[\d,]*\d(?:\.\d+)?(?:[-~—～至][\d,]*\d(?:\.\d+)?)?%?")
_STARTS_WITH_SIGN = re.compile(r"[≥≤＞＜＝=><≧≦]")
_SERIAL = re.compile(r"([≥≤＞＜＝=><≧≦]?)(\d{2},?\d{3})(?:\.0+)?")
_SERIAL_FROM, _SERIAL_TO = 36_526, 55_153
"""2000-01-01 and 2050-12-31 as Excel counts days."""
_EPOCH = date(1899, 12, 30)
_NUMBERED_NAME = re.compile(r"(?:指标|目标)\s?\d{1,2}\s?[：:、.]\s*")
_RESIDUE = re.compile(r"[\s…．.·≥≤≧≦＞＜＝=><%％*_/×xX]*(?:指标值?\d{0,2}[：:]?)?[\s…．.*×xX]*")
_UNIT_ONLY = re.compile(r"[≥≤≧≦＞＜＝=><]?\s?(?:%|％|个|人|次|天|公里|万元|元|项|平方米|米|户|家|人次|吨|份)?")
_APART = re.compile("(?<=[\u4e00-\u9fff])\\s+(?=[\u4e00-\u9fff])")
_LATIN = re.compile(r"[0-9A-Za-z]")


def is_sign(text: str) -> bool:
    """Whether the text compares (≥, 大于等于) or says that the value is in words (定性)."""
    plain = _plain(text)
    return plain in _SIGNS or plain == IN_WORDS


def is_in_words(sign: str) -> bool:
    """Whether a sign only says that the value is in words."""
    return _plain(sign) == IN_WORDS


def join(sign: str, number: str, unit: str) -> tuple[str, str]:
    """The value of its parts, and the unit if it found no place: beside words, or beside a number with a unit."""
    number, unit = number.strip(), unit.strip()
    comparator = _SIGNS.get(_plain(sign), "")
    if number and comparator and not _STARTS_WITH_SIGN.match(number):
        number = comparator + number
    bare = _STARTS_WITH_SIGN.sub("", number, count=1)
    if not unit or not number or number.endswith(unit):
        return number, "" if number else unit
    if _NUMBER.fullmatch(bare) and not bare.endswith("%"):
        return number + unit, ""
    return number, unit


def serial_date(text: str) -> str:
    """A number of days as Excel counts them, as the date that Excel shows; "" for any other text."""
    found = _SERIAL.fullmatch(text.strip())
    days = int(found[2].replace(",", "")) if found else 0
    if found is None or not _SERIAL_FROM <= days <= _SERIAL_TO:
        return ""
    day = _EPOCH + timedelta(days=days)
    return f"{found[1]}{day.year}年{day.month}月{day.day}日"


def in_one_line(text: str) -> str:
    """A name that a narrow column breaks over lines, joined; a blank stays between letters or digits only."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joined = lines[0] if lines else ""
    for line in lines[1:]:
        gap = " " if _LATIN.match(joined[-1]) and _LATIN.match(line[0]) else ""
        joined += gap + line
    return joined


def closed_up(text: str) -> str:
    """A level that is written apart (产出 指标), without blanks between Chinese characters."""
    return _APART.sub("", in_one_line(text))


def without_number(name: str) -> str:
    """指标1：培训人数 without 指标1：, which counts rows."""
    found = _NUMBERED_NAME.match(name)
    return name[found.end() :] if found else name


def is_residue(name: str, value: str) -> bool:
    """Whether a row is one that a template left blank: no name, and at most a sign and a unit as value."""
    return _RESIDUE.fullmatch(name) is not None and _UNIT_ONLY.fullmatch(value.strip()) is not None


def distinct(texts: Sequence[str]) -> str:
    """The texts of the cells under one caption, one behind the other."""
    return "".join(text for text in texts if text)


def _plain(text: str) -> str:
    squeezed = "".join(text.split())
    return squeezed if squeezed in _SIGNS else unicodedata.normalize("NFKC", squeezed)
