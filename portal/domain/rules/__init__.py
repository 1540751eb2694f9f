"""The rules that check a performance target document, and their evaluation. Callers import from here.

A rule is a function in the module of its theme that yields paths and messages, and an entry in the catalogue. A rule
reads documents and the `RuleContext` passed in; it knows neither people nor states.
"""

from portal.domain.rules.catalogue import RULES
from portal.domain.rules.checking import blocking, check_in_context, check_table, check_text
from portal.domain.rules.copies import copied_count
from portal.domain.rules.findings import Blocked, Correction, Finding, Rule, RuleContext, Severity, YearRules
from portal.domain.rules.sentences import Sentence, sentences
from portal.domain.rules.stored import as_applied, without_policy

__all__ = [
    "RULES",
    "Blocked",
    "Correction",
    "Finding",
    "Rule",
    "RuleContext",
    "Sentence",
    "Severity",
    "YearRules",
    "as_applied",
    "blocking",
    "check_in_context",
    "check_table",
    "check_text",
    "copied_count",
    "sentences",
    "without_policy",
]
