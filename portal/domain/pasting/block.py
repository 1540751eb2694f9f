"""The block: a rectangle of texts that records which cells are merged. Nothing here depends on a form."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[int, int]
"""Row and column of a cell, from 0."""


@dataclass(frozen=True, slots=True)
class Block:
    """The copied cells; no rows if they do not form a grid.

    `beside`: cells covered by a merged cell to their left; their text is "", so that columns stay aligned. `below`:
    cells covered by a merged cell above; they repeat its text.
    """

    rows: tuple[tuple[str, ...], ...] = ()
    beside: frozenset[Place] = frozenset()
    below: frozenset[Place] = frozenset()

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def text(self, row: int, column: int) -> str:
        """The text of a cell; "" beyond the end of a short row."""
        return self.rows[row][column] if column < len(self.rows[row]) else ""

    def own_text(self, row: int, column: int) -> str:
        """The text of a cell; "" for a text that a merged cell repeats."""
        return "" if (row, column) in self.below else self.text(row, column)

    def is_blank(self, row: int) -> bool:
        """Whether a row has no text of its own. A row wholly under merged cells is intentional and not blank."""
        own = [column for column in range(self.width) if (row, column) not in self.below]
        if not any((row, column) not in self.beside for column in own):
            return not any(self.rows[row])
        return not any(self.text(row, column) for column in own)
