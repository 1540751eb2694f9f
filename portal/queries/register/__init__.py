"""Queries on the register of what is owed: its entries with their standings, and what is missing in it."""

from portal.queries.register import entries, lists, matching, offices, standings, unannounced

__all__ = ["entries", "lists", "matching", "offices", "standings", "unannounced"]
