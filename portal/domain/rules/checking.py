"""Evaluating the rules on a document or on the whole text of an office.

A rule that fails itself never blocks anybody: it is logged and reported as a warning, and the others go on.
No rule stands here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from portal.domain.documents import Document, PerformanceText, ProjectDocument
from portal.domain.rules.catalogue import RULES
from portal.domain.rules.findings import Finding, Place, Rule, Severity, YearRules

logger = logging.getLogger(__name__)

_Subject = TypeVar("_Subject")
_Found = TypeVar("_Found")
_Across = dict[tuple[str, int], list[Place] | None]
"""Places by rule and document that only a look at all documents shows; None: the rule failed."""


def check_table(document: Document, year_rules: YearRules, others: Sequence[ProjectDocument] = ()) -> list[Finding]:
    """What the rules have against one document. `others`: the office's other project tables of that year."""
    if isinstance(document, ProjectDocument):
        text, number = PerformanceText(tables=(document, *others)), 1
    else:
        text, number = PerformanceText(department=document, tables=tuple(others)), 0
    found = _check_document(document, number, _look_across(text, year_rules), year_rules)
    return [replace(finding, table=0) for finding in found]


def check_text(text: PerformanceText, year_rules: YearRules) -> list[Finding]:
    """What the rules have against the documents of a file, document by document in the order of the rules."""
    across = _look_across(text, year_rules)
    documents: list[tuple[int, Document]] = list(enumerate(text.tables, 1))
    if text.department is not None:
        documents.insert(0, (0, text.department))
    return [
        finding for number, document in documents for finding in _check_document(document, number, across, year_rules)
    ]


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stand in the way of submitting."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _check_document(document: Document, number: int, across: _Across, year_rules: YearRules) -> Iterator[Finding]:
    for rule in RULES:
        if not year_rules.applies(rule):
            continue
        own = _look_alone(rule, document, year_rules)
        shared = across.get((rule.id, number), [])
        # One finding for each place: what a rule says first about it is what has to be mended first.
        places: dict[str, str] = {}
        for path, message in [*(own or ()), *(shared or ())]:
            places.setdefault(path, message)
        severity = year_rules.severity_of(rule)
        yield from (Finding(rule.id, severity, path, message, number) for path, message in places.items())
        if own is None or shared is None:
            yield _broken(rule, number)


def _look_alone(rule: Rule, document: Document, year_rules: YearRules) -> list[Place] | None:
    if isinstance(document, ProjectDocument):
        return _evaluate(rule, rule.project, document, year_rules)
    return _evaluate(rule, rule.department, document, year_rules)


def _look_across(text: PerformanceText, year_rules: YearRules) -> _Across:
    across: _Across = {}
    for rule in RULES:
        found = _evaluate(rule, rule.office, text, year_rules)
        if found is None:
            # Said once, at the first document, not at each of sixty.
            across[rule.id, 0 if text.department is not None else 1] = None
        for number, path, message in found or ():
            places = across.setdefault((rule.id, number), [])
            if places is not None:
                places.append((path, message))
    return across


def _evaluate(
    rule: Rule,
    check: Callable[[_Subject, YearRules], Iterable[_Found]] | None,
    subject: _Subject,
    year_rules: YearRules,
) -> list[_Found] | None:
    """All that the check yields; None where it fails: half a result might block for the wrong reason."""
    if check is None or not year_rules.applies(rule):
        return []
    try:
        return list(check(subject, year_rules))
    except Exception:
        logger.exception("rule %s could not be evaluated", rule.id)
        return None


def _broken(rule: Rule, number: int) -> Finding:
    message = (
        f"规则 {rule.id}（{rule.title}）未能检查这张表，不影响送审和其他规则；请告知系统管理员核对本年度的规则设置。"
    )
    return Finding(rule.id, Severity.WARNING, "", message, number)
