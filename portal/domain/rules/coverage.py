"""W21: every goal is covered by an indicator, every project by a duty.

Coverage is judged by shared words: only a goal that shares no pair of characters with any indicator, common words
excluded, is reported. The rule finds few goals, but is right about them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from portal.domain.documents import PerformanceText, ProjectDocument
from portal.domain.quotation import quote
from portal.domain.rules.findings import Place, TablePlace, YearRules
from portal.domain.rules.words import pattern

_COMMON = pattern("wording", "common")
_MANAGEMENT = pattern("wording", "management")
_CATCH_ALL = pattern("wording", "catch_all")
_ALL_WORK = re.compile("各项|各类|全部|工作任务|目标任务")
_LINES = re.compile(r"[。；;\n]+|[,，](?=\d{1,2}[、.．])")
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_HEADING_ENDS = ("：", ":")
_MIN_PAIRS = 3
"""A goal with fewer pairs of characters says nothing."""
_MAX_READ = 20_000
_MAX_LISTED = 3


def goals_are_covered(document: ProjectDocument, _year: YearRules) -> Iterator[Place]:
    """W21. Each goal of the project has an indicator on the same subject."""
    rows = [row for row in document.indicators if row.level3.strip()]
    if not rows:
        return
    measured = _pairs(
        "\n".join(f"{row.level3[:200]}\n{row.description[:1_000]}\n{row.target_value[:200]}" for row in rows)
    )
    # 各项工作落实率 is a poor measure (W3), but it covers every goal about all the work.
    generic = any(_ALL_WORK.search(row.level3[:200]) for row in rows)
    asks_satisfaction = any("满意" in row.level3[:200] for row in rows)
    uncovered = []
    for line in _LINES.split(document.goals[:_MAX_READ]):
        pairs = _pairs(line)
        if line.rstrip().endswith(_HEADING_ENDS):
            continue  # 达成以下目标：
        if asks_satisfaction and "满意" in line:
            continue
        is_general = _MANAGEMENT.search(line) or (generic and _ALL_WORK.search(line))
        if len(pairs) >= _MIN_PAIRS and not pairs & measured and not is_general:
            uncovered.append(line.strip())
    if uncovered:
        more = "等" if len(uncovered) > _MAX_LISTED else ""
        told = "、".join(map(quote, uncovered[:_MAX_LISTED])) + more
        yield (
            "goals",
            f"绩效目标{told}没有对应的绩效指标，完成没有完成无从知道；请为它补一个指标，做不到或与本项目无关的请从目标中删去。",
        )


def projects_are_covered(text: PerformanceText, _year: YearRules, asked: Collection[int]) -> Iterator[TablePlace]:
    """W21. Each project serves a duty; a catch-all duty serves every project."""
    if text.department is None or not text.department.duties:
        return
    duties = text.department.duties
    if any(_CATCH_ALL.search(duty.name[:100]) for duty in duties):
        return
    served = _pairs("\n".join(f"{duty.name[:200]}\n{duty.goal[:2_000]}" for duty in duties))
    for number, table in ((n, table) for n, table in enumerate(text.tables, 1) if n in asked):
        pairs = _pairs(f"{table.project_name[:200]}\n{table.goals[:2_000]}\n{table.purpose[:2_000]}")
        if table.goals.strip() and len(pairs) >= _MIN_PAIRS and not pairs & served:
            yield (
                number,
                "project_name",
                f"本项目{quote(table.project_name)}在部门整体绩效目标的各项职责中找不到对应。项目应当由职责引出，"
                "说不清履行哪项职责的项目不应安排；请在职责分类目标中补写，或核对项目是否属于本单位。",
            )


def _pairs(text: str) -> set[str]:
    """Pairs of adjacent characters, common words excluded."""
    found: set[str] = set()
    for words in _HAN.findall(_COMMON.sub(" ", text)):
        found.update(one + other for one, other in pairwise(words))
    return found
