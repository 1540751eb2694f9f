"""The list of all rules, in the order of findings on the page; pages and tests read it.

To add a rule, write a function in the module of its theme and an entry in `catalogue_errors` or `catalogue_warnings`.
"""

from __future__ import annotations

from portal.domain.rules.catalogue_errors import ERRORS
from portal.domain.rules.catalogue_warnings import WARNINGS
from portal.domain.rules.findings import Rule

RULES: tuple[Rule, ...] = (*ERRORS, *WARNINGS)
