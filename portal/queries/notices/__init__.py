"""Queries on notices: who is in which circle, what a person is told, whom to remind of what, mail."""

from portal.queries.notices import circles, inbox, missing, today

__all__ = ["circles", "inbox", "missing", "today"]
