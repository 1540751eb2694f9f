"""Helpers that change one thing in a sound table and return the rules with findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from portal.domain.documents import Indicator, PerformanceText, ProjectDocument, with_value
from portal.domain.rules import YearRules, check_table, check_text
from tests.domain.corpus import corpus

YEAR = YearRules.for_year(2020)
SOUND = next(sound.table for sound in corpus() if sound.table.project_name == "社区工作人员报酬")
"""A table of a street office in the form of Hebei, without findings."""

Row = tuple[str, str, str, str, str, str]
Case = Row | Mapping[str, str] | PerformanceText


def row(
    level1: str, level2: str, name: str, description: str = "", value: str = "≥90%", basis: str = "工作计划"
) -> Row:
    """Return the cells of an indicator for the sound table. description "": one without findings."""
    return (f"{level1}指标", f"{level2}指标", name, description or f"{name}的统计结果", value, basis)


def with_row(cells: Row, table: ProjectDocument = SOUND) -> ProjectDocument:
    return replace(table, indicators=(*table.indicators, Indicator("rownew", *cells)))


def with_fields(fields: Mapping[str, str], table: ProjectDocument = SOUND) -> ProjectDocument:
    for path, text in fields.items():
        changed = with_value(table, path, text)
        assert isinstance(changed, ProjectDocument)
        table = changed
    return table


def rules_against(case: Case, year: YearRules = YEAR) -> set[str]:
    if isinstance(case, PerformanceText):
        return {finding.rule for finding in check_text(case, year)}
    document = with_row(case) if isinstance(case, tuple) else with_fields(case)
    return {finding.rule for finding in check_table(document, year)}
