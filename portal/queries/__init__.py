"""Every SELECT a page needs, fully loaded; what an actor may not see is not selected.

Nouns only: nothing here writes, decides or knows of the web. A relation not asked for raises.
"""

from portal.queries import administration, drafting, enclosures, library, lists, record, review, session, tables

__all__ = [
    "administration",
    "drafting",
    "enclosures",
    "library",
    "lists",
    "record",
    "review",
    "session",
    "tables",
]
