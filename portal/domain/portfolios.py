"""分管: which reviewers review which offices, as one form shows and changes it, and which offices nobody reviews.

An assignment to an office covers the offices below it; the rights that follow are in `permissions`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.domain.offices import covering


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One office of the form: the reviewers (account ids) that it showed as assigned, and those that were ticked."""

    office: str
    base: frozenset[int]
    wanted: frozenset[int]

    @property
    def added(self) -> frozenset[int]:
        return self.wanted - self.base

    @property
    def removed(self) -> frozenset[int]:
        return self.base - self.wanted

    @property
    def is_changed(self) -> bool:
        return self.base != self.wanted


def changed_meanwhile(
    rows: Iterable[PortfolioRow], held: Mapping[str, Collection[int]], shown: Collection[int]
) -> list[str]:
    """Offices that the form changes and somebody else has changed since, among the reviewers that it showed.

    held: office → account ids as they are now.
    """
    return [
        row.office
        for row in rows
        if row.is_changed and frozenset(held.get(row.office, ())) & set(shown) not in (row.base, row.wanted)
    ]


def by_person(rows: Iterable[PortfolioRow]) -> dict[int, tuple[set[str], set[str]]]:
    """Account id → (offices that it gains, offices that it gives up)."""
    found: dict[int, tuple[set[str], set[str]]] = {}
    for row in rows:
        for person in row.added:
            found.setdefault(person, (set(), set()))[0].add(row.office)
        for person in row.removed:
            found.setdefault(person, (set(), set()))[1].add(row.office)
    return found


def without_reviewer(offices: Sequence[tuple[str, str]], assigned: Collection[str]) -> list[str]:
    """Of (code, lineage): codes of those to which, and above which, nobody is assigned."""
    return [code for code, lineage in offices if not covering(lineage, assigned)]
