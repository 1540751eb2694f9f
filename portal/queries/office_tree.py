"""Which offices are below which. Everything that covers an office covers those below it, at any depth: `is_within`."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from portal.models import Office

_AFTER_CODES = "~"
"""A character behind digits and slashes."""


def is_within(office: type[Office], top: type[Office]) -> ColumnElement[bool]:
    """Condition for `office` being `top` or below it, as a range of the index on `lineage`.

    LIKE would compare every office with every assigned one: 10 ms a request for forty offices of five hundred.
    """
    return office.lineage.between(top.lineage, top.lineage + _AFTER_CODES)
