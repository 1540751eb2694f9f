"""What an import would change in the register: new entries, changed ones (old → new), and those the list left out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, dataclass

from portal.domain.amounts import format_yuan
from portal.domain.register.entries import EntryRow


@dataclass(frozen=True, slots=True)
class EntryChange:
    old: EntryRow
    new: EntryRow

    @property
    def words(self) -> Sequence[tuple[str, str, str]]:
        """(what, old, new) of each difference, the amount first."""
        pairs = (
            ("金额", format_yuan(self.old.amount_fen) or "无", format_yuan(self.new.amount_fen) or "无"),
            ("名称", self.old.name, self.new.name),
            ("重点", "是" if self.old.is_key else "否", "是" if self.new.is_key else "否"),
        )
        return [pair for pair in pairs if pair[1] != pair[2]]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """gone: entries of the offices that the list names, which the list does not hold."""

    new: Sequence[EntryRow]
    changed: Sequence[EntryChange]
    gone: Sequence[EntryRow]
    unchanged_count: int

    @property
    def digest(self) -> str:
        """Of what a person sees in the preview; another digest means that the register changed since."""
        shown = [
            [_plain(row) for row in self.new],
            [[_plain(change.old), _plain(change.new)] for change in self.changed],
            [_plain(row) for row in self.gone],
        ]
        return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def compare(held: Iterable[EntryRow], wanted: Collection[EntryRow]) -> ImportPlan:
    """held: the entries of the year; only those of offices that `wanted` names can be gone."""
    offices = {row.office_code for row in wanted}
    before = {row.key: row for row in held if row.office_code in offices}
    keys = {row.key for row in wanted}
    changed = [EntryChange(before[row.key], row) for row in wanted if row.key in before]
    changed = [change for change in changed if change.words]
    new = [row for row in wanted if row.key not in before]
    gone = [row for key, row in before.items() if key not in keys]
    return ImportPlan(new, changed, gone, len(wanted) - len(new) - len(changed))


def _plain(row: EntryRow) -> list[object]:
    return list(astuple(row)[:5])
