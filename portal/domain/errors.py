"""Errors by which a use case refuses a request. Each carries one Chinese sentence for the user.

The web layer maps them to HTTP statuses (`web/errors.py`), the command line to one line and exit 1. The errors depend
on neither.
"""

from __future__ import annotations


class Refused(Exception):
    """The request was not carried out; `message` says why, in one Chinese sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotVisible(Refused):
    """The object does not exist, or this person may not see it; both must look alike (404)."""

    def __init__(self, message: str = "没有这张表，或者你无权查看。") -> None:
        super().__init__(message)


class Forbidden(Refused):
    """The object is visible, but this person may not carry out this act (403)."""


class Stale(Refused):
    """The page that sent the request shows an older state than the database holds (409)."""


class Invalid(Refused):
    """The input cannot be accepted (422). `path`: the field at fault, if there is one."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class Lost(Refused):
    """Data that the portal must keep is missing or damaged (500)."""
