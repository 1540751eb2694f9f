"""Reading of lists (清单) that people keep in spreadsheets: heads, rows, errors by row. Shared by all imports of lists.

What a row of one kind of list means belongs to that kind: `domain.register`, `domain.offices`. Files and pasted cells
become rows in `formats.rosters`.
"""

from portal.domain.rosters.heads import Columns, Head
from portal.domain.rosters.office_index import OfficeIndex
from portal.domain.rosters.reader import MAX_ERRORS, MAX_ROWS, Reading, RosterReader, RowError, find_sheet, refused
from portal.domain.rosters.sheets import SheetRow, SheetRows

__all__ = [
    "MAX_ERRORS",
    "MAX_ROWS",
    "Columns",
    "Head",
    "OfficeIndex",
    "Reading",
    "RosterReader",
    "RowError",
    "SheetRow",
    "SheetRows",
    "find_sheet",
    "refused",
]
