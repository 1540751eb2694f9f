"""全区情况: the numbers of offices, their order, their course against the deadline, and the page in sentences.

What the register's entries are and where they stand belongs in `domain.register`; counting them in `queries.overview`.
"""

from portal.domain.overview.course import DayPoint, course
from portal.domain.overview.figures import Figures, Held, total
from portal.domain.overview.moves import NEXT_MOVE
from portal.domain.overview.orders import OfficeFigures, OfficeSort, ordered
from portal.domain.overview.report import Report, sentences

__all__ = [
    "NEXT_MOVE",
    "DayPoint",
    "Figures",
    "Held",
    "OfficeFigures",
    "OfficeSort",
    "Report",
    "course",
    "ordered",
    "sentences",
    "total",
]
