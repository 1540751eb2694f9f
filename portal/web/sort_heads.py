"""Heads of columns by which a list is sorted. Which columns there are, and their addresses, belong to the list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SortHead:
    """url: of the list after a click. direction: "ascending", "descending" or "" (the `aria-sort` of the column)."""

    label: str
    url: str
    direction: str
    css: str

    @classmethod
    def of(cls, label: str, url: str, css: str, *, is_sorted: bool, descending: bool) -> SortHead:
        """is_sorted: whether the list is sorted by this column now."""
        return cls(label, url, ("descending" if descending else "ascending") if is_sorted else "", css)
