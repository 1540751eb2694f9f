"""Single rows and texts, faulty and sound, as offices of many districts write them, put into a sound table.

The files in `rows/` were written before the rules were tuned to them. A new fault that reviewers report is added there.
The rows of a department stand in one table, since a check costs more for the table than for a row.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


class RowCases(NamedTuple):
    """A sound table with rows of one department.

    rules: for each row, by id, the rules of which at least one must find it; none for a sound row.
    """

    table: ProjectDocument
    year: YearRules
    rules: Mapping[str, frozenset[str]]

    def misjudged(self, found: Mapping[str, set[str]]) -> list[str]:
        """The rows that the rules `found` by row id judge otherwise, as text."""
        rows = [row for row in self.table.indicators if row.id in self.rules]
        return [
            f"{'|'.join(self.rules[row.id]) or 'sound'}: {row.level2} {row.level3} {row.target_value}: {found[row.id]}"
            for row in rows
            if not (found[row.id] & self.rules[row.id] if self.rules[row.id] else not found[row.id])
        ]


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


def row_cases() -> Iterator[RowCases]:
    for plain in _plain("people", "places", "works", "further", "bureaus", "institutions", "outcomes", "heads"):
        year = YearRules.for_year(plain["year"], plain["framework"])
        base = sound_table(year)
        for department in plain["departments"]:
            judged = [("", *cells) for cells in department["sound"]] + department.get("faulty", [])
            for chunk in _without_namesakes(judged):
                rows = [_row(n, *cells) for n, (_, *cells) in enumerate(chunk)]
                rules = {
                    row.id: frozenset(filter(None, each[0].split("|"))) for row, each in zip(rows, chunk, strict=True)
                }
                table = replace(base, office_name=department["office"], indicators=(*base.indicators, *rows))
                yield RowCases(table, year, rules)


def _without_namesakes(judged: Iterable[Sequence[str]]) -> list[list[Sequence[str]]]:
    """The rows in groups without two of one name, which would be a fault of its own."""
    groups: list[list[Sequence[str]]] = []
    for each in judged:
        free = next((group for group in groups if all(each[2] != other[2] for other in group)), None)
        if free is None:
            groups.append(free := [])
        free.append(each)
    return groups


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


def _row(number: int, level2: str, name: str, description: str, value: str, basis: str = "年度工作计划") -> Indicator:
    return Indicator(f"case{number:03d}", _LEVEL1[level2], f"{level2}指标", name, description, value, basis)


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
