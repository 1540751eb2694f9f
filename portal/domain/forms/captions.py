"""Captions in the form used for comparison, their assignment to fields, and the words shared by all forms.

The words (default labels, aliases, hints, other captions of files) are in `captions.toml`. A form's own captions are in
its file and take precedence.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Container, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

LONGEST = 60
_LONGEST_LEAD = 24
_INLINE = re.compile(r"(?:^|(?<=[\s　]))([^\s　：:，。；,;]{2,16})[ 　]?[：:]")
_UNIT = re.compile(r"[((][^()]*[))]")
_AMOUNT_UNIT = re.compile(r"\((?:单位)?万?元\)")
_UNITS = ("元", "万元")
_TELLING = "指标解释"
_DECORATION = str.maketrans("", "", "*:·・﹡﹕")


@lru_cache(maxsize=8_192)
def key(text: str) -> str:
    """A caption in the form used for comparison; "" for a text that is too long to be one.

    Ignores blanks, line breaks, stars, colons, and brackets with their content. Kept are a bracketed 元 or 万元, the
    unit of the amounts, and 备注（指标解释等）, which is another column than 备注.
    """
    if len(text) > LONGEST:
        return ""
    plain = unicodedata.normalize("NFKC", "".join(text.split())).translate(_DECORATION)
    return _UNIT.sub(_telling_only, plain)


@lru_cache(maxsize=8_192)
def key_without_unit(text: str) -> str:
    """The key without 元 or 万元, for captions whose unit does not tell fields apart."""
    return _AMOUNT_UNIT.sub("", key(text))


def _telling_only(bracket: re.Match[str]) -> str:
    inside = bracket[0].strip("()")
    return bracket[0] if _TELLING in inside or inside.removeprefix("单位") in _UNITS else ""


def within(text: str, known: Container[str]) -> list[tuple[str, str]]:
    """Captions and values of a text that gives them one behind the other (预算单位：甲　单位：万元); [] for any other.

    known: captions in the form used for comparison, without unit. The first may be written apart (预 算 单 位：甲).
    """
    lead, colon, _ = text.partition("：") if "：" in text else text.partition(":")
    marks = [(found.start(), found.end(), key_without_unit(found[1])) for found in _INLINE.finditer(text)]
    if colon and len(lead) <= _LONGEST_LEAD and key_without_unit(lead) in known:
        marks = [(0, len(lead) + 1, key_without_unit(lead)), *(mark for mark in marks if mark[0] > 0)]
    marks = [mark for mark in marks if mark[2] in known]
    if not marks or text[: marks[0][0]].strip():
        return []
    ends = [*(start for start, _, _ in marks[1:]), len(text)]
    return [(key, text[begin:end].strip()) for (_, begin, key), end in zip(marks, ends, strict=True)]


def assign(keys: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The position in `keys` of each field's caption; a field without one is missing.

    names: the captions of each field, the likeliest first. Fields choose in order, and each position serves one field:
    指标内容 is the name of the indicator if no column is called 三级指标, else its description.
    """
    found: dict[str, int] = {}
    for field, own in names.items():
        for name in own:
            wanted = key_without_unit(name)
            at = next((n for n, each in enumerate(keys) if each == wanted and n not in found.values()), None)
            if at is not None:
                found[field] = at
                break
    return found


def label(field: str) -> str:
    """The default label of a field, list or group; its own name if it has no label."""
    return names(field)[0] if field in _shared()["labels"] else field.rpartition("/")[2]


def names(field: str) -> tuple[str, ...]:
    """The default label and the aliases of the field in files; empty for an unknown field."""
    return tuple(_shared()["labels"].get(field, ()))


@cache
def words(table: str, name: str) -> frozenset[str]:
    """The words of one line of `captions.toml`, in the form used for comparison."""
    return frozenset(key_without_unit(word) for word in _shared()[table][name])


def hint(field: str) -> str:
    """What to write into a blank mandatory field, as the end of a sentence."""
    return str(_shared()["hints"].get(field, "请填写"))


def row_noun(list_name: str) -> str:
    """The noun for one row of the list."""
    return str(_shared()["rows"][list_name])


@cache
def _shared() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("captions.toml").read_text("utf-8"))
