"""An entry of the register as a list announces it."""

from __future__ import annotations

from dataclasses import dataclass

MAX_CODE, MAX_NAME = 64, 200


@dataclass(frozen=True, slots=True)
class EntryRow:
    """line: row of the list, from 1; 0 = typed by hand. amount_fen None: the list announces no amount."""

    office_code: str
    code: str
    name: str
    amount_fen: int | None
    is_key: bool = False
    line: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """What an entry is known by within a year."""
        return self.office_code, self.code
