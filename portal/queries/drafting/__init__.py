"""Queries of drafting: sources of a carry-over, the context that the rules need, presence, the recycle bin."""

from portal.queries.drafting import origins, other_tables, presence, recycle_bin, rule_context

__all__ = ["origins", "other_tables", "presence", "recycle_bin", "rule_context"]
