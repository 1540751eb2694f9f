"""The ways in which a use case says no. Each carries one Chinese sentence for the person who asked.

The web layer maps them to statuses (`web/errors.py`), the command line to one line and exit 1.
No error here knows of either.
"""

from __future__ import annotations


class Refused(Exception):
    """Something was not done; `message` says why, in one sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotVisible(Refused):
    """There is no such thing, or not for this person; the two must look alike (404)."""

    def __init__(self, message: str = "没有这张表，或者你无权查看。") -> None:
        super().__init__(message)


class Forbidden(Refused):
    """Visible, but this act is not this person's (403)."""


class Stale(Refused):
    """The screen that asked shows something older than the database holds (409)."""


class Invalid(Refused):
    """What was typed or demanded cannot be carried out as it is (422).

    `path` is the field at fault where there is one.
    """

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class Lost(Refused):
    """Something that the portal itself should have kept is gone or damaged (500)."""
