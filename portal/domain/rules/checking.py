"""Evaluates the rules on one document or on all documents of an office.

A rule that crashes blocks nobody: the crash is logged and reported as a warning, and the other rules run. The rules
themselves belong in the modules of their themes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from portal.domain import forms
from portal.domain.documents import (
    DepartmentDocument,
    Document,
    PerformanceText,
    ProjectDocument,
    clean_field,
    field_of,
    texts,
)
from portal.domain.forms import Form
from portal.domain.rules.catalogue import RULES
from portal.domain.rules.findings import (
    ContextCheck,
    Correction,
    Finding,
    OfficeCheck,
    Place,
    Rule,
    RuleContext,
    Severity,
    TablePlace,
    YearRules,
)

logger = logging.getLogger(__name__)

_Subject = TypeVar("_Subject")
_Result = TypeVar("_Result")
_NOWHERE = -1
_OfficeResults = dict[tuple[str, int], list[Place] | None]
"""Results of the checks on all documents of an office, by rule and document; None: the rule crashed."""


def check_table(
    document: Document,
    year_rules: YearRules,
    others: Sequence[ProjectDocument] = (),
    *,
    department: DepartmentDocument | None = None,
    context: RuleContext | None = None,
    only_blocking: bool = False,
) -> list[Finding]:
    """The findings on one document. only_blocking: only those of rules that block submitting in this year.

    `others`: the office's other project tables of that year; fewer rules apply if they hold only number, code and name.
    `department`: the office's 部门整体绩效目标, if `document` is a project table.
    """
    if isinstance(document, ProjectDocument):
        text, number = PerformanceText(department, (document, *others)), 1
    else:
        text, number = PerformanceText(document, tuple(others)), 0
    rules = [rule for rule in RULES if not only_blocking or year_rules.severity_of(rule) is Severity.ERROR]
    office_results = _check_office(text, year_rules, (number,), rules)
    _report_crashes_at(office_results, number)
    found = _check_document(document, number, office_results, year_rules, context, rules)
    return [replace(finding, table=0) for finding in found]


def check_text(text: PerformanceText, year_rules: YearRules, *, context: RuleContext | None = None) -> list[Finding]:
    """The findings on the documents of a file, document by document in the order of the rules."""
    office_results = _check_office(text, year_rules, range(len(text.tables) + 1), RULES)
    documents: list[tuple[int, Document]] = list(enumerate(text.tables, 1))
    if text.department is not None:
        documents.insert(0, (0, text.department))
    if documents:
        _report_crashes_at(office_results, documents[0][0])
    return [
        finding
        for number, document in documents
        for finding in _check_document(document, number, office_results, year_rules, context, RULES)
    ]


def check_in_context(document: Document, year_rules: YearRules, context: RuleContext) -> list[Finding]:
    """The findings of the rules that compare with last year's and other offices' tables, alone."""
    return [
        Finding(rule.id, year_rules.severity_of(rule), path, message)
        for rule in RULES
        if year_rules.applies(rule)
        for path, message in _check_in_context(rule, document, year_rules, context) or ()
        if _is_shown(forms.of(document), document, path)
    ]


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that block submitting."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _check_document(
    document: Document,
    number: int,
    office_results: _OfficeResults,
    year_rules: YearRules,
    context: RuleContext | None,
    rules: Iterable[Rule],
) -> Iterator[Finding]:
    form = forms.of(document)
    for rule in rules:
        if not year_rules.applies(rule):
            continue
        results = (
            _check_alone(rule, document, year_rules),
            office_results.get((rule.id, number), []),
            _check_in_context(rule, document, year_rules, context),
        )
        # One finding for each place: a rule's first message about it is what to correct first.
        places: dict[str, str] = {}
        for path, message in (place for result in results for place in result or ()):
            if _is_shown(form, document, path):
                places.setdefault(path, message)
        severity = year_rules.severity_of(rule)
        for path, message in places.items():
            yield Finding(
                rule.id,
                severity,
                path,
                message,
                number,
                _correction(rule, document, path, year_rules),
                severity is Severity.ERROR and (rule.finds_missing or _is_blank_at(document, path)),
            )
        if None in results:
            yield _crash_finding(rule, number)


def _is_blank_at(document: Document, path: str) -> bool:
    """Whether nothing is written at or below the place. A stroke or “待定” is written, and so no blank here."""
    below = f"{path}/"
    return not any(text.strip() for at, text in texts(document).items() if at == path or at.startswith(below))


def _correction(rule: Rule, document: Document, path: str, year_rules: YearRules) -> Correction | None:
    if rule.correct is None or not forms.of(document).has(field_of(document.kind, path)):
        return None  # a whole list or group has no single right text
    try:
        return _as_stored(rule.correct(document, path, year_rules), document)
    except Exception:
        logger.exception("no correction could be computed for rule %s", rule.id)
        return None


def _as_stored(correction: Correction | None, document: Document) -> Correction | None:
    """With the texts as a save stores them: what stands in front of a last line that goes must not end in a break."""
    if correction is None:
        return None
    cleaned = (replace(each, new=clean_field(document.kind, each.path, each.new)) for each in correction.operations)
    operations = tuple(each for each in cleaned if each.new != each.base)
    return replace(correction, operations=operations) if operations else None


def _is_shown(form: Form, document: Document, path: str) -> bool:
    """Whether the form has the place: the whole, a field, or a group or list with fields. Rules report only these."""
    if form.has(field := field_of(document.kind, path)):
        return True
    list_name = field.partition("/")[0]
    if path in ("", list_name) or (list_name in form.lists and path.count("/") == 1):
        return not path or list_name in form.lists or any(each.startswith(list_name) for each in form.fields)
    return False


def _check_alone(rule: Rule, document: Document, year_rules: YearRules) -> list[Place] | None:
    if isinstance(document, ProjectDocument):
        return _evaluate(rule, rule.project, document, year_rules)
    return _evaluate(rule, rule.department, document, year_rules)


def _check_in_context(
    rule: Rule, document: Document, year_rules: YearRules, context: RuleContext | None
) -> list[Place] | None:
    if rule.in_context is None or context is None:
        return []
    return _evaluate(rule, partial(_with_context, rule.in_context, context), document, year_rules)


def _with_context(
    check: ContextCheck, context: RuleContext, document: Document, year_rules: YearRules
) -> Iterable[Place]:
    return check(document, year_rules, context)


def _check_office(
    text: PerformanceText, year_rules: YearRules, asked: Collection[int], rules: Iterable[Rule]
) -> _OfficeResults:
    office_results: _OfficeResults = {}
    for rule in rules:
        check = partial(_asked, rule.office, asked) if rule.office else None
        found = _evaluate(rule, check, text, year_rules)
        if found is None:
            office_results[rule.id, _NOWHERE] = None
        for number, path, message in found or ():
            places = office_results.setdefault((rule.id, number), [])
            if places is not None:
                places.append((path, message))
    return office_results


def _asked(
    check: OfficeCheck, asked: Collection[int], text: PerformanceText, year_rules: YearRules
) -> Iterable[TablePlace]:
    return check(text, year_rules, asked)


def _report_crashes_at(office_results: _OfficeResults, number: int) -> None:
    """Report a rule that crashed once per check, at document `number`, not once per document."""
    for rule_id in [rule_id for rule_id, at in office_results if at == _NOWHERE]:
        office_results[rule_id, number] = office_results.pop((rule_id, _NOWHERE))


def _evaluate(
    rule: Rule,
    check: Callable[[_Subject, YearRules], Iterable[_Result]] | None,
    subject: _Subject,
    year_rules: YearRules,
) -> list[_Result] | None:
    """All results of the check; None if it crashes, because half a result might block for the wrong reason."""
    if check is None or not year_rules.applies(rule):
        return []
    try:
        return list(check(subject, year_rules))
    except Exception:
        logger.exception("rule %s could not be evaluated", rule.id)
        return None


def _crash_finding(rule: Rule, number: int) -> Finding:
    message = (
        f"规则 {rule.id}（{rule.title}）未能检查这张表，不影响送审和其他规则；请告知系统管理员核对本年度的规则设置。"
    )
    return Finding(rule.id, Severity.WARNING, "", message, number)
