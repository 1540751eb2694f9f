"""Working days of the People's Republic: the calendar of a year, counting in working days, and reading the notice.

`<year>.toml` holds the State Council's arrangement of each year. A year that has not been announced is provisional: it
has the statutory days only. Who confirms a notice, and where it is stored, belongs in the services.
"""

from portal.domain.calendar.changes import DayChange, changes
from portal.domain.calendar.notice import read_notice
from portal.domain.calendar.working_days import Calendar
from portal.domain.calendar.year import CalendarYear, Day, shipped, shipped_years

__all__ = [
    "CALENDAR",
    "Calendar",
    "CalendarYear",
    "Day",
    "DayChange",
    "changes",
    "read_notice",
    "shipped",
    "shipped_years",
]

CALENDAR = Calendar(shipped(year) for year in shipped_years())
"""The shipped years only. The portal counts in `queries.calendar.current`, which knows later notices too."""
