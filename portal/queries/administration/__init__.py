"""Offices, people and budget years."""

from portal.queries.administration import people, years

__all__ = ["people", "years"]
