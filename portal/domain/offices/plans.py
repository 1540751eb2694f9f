"""What an import would change in the offices: new ones, and changed ones (old → new). No office is removed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.offices.rows import OfficeRow


@dataclass(frozen=True, slots=True)
class OfficeChange:
    """new: with the old values of what the list does not say."""

    old: OfficeRow
    new: OfficeRow

    @property
    def words(self) -> Sequence[tuple[str, str, str]]:
        """(what, old, new) of each difference."""
        pairs = (
            ("名称", self.old.name, self.new.name),
            ("上级单位", self.old.parent or "无", self.new.parent or "无"),
            ("电话", self.old.phone or "无", self.new.phone or "无"),
        )
        return [pair for pair in pairs if pair[1] != pair[2]]


@dataclass(frozen=True, slots=True)
class OfficePlan:
    new: Sequence[OfficeRow]
    changed: Sequence[OfficeChange]
    unchanged_count: int

    @property
    def renamed(self) -> Sequence[OfficeChange]:
        return [change for change in self.changed if change.old.name != change.new.name]

    @property
    def digest(self) -> str:
        """Of what a person sees in the preview; another digest means that the offices changed since."""
        shown = [[row[:4] for row in self.new], [[change.old[:4], change.new[:4]] for change in self.changed]]
        return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def compare(held: Mapping[str, OfficeRow], wanted: Sequence[OfficeRow]) -> OfficePlan:
    new = [_filled(row, OfficeRow(row.code, row.name)) for row in wanted if row.code not in held]
    known = [OfficeChange(held[row.code], _filled(row, held[row.code])) for row in wanted if row.code in held]
    changed = [change for change in known if change.words]
    return OfficePlan(new, changed, len(known) - len(changed))


def _filled(row: OfficeRow, known: OfficeRow) -> OfficeRow:
    """The row with known values where the list says nothing."""
    return row._replace(
        parent=(known.parent or "") if row.parent is None else row.parent,
        phone=(known.phone or "") if row.phone is None else row.phone,
    )
