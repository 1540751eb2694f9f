"""The rules a performance target document is checked against, and how they are applied.

Callers import from here. A rule is a function in the module of its theme that yields a path and a message,
and an entry in the catalogue; it looks at documents alone, and at what the caller hands in as `RuleContext`, and knows
neither people nor states.
"""

from portal.domain.rules.catalogue import RULES
from portal.domain.rules.checking import blocking, check_table, check_text
from portal.domain.rules.findings import Blocked, Finding, Rule, RuleContext, Severity, YearRules
from portal.domain.rules.sentences import Sentence, sentences

__all__ = [
    "RULES",
    "Blocked",
    "Finding",
    "Rule",
    "RuleContext",
    "Sentence",
    "Severity",
    "YearRules",
    "blocking",
    "check_table",
    "check_text",
    "sentences",
]
