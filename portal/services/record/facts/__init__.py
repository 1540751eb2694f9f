"""Facts: what an audit entry states about the rows that its act leaves behind.

`audit.record` writes them into the entry, `verification` compares them with the rows. An act states what it writes and
nothing else, so that a value changed by hand never becomes a stated one. The names of facts and kinds, and the columns'
names as they stand here, are hashed and never change; a column without a value is left out, so that a new nullable
column changes no digest.
"""

from portal.services.record.facts.objects import (
    OBJECTS,
    ObjectKind,
    of_administered,
    of_changed_columns,
    of_object,
    of_table,
)
from portal.services.record.facts.rows import (
    ROWS,
    STEP,
    STEPS_UNTIL,
    RowKind,
    next_steps,
    of_deleted,
    of_rows,
    of_step,
    step_digest,
)
from portal.services.record.facts.values import GONE, Facts

__all__ = [
    "GONE",
    "OBJECTS",
    "ROWS",
    "STEP",
    "STEPS_UNTIL",
    "Facts",
    "ObjectKind",
    "RowKind",
    "next_steps",
    "of_administered",
    "of_changed_columns",
    "of_deleted",
    "of_object",
    "of_rows",
    "of_step",
    "of_table",
    "step_digest",
]
