"""Queries on notices: who is in which circle, what a person is told, whom to remind of what, mail."""

from portal.queries.notices import circles, due, inbox, mail, missing, today

__all__ = ["circles", "due", "inbox", "mail", "missing", "today"]
