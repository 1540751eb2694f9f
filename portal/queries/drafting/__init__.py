"""Queries of drafting: sources of a carry-over, and the context that the rules need."""

from portal.queries.drafting import origins, other_tables, rule_context

__all__ = ["origins", "other_tables", "rule_context"]
