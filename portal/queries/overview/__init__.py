"""全区情况: the numbers of the offices that an actor may see, and what stands beside them."""

from portal.queries.overview import cache, contacts, entries, figures, offices

__all__ = ["cache", "contacts", "entries", "figures", "offices"]
