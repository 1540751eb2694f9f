"""The order of the offices on the page: the latest first, or by any column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from portal.domain.overview.figures import Figures
from portal.domain.register import NOT_SUBMITTED, OWED, Standing


class OfficeSort(StrEnum):
    """LATEST is the default; STANDINGS names the columns of standings."""

    LATEST = "latest"
    OFFICE = "office"
    OWED = "owed"
    MONEY = "money"
    WAITING = "waiting"
    NOT_BEGUN = "not_begun"
    DRAFTED = "drafted"
    UNDER_REVIEW = "under_review"
    TO_APPROVE = "to_approve"
    RETURNED = "returned"
    IN_ADJUSTMENT = "in_adjustment"
    APPROVED = "approved"
    EXEMPT = "exempt"

    @property
    def is_descending_first(self) -> bool:
        """Whether the first click on the head shows the largest first."""
        return self is not OfficeSort.OFFICE


STANDINGS = tuple(each for each in Standing if each is not Standing.VOIDED)
"""The columns of standings. What was voided nobody waits for."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OfficeFigures:
    code: str
    name: str
    figures: Figures


def ordered(
    offices: Iterable[OfficeFigures], sort: OfficeSort = OfficeSort.LATEST, *, descending: bool = True
) -> list[OfficeFigures]:
    """By the sort; equal ones by code, whatever the direction."""
    by_code = sorted(offices, key=lambda each: each.code)
    if sort is OfficeSort.OFFICE:
        return by_code[::-1] if descending else by_code
    return sorted(by_code, key=lambda each: _KEYS[sort](each.figures), reverse=descending)


def _lateness(figures: Figures) -> tuple[int, int, int]:
    """Overdue first, then what was not submitted, then what is owed at all."""
    return figures.overdue, figures.count(NOT_SUBMITTED), figures.count(OWED)


def _at(standing: Standing) -> Callable[[Figures], int]:
    return lambda figures: figures.count_at(standing)


def _waiting(figures: Figures) -> float:
    return -(figures.at_bureau_since or _NEVER).timestamp()


_KEYS: Mapping[OfficeSort, Callable[[Figures], tuple[int, ...] | float]] = {
    OfficeSort.LATEST: _lateness,
    OfficeSort.OWED: lambda figures: figures.count(OWED),
    OfficeSort.MONEY: lambda figures: figures.in_force_fen,
    OfficeSort.WAITING: _waiting,
    **{OfficeSort(standing.value): _at(standing) for standing in STANDINGS},
}
