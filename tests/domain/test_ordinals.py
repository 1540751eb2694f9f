"""表序号: new numbers for tables around those that keep theirs."""

from __future__ import annotations

import pytest

from portal.domain.errors import Invalid
from portal.domain.ordinals import neighbour, renumbered

HELD = {10: 1, 11: 2, 12: 3, 13: 4, 14: 6}
"""Table id → number; 5 is free."""


@pytest.mark.parametrize(
    ("fixed", "wanted", "expected"),
    [
        (set(), {}, [1, 2, 3, 4, 6]),
        (set(), {13: 1}, [2, 3, 4, 1, 6]),
        (set(), {10: 4}, [4, 1, 2, 3, 6]),
        ({11}, {10: 4}, [4, 2, 1, 3, 6]),
        ({11}, {13: 1}, [3, 2, 4, 1, 6]),
        (set(), {14: 5}, [1, 2, 3, 4, 5]),
        (set(), {10: 99}, [99, 2, 3, 4, 6]),
        (set(), {10: 2, 11: 1}, [2, 1, 3, 4, 6]),
        (set(), {10: 3, 11: 1, 12: 2}, [3, 1, 2, 4, 6]),
    ],
)
def test_ordinals_are_given_around_the_fixed_ones(fixed: set[int], wanted: dict[int, int], expected: list[int]) -> None:
    assert list(renumbered(HELD, fixed, wanted).values()) == expected


@pytest.mark.parametrize(
    ("wanted", "message", "path"),
    [
        ({11: 1}, "序号 1 是不在单位手中的表的", "11"),
        ({11: 0}, "在 1 到 9999 之间", "11"),
        ({11: 10_000}, "在 1 到 9999 之间", "11"),
        ({11: 9, 12: 9}, "不能有两张表都改为序号 9", "11"),
        ({11: 4, 12: 6}, "与另一张表的重复", "11"),
    ],
)
def test_ordinals_that_clash_are_refused(wanted: dict[int, int], message: str, path: str) -> None:
    with pytest.raises(Invalid, match=message) as refusal:
        renumbered(HELD, {10}, wanted)
    assert refusal.value.path == path


def test_neighbour_passes_over_tables_that_keep_their_number() -> None:
    assert neighbour(HELD, {11}, 12, up=True) == 1
    assert neighbour(HELD, {11}, 12, up=False) == 4
    assert neighbour(HELD, {10, 11}, 12, up=True) is None
