"""Queries on offices, user accounts and budget years."""

from portal.queries.administration import duties, offices, people, portfolios, years

__all__ = ["duties", "offices", "people", "portfolios", "years"]
