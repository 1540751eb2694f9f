"""Conditions on offices: which are below which (`is_within`), and whose people work for which (`working_for`)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, CompoundSelect, select, union_all

from portal.models import Office, OfficeMerger

_AFTER_CODES = "~"
"""A character behind digits and slashes."""


def is_within(office: type[Office], top: type[Office]) -> ColumnElement[bool]:
    """Condition for `office` being `top` or below it, at any depth, as a range of the index on `lineage`.

    LIKE would compare every office with every assigned one: 10 ms a request for forty offices of five hundred.
    """
    return office.lineage.between(top.lineage, top.lineage + _AFTER_CODES)


def working_for(office: ColumnElement[str]) -> CompoundSelect[str]:
    """Codes of the offices whose people work on the tables of `office`: itself, and the one that it was merged into."""
    return union_all(select(office), select(OfficeMerger.into_code).where(OfficeMerger.office_code == office))
