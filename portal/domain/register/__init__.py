"""The register of what is owed (应报清单): where each project stands, and reading, checking and comparing of lists.

An entry says that an office owes a table for a project. Rights are in `permissions`; rows of the database and their
changes belong to `models.register`, `queries.register` and `services.register`; files to `formats.register_list`.
"""

from portal.domain.register.entries import EntryRow, RowError
from portal.domain.register.plans import EntryChange, ImportPlan, compare
from portal.domain.register.reading import MAX_ROWS, RegisterReading, read
from portal.domain.register.sheets import SheetRow, SheetRows
from portal.domain.register.standing import CASES, Standing, StandingFacts, standing

__all__ = [
    "CASES",
    "MAX_ROWS",
    "EntryChange",
    "EntryRow",
    "ImportPlan",
    "RegisterReading",
    "RowError",
    "SheetRow",
    "SheetRows",
    "Standing",
    "StandingFacts",
    "compare",
    "read",
    "standing",
]
