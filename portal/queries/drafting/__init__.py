"""What drafting reads: where a table comes from, and what stands beside it."""

from portal.queries.drafting import origins, other_tables, rule_context

__all__ = ["origins", "other_tables", "rule_context"]
