"""The SELECTs of the pages and services. They load all that is needed, and never rows that the actor may not see.

Function names are nouns. Nothing here writes, decides or imports flask. Relationships raise unless loaded.
"""

from portal.queries import (
    adjustments,
    administration,
    awaiting,
    calendar,
    conclusions,
    drafting,
    enclosures,
    extensions,
    jobs,
    library,
    lists,
    news,
    queue,
    record,
    record_words,
    register,
    review,
    revisions,
    session,
    stand_ins,
    tables,
    verdicts,
)

__all__ = [
    "adjustments",
    "administration",
    "awaiting",
    "calendar",
    "conclusions",
    "drafting",
    "enclosures",
    "extensions",
    "jobs",
    "library",
    "lists",
    "news",
    "queue",
    "record",
    "record_words",
    "register",
    "review",
    "revisions",
    "session",
    "stand_ins",
    "tables",
    "verdicts",
]
