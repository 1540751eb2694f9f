"""Captions in the form used for comparison, and the words shared by all forms: default labels, aliases, hints.

A form's own captions are in its file and take precedence.
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
    """A caption in the form used for comparison; "" for a text that is too long to be one.

    Ignores blanks, line breaks, stars, colons, and brackets with their content; a bracketed 元 or 万元 is kept, because
    it is the unit of the amounts.
    """
    if len(text) > LONGEST:
        return ""
    plain = unicodedata.normalize("NFKC", "".join(text.split())).translate(_DECORATION)
    return _UNIT.sub(_unit_only, plain)


def key_without_unit(text: str) -> str:
    """The key without 元 or 万元, for captions whose unit does not tell fields apart."""
    return key(text).replace("(元)", "").replace("(万元)", "")


def _unit_only(bracket: re.Match[str]) -> str:
    return bracket[0] if bracket[0].strip("()").removeprefix("单位") in _UNITS else ""


def label(field: str) -> str:
    """The default label of a field, list or group; its own name if it has no label."""
    return names(field)[0] if field in _shared()["labels"] else field.rpartition("/")[2]


def names(field: str) -> tuple[str, ...]:
    """The default label and the aliases of the field in files; empty for an unknown field."""
    return tuple(_shared()["labels"].get(field, ()))


def hint(field: str) -> str:
    """What to write into a blank mandatory field, as the end of a sentence."""
    return str(_shared()["hints"].get(field, "请填写"))


def row_noun(list_name: str) -> str:
    """The noun for one row of the list."""
    return str(_shared()["rows"][list_name])


@cache
def _shared() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("captions.toml").read_text("utf-8"))
