"""Queries on offices, user accounts and budget years."""

from portal.queries.administration import people, portfolios, years

__all__ = ["people", "portfolios", "years"]
