"""The register of what is owed (应报清单): where each project stands, and reading, checking and comparing of lists.

An entry says that an office owes a table for a project. Rights are in `permissions`; rows of the database and their
changes belong to `models.register`, `queries.register` and `services.register`; reading any list to `domain.rosters`.
"""

from portal.domain.register.entries import EntryRow
from portal.domain.register.plans import EntryChange, ImportPlan, compare
from portal.domain.register.reading import RegisterReading, read
from portal.domain.register.selections import (
    AT_BUREAU,
    IN_FORCE,
    NOT_SUBMITTED,
    OVERDUE,
    OWED,
    SELECTIONS,
    SUBMITTED,
    TO_CHANGE,
    WITH_OFFICE,
    Selection,
    selects,
)
from portal.domain.register.standing import (
    CASES,
    Standing,
    StandingFacts,
    hears_of_recommendations,
    seen_by,
    standing,
)

__all__ = [
    "AT_BUREAU",
    "CASES",
    "IN_FORCE",
    "NOT_SUBMITTED",
    "OVERDUE",
    "OWED",
    "SELECTIONS",
    "SUBMITTED",
    "TO_CHANGE",
    "WITH_OFFICE",
    "EntryChange",
    "EntryRow",
    "ImportPlan",
    "RegisterReading",
    "Selection",
    "Standing",
    "StandingFacts",
    "compare",
    "hears_of_recommendations",
    "read",
    "seen_by",
    "selects",
    "standing",
]
