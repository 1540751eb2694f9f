"""A whole district for the demo: offices, people, a register, and tables in every standing, by the ordinary services.

`offices` says who there is, `flaws` what makes a text poor, `plans` which table ends how, `lives` how it gets there,
`telling` carries everything out in order of time. Equal arguments give equal texts and fates; the dates are the last
weeks before today.
"""

from portal.demo.district.offices import MOST_OFFICES
from portal.demo.district.plans import MOST_TABLES_PER_OFFICE
from portal.demo.district.telling import tell

__all__ = ["MOST_OFFICES", "MOST_TABLES_PER_OFFICE", "tell"]
