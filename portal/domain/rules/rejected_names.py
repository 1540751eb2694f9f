"""Whether the rules have something against the name of an indicator, so that nothing suggests it again."""

from __future__ import annotations

from portal.domain import frameworks
from portal.domain.documents import Indicator, ProjectDocument
from portal.domain.rules import measures, names
from portal.domain.rules.findings import YearRules

_CHECKS = (measures.name_names_object, measures.one_measure_each, names.name_is_measure)
"""W3, W15, W17."""


def is_rejected(row: Indicator, framework: str) -> bool:
    """`framework`: a name of `frameworks.available()`; a name that only repeats one of its levels is rejected too."""
    own = frameworks.get(framework)
    year = YearRules(0, own, own.code_pattern)
    document = ProjectDocument(indicators=(row,))
    return any(True for check in _CHECKS for _ in check(document, year))
