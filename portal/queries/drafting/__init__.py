"""Queries of drafting: sources of a carry-over, the context that the rules need, order, presence, the recycle bin."""

from portal.queries.drafting import ordering, origins, other_tables, presence, recycle_bin, rule_context

__all__ = ["ordering", "origins", "other_tables", "presence", "recycle_bin", "rule_context"]
