"""Numbers that Word shows before paragraphs of a list (1、 一、 （1）) and keeps apart from their text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.domain.chinese_numerals import to_chinese
from portal.formats.packages import Package
from portal.formats.word.properties import attribute, number, value

Element = Any

_LEVEL = re.compile(r"%([1-9])")
_LONGEST = 20
_CIRCLED = 0x2460
_MOST_CIRCLED = 20
_CHINESE = frozenset({"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital"})
_MOST_CHINESE = 999


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    pattern: str
    start: int


@dataclass(slots=True)
class Numbering:
    """Counts the paragraphs of each list. levels: by list and level."""

    levels: Mapping[str, Mapping[int, _Level]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package) -> Numbering:
        part = next((each.target for each in package.relationships(package.main()) if each.type == "numbering"), "")
        root = package.xml(part) if part else None
        if root is None:
            return cls()
        abstract = {attribute(each, "abstractNumId"): _levels(each) for each in root.iterchildren("{*}abstractNum")}
        used = {attribute(each, "numId"): value(each, "abstractNumId") for each in root.iterchildren("{*}num")}
        return cls({own: abstract.get(name, {}) for own, name in used.items()})

    def next(self, list_id: str, level: int) -> str:
        """The number of the next paragraph of a list at this level; "" for bullets and unknown lists."""
        levels = self.levels.get(list_id, {})
        own = levels.get(level)
        if own is None:
            return ""
        counts = self.counts.setdefault(list_id, {})
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if own.format in ("bullet", "none"):
            return ""

        def shown(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            return _shown(counts.get(at, 1), levels[at].format) if at in levels else ""

        return _LEVEL.sub(shown, own.pattern)


def _levels(definition: Element) -> Mapping[int, _Level]:
    return {
        number(attribute(each, "ilvl"), 0): _Level(
            value(each, "numFmt"), value(each, "lvlText")[:_LONGEST], number(value(each, "start"), 1)
        )
        for each in definition.iterchildren("{*}lvl")
    }


def _shown(count: int, format: str) -> str:
    if format in _CHINESE and 0 < count <= _MOST_CHINESE:
        return to_chinese(count)
    if format.startswith("decimalEnclosedCircle") and 0 < count <= _MOST_CIRCLED:
        return chr(_CIRCLED + count - 1)
    if format in ("lowerLetter", "upperLetter") and 0 < count <= 26:
        return chr((97 if format == "lowerLetter" else 65) + count - 1)
    return str(count)
