"""Carry-over (沿用): a copy of a table for another year, or beside the original in the same year.

Everything is copied, row ids included, except what depends on the year: years in running text, the project code, and
levels of another framework. Fields that the portal assigns at creation (ordinal, office) do not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from portal.domain import documents
from portal.domain.chinese_numerals import to_digits
from portal.domain.documents import MAX_TEXT, Document, Indicator, ProjectDocument
from portal.domain.errors import Invalid
from portal.domain.frameworks import Framework, bare
from portal.domain.rules import YearRules
from portal.domain.rules.identity import code_fits
from portal.domain.rules.wording import stale_years, year_meant

COPY = "（副本）"
_EFFECT = ("效果", "效益")


def carry_over(document: Document, old: YearRules, new: YearRules) -> Document:
    """A copy of `document` of the year `old` for the year `new`.

    Within one year the copy is a second project: its code is cleared and its name marked as a copy.
    """
    if old.year == new.year:
        return _copied(document)
    document = _with_years(document, old.year, new.year)
    if not isinstance(document, ProjectDocument):
        return document
    if _is_out_of_pattern(document.project_code.strip(), new):
        document = replace(document, project_code="")
    if _same_levels(old.framework, new.framework):
        return document
    return replace(document, indicators=tuple(_with_levels(row, new.framework) for row in document.indicators))


def _is_out_of_pattern(code: str, year: YearRules) -> bool:
    """An invalid stored pattern rejects no code."""
    try:
        return not code_fits(code, year)
    except Invalid:
        return False


def _copied(document: Document) -> Document:
    if not isinstance(document, ProjectDocument):
        return document
    name = document.project_name
    if not name.endswith(COPY) and len(name) + len(COPY) <= MAX_TEXT:
        name += COPY
    return replace(document, project_code="", project_name=name)


def _with_years(document: Document, old: int, new: int) -> Document:
    """Replace `old` by `new` where the year is stale: in running text, not in document numbers and comparisons."""
    for path, words in documents.texts(document).items():
        changed = words
        for found in stale_years(path, words, new):
            if year_meant(found) == old:
                changed = changed[: found.start("year")] + _like(found, new) + changed[found.end("year") :]
        if changed != words:
            document = documents.with_value(document, path, changed)
    return document


def _like(found: re.Match[str], year: int) -> str:
    """The new year in the digits of the old one and of the same length, so that later matches keep their offsets."""
    typed = found["year"]
    if typed.isascii():
        return str(year)
    zero = "零" if "零" in typed else "〇"
    return to_digits(year, zero)


def _same_levels(old: Framework, new: Framework) -> bool:
    return _bare_levels(old) == _bare_levels(new)


def _bare_levels(framework: Framework) -> Mapping[str, frozenset[str]]:
    return {bare(level1): frozenset(map(bare, level2)) for level1, level2 in framework.levels.items()}


def _with_levels(row: Indicator, framework: Framework) -> Indicator:
    """Levels in the framework's spelling where the match is unambiguous; others stay as typed for the rules."""
    level1 = framework.find_level1(row.level1)
    if level1 is None or framework.find_level2(level1, row.level2) is None:
        owners = [name for name in framework.levels if framework.find_level2(name, row.level2)]
        if len(owners) == 1:
            level1 = owners[0]
        elif level1 is None and bare(row.level1) in _EFFECT:
            level1 = framework.effect_level
    if level1 is None:
        return row
    return replace(row, level1=level1, level2=framework.find_level2(level1, row.level2) or row.level2)
