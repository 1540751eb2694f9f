"""Every SELECT a page needs, fully loaded; what an actor may not see is not selected.

Nouns only: nothing here writes, decides or knows of the web. A relation not asked for raises.
"""

from portal.queries import (
    actors,
    audit,
    beside,
    enclosures,
    library,
    lists,
    neighbours,
    origins,
    people,
    review,
    tables,
    years,
)

__all__ = [
    "actors",
    "audit",
    "beside",
    "enclosures",
    "library",
    "lists",
    "neighbours",
    "origins",
    "people",
    "review",
    "tables",
    "years",
]
