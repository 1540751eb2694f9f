"""全区情况: the numbers of the offices that an actor may see, and what stands beside them."""

from portal.queries.overview import contacts, figures, kept, offices

__all__ = ["contacts", "figures", "kept", "offices"]
