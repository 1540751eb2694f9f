"""Evaluating the rules on a document or on the whole text of an office.

A rule that fails itself never blocks anybody: it is logged and reported as a warning, and the others go on.
No rule stands here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from portal.domain import forms
from portal.domain.documents import DepartmentDocument, Document, PerformanceText, ProjectDocument, field_of
from portal.domain.forms import Form
from portal.domain.rules.catalogue import RULES
from portal.domain.rules.findings import ContextCheck, Finding, Place, Rule, RuleContext, Severity, YearRules

logger = logging.getLogger(__name__)

_Subject = TypeVar("_Subject")
_Found = TypeVar("_Found")
_NOWHERE = -1
_Across = dict[tuple[str, int], list[Place] | None]
"""Places by rule and document that only a look at all documents shows; None: the rule failed."""


def check_table(
    document: Document,
    year_rules: YearRules,
    others: Sequence[ProjectDocument] = (),
    *,
    department: DepartmentDocument | None = None,
    context: RuleContext | None = None,
) -> list[Finding]:
    """What the rules have against one document.

    `others`: the office's other project tables of that year, in full or (then fewer rules apply) with number, code and
    name only; `department`: its 部门整体绩效目标, when `document` is a project table.
    """
    if isinstance(document, ProjectDocument):
        text, number = PerformanceText(department, (document, *others)), 1
    else:
        text, number = PerformanceText(document, tuple(others)), 0
    across = _look_across(text, year_rules)
    _say_at(across, number)
    found = _check_document(document, number, across, year_rules, context)
    return [replace(finding, table=0) for finding in found]


def check_text(text: PerformanceText, year_rules: YearRules, *, context: RuleContext | None = None) -> list[Finding]:
    """What the rules have against the documents of a file, document by document in the order of the rules."""
    across = _look_across(text, year_rules)
    documents: list[tuple[int, Document]] = list(enumerate(text.tables, 1))
    if text.department is not None:
        documents.insert(0, (0, text.department))
    if documents:
        _say_at(across, documents[0][0])
    return [
        finding
        for number, document in documents
        for finding in _check_document(document, number, across, year_rules, context)
    ]


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stand in the way of submitting."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _check_document(
    document: Document, number: int, across: _Across, year_rules: YearRules, context: RuleContext | None
) -> Iterator[Finding]:
    form = forms.of(document)
    for rule in RULES:
        if not year_rules.applies(rule):
            continue
        looks = (
            _look_alone(rule, document, year_rules),
            across.get((rule.id, number), []),
            _look_in_context(rule, document, year_rules, context),
        )
        # One finding for each place: what a rule says first about it is what has to be mended first.
        places: dict[str, str] = {}
        for path, message in (place for look in looks for place in look or ()):
            if _is_shown(form, document, path):
                places.setdefault(path, message)
        severity = year_rules.severity_of(rule)
        yield from (Finding(rule.id, severity, path, message, number) for path, message in places.items())
        if None in looks:
            yield _broken(rule, number)


def _is_shown(form: Form, document: Document, path: str) -> bool:
    """Rules speak only of what the document's form has: the whole, a field, or a group or list with fields in it."""
    field = field_of(document.kind, path)
    list_name = field.partition("/")[0]
    if path in ("", list_name) or (list_name in form.lists and path.count("/") == 1):
        return not path or list_name in form.lists or any(each.startswith(list_name) for each in form.fields)
    return form.has(field)


def _look_alone(rule: Rule, document: Document, year_rules: YearRules) -> list[Place] | None:
    if isinstance(document, ProjectDocument):
        return _evaluate(rule, rule.project, document, year_rules)
    return _evaluate(rule, rule.department, document, year_rules)


def _look_in_context(
    rule: Rule, document: Document, year_rules: YearRules, context: RuleContext | None
) -> list[Place] | None:
    if rule.in_context is None or context is None:
        return []
    return _evaluate(rule, partial(_in_context, rule.in_context, context), document, year_rules)


def _in_context(
    check: ContextCheck, context: RuleContext, document: Document, year_rules: YearRules
) -> Iterable[Place]:
    return check(document, year_rules, context)


def _look_across(text: PerformanceText, year_rules: YearRules) -> _Across:
    across: _Across = {}
    for rule in RULES:
        found = _evaluate(rule, rule.office, text, year_rules)
        if found is None:
            across[rule.id, _NOWHERE] = None
        for number, path, message in found or ():
            places = across.setdefault((rule.id, number), [])
            if places is not None:
                places.append((path, message))
    return across


def _say_at(across: _Across, number: int) -> None:
    """A rule that failed is said once, at this document, not at each of sixty."""
    for rule_id in [rule_id for rule_id, at in across if at == _NOWHERE]:
        across[rule_id, number] = across.pop((rule_id, _NOWHERE))


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
