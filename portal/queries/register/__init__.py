"""Queries on the register of what is owed: its entries with their standings, and what is missing in it."""

from portal.queries.register import due_dates, entries, lists, matching, offices, reviews, standings, unannounced

__all__ = ["due_dates", "entries", "lists", "matching", "offices", "reviews", "standings", "unannounced"]
