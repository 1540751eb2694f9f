"""Queries on offices, user accounts and budget years."""

from portal.queries.administration import duties, people, portfolios, years

__all__ = ["duties", "people", "portfolios", "years"]
