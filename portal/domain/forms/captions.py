"""Captions as they are compared, and the words shared by all forms: default labels, further names, what to fill in.

A form's own captions stand in its file and come before these.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

LONGEST = 60
_UNIT = re.compile(r"[((][^()]*[))]")
_UNITS = ("元", "万元")
_DECORATION = str.maketrans("", "", "*:·・﹡﹕")


@lru_cache(maxsize=8_192)
def key(text: str) -> str:
    """A caption in the shape in which captions are compared; "" for what is too long to be one.

    Blanks, line breaks, stars and colons do not count, nor do brackets with what they hold; a bracketed 元 or 万元
    does, since it says what the amounts mean.
    """
    if len(text) > LONGEST:
        return ""
    plain = unicodedata.normalize("NFKC", "".join(text.split())).translate(_DECORATION)
    return _UNIT.sub(_kept_unit, plain)


def key_without_unit(text: str) -> str:
    """The same where 元 or 万元 says nothing about which field is meant."""
    return key(text).replace("(元)", "").replace("(万元)", "")


def _kept_unit(bracket: re.Match[str]) -> str:
    return bracket[0] if bracket[0].strip("()").removeprefix("单位") in _UNITS else ""


def label(field: str) -> str:
    """What a field, list or group is called where no form says otherwise; its own name for one that has no label."""
    return names(field)[0] if field in _shared()["labels"] else field.rpartition("/")[2]


def names(field: str) -> tuple[str, ...]:
    """The default label and the further captions by which files call the field; nothing for an unknown one."""
    return tuple(_shared()["labels"].get(field, ()))


def hint(field: str) -> str:
    """What to write into a mandatory field that is blank, as the end of a sentence."""
    return str(_shared()["hints"].get(field, "请填写"))


def row_noun(list_name: str) -> str:
    """What one row of the list is."""
    return str(_shared()["rows"][list_name])


@cache
def _shared() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("captions.toml").read_text("utf-8"))
