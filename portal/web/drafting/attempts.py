"""Whether a person has tried to submit a table. Until then the edit page shows what is missing in grey, not as errors.

Kept in the person's session, because it is how that person's pages look, no fact about the table. Whether a table can
be submitted does not depend on it.
"""

from __future__ import annotations

from flask import session

_KEY = "tried"
_MOST = 50


def remember(table_id: int) -> None:
    """The person tried to submit the table, or asked for the check that submitting makes."""
    tried = [each for each in session.get(_KEY, []) if each != table_id]
    session[_KEY] = [*tried, table_id][-_MOST:]


def was_made(table_id: int, submission_count: int) -> bool:
    """Whether this person tried to submit the table, or anybody has submitted it."""
    return submission_count > 0 or table_id in session.get(_KEY, ())
