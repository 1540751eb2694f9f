"""The list of all rules, in the order in which findings are shown; pages and tests read it.

A rule is added by writing one function in the module of its theme and one entry in `catalogue_errors` or
`catalogue_warnings`.
"""

from __future__ import annotations

from portal.domain.rules.catalogue_errors import ERRORS
from portal.domain.rules.catalogue_warnings import WARNINGS
from portal.domain.rules.findings import Rule

RULES: tuple[Rule, ...] = (*ERRORS, *WARNINGS)
