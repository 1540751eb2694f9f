"""Single rows and texts, faulty and sound, as offices of many districts write them; each is put into a sound table.

The files in `rows/` were written before the rules were tuned to them. A new fault that reviewers report is added there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.rules import YearRules
from tests.domain.corpus import corpus

_FILES = Path(__file__).parent / "rows"
_LEVEL1 = {
    **dict.fromkeys(("数量", "质量", "时效", "成本"), "产出指标"),
    **dict.fromkeys(("经济效益", "社会效益", "生态效益", "可持续影响"), "效益指标"),
    "服务对象满意度": "满意度指标",
}
ROW = "rowcase"
"""The id of the row under test."""


class RowCase(NamedTuple):
    """A row in a sound table. rules: at least one of them must find it; none for a sound row."""

    table: ProjectDocument
    year: YearRules
    rules: frozenset[str]

    def __str__(self) -> str:
        row = self.table.indicators[-1]
        return f"{'|'.join(sorted(self.rules)) or 'sound'} {row.level2} {row.level3} {row.target_value}"


class TextCase(NamedTuple):
    """Tables with changed texts; `rules` must find or must not find something in them."""

    tables: tuple[ProjectDocument, ...]
    year: YearRules
    rules: frozenset[str]
    is_found: bool

    def __str__(self) -> str:
        first = self.tables[0]
        return f"{'|'.join(sorted(self.rules))} {first.office_name} {first.goals[:30]} {first.purpose[:40]}"


def sound_table(year: YearRules) -> ProjectDocument:
    """A sound table of the year with an office that has no trade of its own."""
    found = next(sound.table for sound in corpus() if sound.year.framework == year.framework)
    return replace(found, office_name="某市综合保障中心")


def row_cases() -> Iterator[RowCase]:
    for plain in _plain("people", "places", "works", "further"):
        year = YearRules.for_year(plain["year"], plain["framework"])
        base = sound_table(year)
        for department in plain["departments"]:
            table = replace(base, office_name=department["office"])
            for cells in department["sound"]:
                yield RowCase(_with_row(table, *cells), year, frozenset())
            for rules, *cells in department["faulty"]:
                yield RowCase(_with_row(table, *cells), year, frozenset(rules.split("|")))


def text_cases() -> Iterator[TextCase]:
    for plain in _plain("texts"):
        year = YearRules.for_year(plain["year"], plain["framework"])
        for kind, is_found in (("found", True), ("silent", False)):
            for group in plain[kind]:
                for tables in _tables(sound_table(year), group):
                    yield TextCase(tables, year, frozenset(group["rules"]), is_found)


def _plain(*names: str) -> Iterator[dict[str, Any]]:
    for name in names:
        yield tomllib.loads((_FILES / f"{name}.toml").read_text("utf-8"))


def _with_row(table: ProjectDocument, level2: str, name: str, description: str, value: str) -> ProjectDocument:
    cells = (_LEVEL1[level2], f"{level2}指标", name, description, value, "年度工作计划")
    return replace(table, indicators=(*table.indicators, Indicator(ROW, *cells)))


def _tables(base: ProjectDocument, group: dict[str, Any]) -> Iterator[tuple[ProjectDocument, ...]]:
    if "W7" in group["rules"]:
        for goals in group["pairs"]:
            yield tuple(
                replace(base, goals=f"1、{text}。", purpose=f"第{n}批设备{n}台。", project_name=f"项目{n}")
                for n, text in enumerate(goals, 1)
            )
        return
    if "W24" in group["rules"]:
        for purpose, goals in group["pairs"]:
            yield (replace(base, purpose=purpose, goals=goals),)
        return
    for office in group.get("offices", [base.office_name]):
        for goals in group.get("goals", []):
            yield (replace(base, office_name=office, goals=goals),)
    for purpose in group.get("purpose", []):
        budget = replace(base.budget, total=group["total"], fiscal=group["total"])
        yield (replace(base, budget=budget, purpose=purpose, goals="", indicators=()),)
