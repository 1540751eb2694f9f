"""Queries on offices, user accounts and budget years."""

from portal.queries.administration import people, years

__all__ = ["people", "years"]
