"""Lists of people (人员名单): reading, proposed user names, and what an import would change.

Rights are in `permissions`; rows of the database belong to `models.people` and `services.administration`.
"""

from portal.domain.people.plans import HeldPerson, PeoplePlan, PersonChange, compare
from portal.domain.people.reading import PeopleReading, PersonRow, read

__all__ = ["HeldPerson", "PeoplePlan", "PeopleReading", "PersonChange", "PersonRow", "compare", "read"]
