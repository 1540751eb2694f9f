"""Which column of a list holds what, by the captions of its head, which may have two rows and stand below titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.domain.documents import clean_line
from portal.domain.rosters.sheets import SheetRow

_IN_BRACKETS = re.compile(r"[（(\[【].*?[）)\]】]")
_DECORATION = re.compile(r"[\s:：*＊、]")
_MOST_BEFORE_HEAD = 30
"""Rows of titles and notes that may stand above the head."""


@dataclass(frozen=True, slots=True)
class Columns:
    """places: role → column. above: the rows up to the head and with it; none where the list has no head."""

    places: Mapping[str, int]
    above: Sequence[SheetRow] = ()

    @property
    def first(self) -> int:
        """Index of the first row below the head."""
        return len(self.above)


@dataclass(frozen=True, slots=True)
class Head:
    """The columns that a kind of list has.

    captions: role → captions by which its column is known; the first one is its label. anchors: roles that a row names
    if it is a head. keys: roles of which a row with a single text fills one if it is more than a heading.
    """

    captions: Mapping[str, Sequence[str]]
    anchors: Sequence[str]
    keys: Sequence[str]
    _roles: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        roles = {caption: role for role, captions in self.captions.items() for caption in captions}
        object.__setattr__(self, "_roles", roles)

    def label(self, role: str) -> str:
        return self.captions[role][0]

    def missing(self, columns: Columns, roles: Iterable[str]) -> list[str]:
        """Labels of those roles that no column has."""
        return [self.label(role) for role in roles if role not in columns.places]

    def find(self, rows: Sequence[SheetRow]) -> Columns | None:
        """The columns by the first head; None where no row names all anchors."""
        for n, row in enumerate(rows[:_MOST_BEFORE_HEAD]):
            pair = self._in_two_rows(row, rows[n + 1]) if n + 1 < len(rows) else {}
            single = self._places(row.merged)
            best, used = (pair, 2) if len(pair) > len(single) else (single, 1)
            if all(role in best for role in self.anchors):
                return Columns(best, rows[: n + used])
        return None

    def is_repeated_in(self, row: SheetRow, columns: Columns) -> bool:
        """Whether a row repeats the head, as the pages of a printed list do."""
        places = [(role, columns.places[role]) for role in self.anchors]
        return all(at < len(row.merged) and self._roles.get(_bare(row.merged[at])) == role for role, at in places)

    def _places(self, texts: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for column, text in enumerate(texts):
            if role := self._roles.get(_bare(text)):
                found.setdefault(role, column)
        return found

    def _in_two_rows(self, above: SheetRow, below: SheetRow) -> dict[str, int]:
        """项目 over 编码 and 名称: the joined caption counts, then the lower, then an upper that reaches down."""
        found: dict[str, int] = {}
        width = max(len(above.merged), len(below.merged))
        for column in range(width):
            upper, lower = (_bare(row.merged[column]) if column < len(row.merged) else "" for row in (above, below))
            tries = (lower,) if upper == lower else (upper + lower, lower, "" if lower else upper)
            if role := next((self._roles[text] for text in tries if text in self._roles), None):
                found.setdefault(role, column)
        return found


def _bare(text: str) -> str:
    return _DECORATION.sub("", _IN_BRACKETS.sub("", clean_line(text)))
