"""The shapes of portal that are measured: how many tables, in which years, of how many offices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

YEAR = 2026
"""The open year, which the pages show."""
_SHARES = {YEAR - 2: 0.05, YEAR - 1: 0.10, YEAR: 0.85}
_TABLES_OF_OFFICE = 80
_FEWEST_OFFICES = 40


@dataclass(frozen=True, slots=True)
class Shape:
    """tables: by year, the earliest first. reviewed: offices of each reviewer."""

    name: str
    tables: Mapping[int, int]
    offices: int
    reviewed: int

    @property
    def size(self) -> int:
        return sum(self.tables.values())


def of_size(size: int) -> Shape:
    """So many tables, most of them of the open year."""
    earlier = {year: round(size * share) for year, share in _SHARES.items() if year != YEAR}
    tables = earlier | {YEAR: size - sum(earlier.values())}
    return Shape(f"{size:,}", tables, max(_FEWEST_OFFICES, round(size / _TABLES_OF_OFFICE)), 40)


DISTRICT = Shape("district", dict.fromkeys(range(YEAR - 19, YEAR + 1), 5_000), 500, 150)
"""Twenty years; 1,500 tables of the open year with each reviewer."""
PROVINCE = Shape("province", {YEAR - 1: 1_000, YEAR: 100_000}, 1_250, 125)
"""One year; 10,000 tables with each reviewer."""
NAMED = {shape.name: shape for shape in (DISTRICT, PROVINCE)}


def read(word: str) -> Shape:
    """The shape that a word of the command line names: "district", "province", or a number of tables."""
    return NAMED.get(word) or of_size(int(word.replace("_", "")))
