"""Findings as they are stored with a frozen text, and as a budget year applies them when they are read.

What is stored is what all rules find, whatever the year's policy: the policy may change later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from portal.domain.rules.catalogue import RULES
from portal.domain.rules.findings import Finding, Severity, YearRules

_RULES = {rule.id: rule for rule in RULES}


def without_policy(year_rules: YearRules) -> YearRules:
    """The year's rules, every one as strict as it is."""
    return replace(year_rules, only_warn=frozenset(), off=frozenset())


def dump(findings: Iterable[Finding]) -> str:
    """As JSON: [rule, severity, path, message] of each, in their order. Corrections are for drafts and left out."""
    rows = [[each.rule, each.severity.value, each.path, each.message] for each in findings]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> list[Finding]:
    return [Finding(rule, Severity(severity), path, message) for rule, severity, path, message in json.loads(text)]


def with_context(found: Iterable[Finding], in_context: Iterable[Finding]) -> list[Finding]:
    """Stored findings with those of `check_in_context` in the place of their own, in the order of the rules."""
    kept = [each for each in found if (rule := _RULES.get(each.rule)) is None or rule.in_context is None]
    order = {id: n for n, id in enumerate(_RULES)}
    return sorted([*kept, *in_context], key=lambda each: order.get(each.rule, len(order)))


def as_applied(findings: Iterable[Finding], year_rules: YearRules) -> list[Finding]:
    """Findings of `without_policy` rules as the year applies them. Findings of a rule that is gone stay as they are."""
    found = []
    for finding in findings:
        rule = _RULES.get(finding.rule)
        if rule is None:
            found.append(finding)
        elif year_rules.applies(rule):
            is_error = finding.severity is Severity.ERROR and year_rules.severity_of(rule) is Severity.ERROR
            found.append(replace(finding, severity=Severity.ERROR if is_error else Severity.WARNING))
    return found
