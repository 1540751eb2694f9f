"""The kind of an indicator row by the year's framework: output, cost, effect, satisfaction.

A row has the kind that its drafter intended; the rule on levels reports names that differ from the framework's.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.frameworks import Framework, bare
from portal.domain.target_values import plain_characters

OUTPUT = "产出指标"
SATISFACTION = "满意度指标"
EFFECT_NAMES = frozenset({"效益", "效果"})
"""Two names of one level: 效益 in the forms of the Ministry, 效果 in that of Hebei."""


class Kind(StrEnum):
    OUTPUT = "产出"
    COST = "成本"
    EFFECT = "效果"
    SATISFACTION = "满意度"


def level1_meant(level1: str, framework: Framework) -> str | None:
    """The framework's level 1 that the text stands for."""
    if bare(level1) in EFFECT_NAMES:
        return framework.effect_level
    return framework.find_level1(level1) or parent(level1, framework)


def parent(level2: str, framework: Framework) -> str | None:
    """The level 1 under which the framework lists `level2`."""
    return next((level1 for level1 in framework.levels if framework.find_level2(level1, level2)), None)


def only_parent(level2: str, framework: Framework) -> str | None:
    """The parent of a level 2 that stands under one level 1 only."""
    above = [level1 for level1 in framework.levels if framework.find_level2(level1, level2)]
    return above[0] if len(above) == 1 else None


def kind_of(row: Indicator, framework: Framework) -> Kind | None:
    """The row's kind; 成本 is a kind of its own, whichever level the framework files it under."""
    level1 = level1_meant(row.level1, framework)
    if level1 is None:
        return None
    if level1 == framework.effect_level:
        return Kind.EFFECT
    if Kind.COST in (bare(level1), bare(row.level2)):
        return Kind.COST
    return {OUTPUT: Kind.OUTPUT, SATISFACTION: Kind.SATISFACTION}.get(level1)


def rows_of(document: ProjectDocument, framework: Framework, *kinds: Kind) -> Iterator[tuple[int, Indicator]]:
    """Position (1, 2, …) and row, of these kinds."""
    for position, row in enumerate(document.indicators, 1):
        if kind_of(row, framework) in kinds:
            yield position, row


LONGEST_NAME = 60
"""Characters of a name that are read."""


def plain_name(text: str) -> str:
    """A name in plain characters, without white space and trailing brackets."""
    return _plain(text[: LONGEST_NAME * 2])


@lru_cache(maxsize=4_096)
def _plain(text: str) -> str:
    name = "".join(plain_characters(text).split())[:LONGEST_NAME]
    return name[: name.index("(")] if name.endswith(")") and "(" in name[1:] else name
