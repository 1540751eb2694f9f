"""The tree of offices as codes: circles, lineages, and which of some offices covers another.

The database keeps the lineage of each office; `queries.office_tree` compares lineages in SQL.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

LONGEST_LINEAGE = 200
"""Characters: at least fifteen levels."""


def circles(parents: Mapping[str, str]) -> list[list[str]]:
    """Every circle, as the codes on the way up, the first one at both ends.

    parents: code → code of the office above, "" or no entry for a top office.
    """
    found: list[list[str]] = []
    done: set[str] = set()
    for start in parents:
        way: dict[str, None] = {}
        code = start
        while code and code not in done and code not in way:
            way[code] = None
            code = parents.get(code, "")
        if code in way:
            ring = list(way)
            found.append([*ring[ring.index(code) :], code])
        done |= way.keys()
    return found


def words_of_circle(circle: Collection[str]) -> str:
    return f"上级绕成了一圈：{' → '.join(circle)}"


def lineage(code: str, parents: Mapping[str, str]) -> str:
    """The codes from the top down to `code`, as ``/610/610002/``; "" if too long. `parents` without circles."""
    found = "/"
    while code and len(found) <= LONGEST_LINEAGE:
        found = f"/{code}{found}"
        code = parents.get(code, "")
    return found if len(found) <= LONGEST_LINEAGE else ""


def covering(lineage: str, assigned: Collection[str]) -> str:
    """The nearest office of `assigned` that is the office of this lineage or above it; "" if none is."""
    return next((code for code in reversed(lineage.split("/")) if code and code in assigned), "")
