"""Budget units (预算单位): rows of lists, names, the tree, reading and comparing lists. Rights are in `permissions`."""

from portal.domain.offices.names import shared_beginning
from portal.domain.offices.plans import OfficeChange, OfficePlan, compare
from portal.domain.offices.reading import MAX_OFFICES, read
from portal.domain.offices.rows import OfficeRow
from portal.domain.offices.tree import LONGEST_LINEAGE, circles, covering, lineage, words_of_circle

__all__ = [
    "LONGEST_LINEAGE",
    "MAX_OFFICES",
    "OfficeChange",
    "OfficePlan",
    "OfficeRow",
    "circles",
    "compare",
    "covering",
    "lineage",
    "read",
    "shared_beginning",
    "words_of_circle",
]
