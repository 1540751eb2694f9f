"""分管: changes of the form, what others changed meanwhile, offices that nobody reviews."""

from __future__ import annotations

import pytest

from portal.domain import portfolios
from portal.domain.portfolios import PortfolioRow


def row(office: str, base: set[int], wanted: set[int]) -> PortfolioRow:
    return PortfolioRow(office, frozenset(base), frozenset(wanted))


def test_changes_are_told_by_person() -> None:
    rows = [row("610001", {1}, {2}), row("610002", {1, 2}, {1, 2}), row("610003", set(), {2})]
    assert portfolios.by_person(rows) == {1: (set(), {"610001"}), 2: ({"610001", "610003"}, set())}


@pytest.mark.parametrize(("base", "wanted", "held", "expected"), [
    ({1}, {2}, {1}, []),
    ({1}, {2}, {1, 3}, []),  # 3 was not shown
    ({1}, {2}, {2}, []),  # somebody else made the same change
    ({1}, {2}, set(), ["610001"]),
    ({1}, {1, 2}, {2}, ["610001"]),
    ({1}, {1}, {2}, []),  # not changed here: theirs stands
])  # fmt: skip
def test_office_changed_on_both_sides_is_found(
    base: set[int], wanted: set[int], held: set[int], expected: list[str]
) -> None:
    assert portfolios.changed_meanwhile([row("610001", base, wanted)], {"610001": held}, {1, 2}) == expected


def test_office_below_an_assigned_one_has_a_reviewer() -> None:
    offices = [("610", "/610/"), ("610002", "/610/610002/"), ("620", "/620/"), ("620001", "/620/620001/")]
    assert portfolios.without_reviewer(offices, {"610", "620001"}) == ["620"]
    assert portfolios.without_reviewer(offices, ()) == ["610", "610002", "620", "620001"]
