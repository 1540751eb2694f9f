"""The levels of an entry in a year's framework, and the kind of an indicator by its level 2.

Names that differ between frameworks are data (`levels.toml`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from portal.domain.documents import Indicator
from portal.domain.frameworks import Framework, bare
from portal.domain.library.shape import IndicatorKind


def levels_of(kind: IndicatorKind, framework: Framework) -> tuple[str, str]:
    """一级指标 and 二级指标 in the framework's words; two blanks, for the drafter to choose, if it has none."""
    for name in _names()[kind]:
        for level1 in framework.levels:
            if level2 := framework.find_level2(level1, name):
                return level1, level2
    return "", ""


def kind_meant(level2: str) -> IndicatorKind | None:
    """The kind of a 二级指标 of any framework; None for a level without entries, for instance 社会成本."""
    wanted = bare(level2)
    return next((kind for kind, names in _names().items() if wanted in map(bare, names)), None)


def levels_at(rows: Iterable[Indicator], row_id: str) -> tuple[str, str]:
    """一级指标 and 二级指标 of the row with that id, where blank means as above; two blanks if the row is missing."""
    level1 = level2 = ""
    for row in rows:
        if row.level1 and row.level1 != level1:
            level1, level2 = row.level1, ""
        level2 = row.level2 or level2
        if row.id == row_id:
            return level1, level2
    return "", ""


@cache
def _names() -> dict[IndicatorKind, tuple[str, ...]]:
    plain = tomllib.loads(files("portal.domain.library").joinpath("levels.toml").read_text("utf-8"))
    return {kind: tuple(plain[kind]) for kind in IndicatorKind}
