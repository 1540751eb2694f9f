"""The lists of an office: by which columns they can be sorted.

What a row says belongs in `web.lists.office_lines`; which tables stand in a list in `queries.lists`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TableSort(StrEnum):
    """FIRST: the order of the list itself, by number or as the tables are due."""

    FIRST = "first"
    NUMBER = "number"
    NAME = "name"
    AMOUNT = "amount"
    STATE = "state"
    MOVED = "moved"
    CHANGED = "changed"
    DUE = "due"
    OPINIONS = "opinions"
    ERRORS = "errors"

    @property
    def is_descending_first(self) -> bool:
        """Whether the first click on the head shows the largest, or the latest, first."""
        return self in (
            TableSort.AMOUNT,
            TableSort.MOVED,
            TableSort.CHANGED,
            TableSort.OPINIONS,
            TableSort.ERRORS,
        )


@dataclass(frozen=True, slots=True)
class TableOrder:
    sort: TableSort = TableSort.FIRST
    descending: bool = False

    @classmethod
    def read(cls, text: str) -> TableOrder:
        """From an address: the name of a column, behind "-" where the largest come first."""
        name = text.removeprefix("-")
        return cls(TableSort(name), name != text) if name in set(TableSort) else cls()

    def __str__(self) -> str:
        """As `read` reads it; "" for the list's own order."""
        return "" if self.sort is TableSort.FIRST else f"{'-' if self.descending else ''}{self.sort.value}"

    def clicked(self, sort: TableSort) -> TableOrder:
        """The order after a click on the head of a column."""
        is_again = self.sort is sort
        return TableOrder(sort, not self.descending if is_again else sort.is_descending_first)
