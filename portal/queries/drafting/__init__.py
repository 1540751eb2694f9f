"""What drafting reads: where a table comes from, and what stands beside it."""

from portal.queries.drafting import neighbours, origins, other_tables

__all__ = ["neighbours", "origins", "other_tables"]
