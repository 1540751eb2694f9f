"""Queries of drafting: what can be corrected, sources of a carry-over, the context of the rules, order, presence, …"""

from portal.queries.drafting import correctable, ordering, origins, other_tables, presence, recycle_bin, rule_context

__all__ = ["correctable", "ordering", "origins", "other_tables", "presence", "recycle_bin", "rule_context"]
