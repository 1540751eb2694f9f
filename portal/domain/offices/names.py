"""Short names of offices."""

from __future__ import annotations

_DISTRICT_ENDS = "省市县区旗州"


def shared_beginning(first: str, last: str) -> str:
    """What the names of all offices of a district begin with, up to the name of an administrative division.

    first, last: the first and the last of the names in the order of their characters. "" where they share none, and
    never a whole name.
    """
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    shared = first[:length]
    end = max((shared.rfind(character) for character in _DISTRICT_ENDS), default=-1) + 1
    return shared[:end] if end < min(len(first), len(last)) else ""
