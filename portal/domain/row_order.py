"""The order of indicator rows by their 一级指标 and 二级指标 in the framework of the year."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.frameworks import Framework
from portal.domain.rules.kinds import level1_meant, parent


def sorted_by_level(document: ProjectDocument, framework: Framework) -> ProjectDocument:
    """The rows in the order of the framework; rows of equal levels keep theirs. What it does not have stands last."""
    rows = sorted(document.indicators, key=lambda row: _position(row, framework))
    return replace(document, indicators=tuple(rows))


def _position(row: Indicator, framework: Framework) -> tuple[int, int]:
    level1 = level1_meant(row.level1, framework) or parent(row.level2, framework)
    if level1 is None:
        return len(framework.levels), 0
    below = framework.levels[level1]
    level2 = framework.find_level2(level1, row.level2)
    return list(framework.levels).index(level1), below.index(level2) if level2 else len(below)
