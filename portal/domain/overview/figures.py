"""The numbers of one office in a year, and their sums over offices. An entry of the register counts as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from portal.domain.register import AT_BUREAU, Selection, Standing


@dataclass(frozen=True, slots=True)
class Held:
    """Entries that wait at one place. since: when the oldest came there; None without any."""

    count: int = 0
    since: datetime | None = None

    def __add__(self, other: Held) -> Held:
        return Held(self.count + other.count, _earlier(self.since, other.since))


@dataclass(slots=True)
class Figures:
    """at: by standing. in_force, in_force_fen: with a revision in force, whatever the standing; adjusted_fen: those in
    adjustment among them. claimed: under review, by id of the reviewer, 0 = nobody.

    submitted_on: first submissions by local day, of what stands submitted; approved_on: approvals of the revisions in
    force. rules: tables by rule found in their latest submission; kinds: by kind of an opinion that was raised.
    unannounced: submitted tables outside the register, which no other number counts.
    """

    at: dict[Standing, Held] = field(default_factory=dict)
    in_force: int = 0
    in_force_fen: int = 0
    adjusted_fen: int = 0
    overdue: int = 0
    claimed: dict[int, Held] = field(default_factory=dict)
    submitted_on: Counter[date] = field(default_factory=Counter)
    approved_on: Counter[date] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    unannounced: int = 0

    def count(self, selection: Selection) -> int:
        if selection.in_force:
            return self.in_force
        if selection.is_overdue:
            return self.overdue
        return sum(held.count for standing, held in self.at.items() if standing in selection.standings)

    def count_at(self, standing: Standing) -> int:
        return self.at[standing].count if standing in self.at else 0

    @property
    def at_bureau_since(self) -> datetime | None:
        """Since when the oldest table waits at the bureau."""
        found = None
        for standing in AT_BUREAU.standings:
            found = _earlier(found, self.at[standing].since if standing in self.at else None)
        return found

    def for_offices(self) -> Figures:
        """As an office is told: what a reviewer recommends counts as under review. To be read only."""
        at = dict(self.at)
        if recommended := at.pop(Standing.TO_APPROVE, None):
            at[Standing.UNDER_REVIEW] = at.get(Standing.UNDER_REVIEW, Held()) + recommended
        return replace(self, at=at)

    def add(self, other: Figures) -> None:
        for standing, held in other.at.items():
            self.at[standing] = self.at.get(standing, Held()) + held
        for user_id, held in other.claimed.items():
            self.claimed[user_id] = self.claimed.get(user_id, Held()) + held
        self.in_force += other.in_force
        self.in_force_fen += other.in_force_fen
        self.adjusted_fen += other.adjusted_fen
        self.overdue += other.overdue
        self.unannounced += other.unannounced
        self.submitted_on.update(other.submitted_on)
        self.approved_on.update(other.approved_on)
        self.rules.update(other.rules)
        self.kinds.update(other.kinds)


def total(figures: Iterable[Figures]) -> Figures:
    found = Figures()
    for each in figures:
        found.add(each)
    return found


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other
