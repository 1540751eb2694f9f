"""表序号: new numbers for the tables of an office and year, in another order.

An ordinal is part of the document, and so of its digest. A table that is submitted or approved therefore keeps its own,
and revisions keep theirs for ever; the tables that the office holds are numbered around them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from portal.domain.documents.cells import MAX_ORDINAL
from portal.domain.errors import Invalid


def renumbered(held: Mapping[int, int], fixed: Collection[int], wanted: Mapping[int, int]) -> dict[int, int]:
    """The ordinals of all tables after those of `wanted` got the numbers given there, by table id.

    held: the present numbers. fixed: tables that keep theirs. Numbers that are all different are taken as they are. A
    table that gets the number of another takes its place, and those between the old and the new place move up by one.
    Raises Invalid, with the id of the table as its path.
    """
    for table, number in wanted.items():
        if not 1 <= number <= MAX_ORDINAL:
            raise Invalid(f"表序号应当在 1 到 {MAX_ORDINAL} 之间。", str(table))
        if number in (held[other] for other in fixed):
            raise Invalid(f"序号 {number} 是不在单位手中的表的，不能改给别的表。", str(table))
        if any(number == other for one, other in wanted.items() if one != table):
            raise Invalid(f"不能有两张表都改为序号 {number}。", str(table))
    as_typed = dict(held) | dict(wanted)
    kept = [number for table, number in as_typed.items() if table not in wanted]
    if set(kept).isdisjoint(wanted.values()):
        return as_typed
    found = dict(held)
    for table, number in wanted.items():
        _place(found, fixed, table, number)
    for table, number in wanted.items():
        if found[table] != number:
            raise Invalid(f"序号 {number} 与另一张表的重复；请把各张表的序号都写明，或者一次只改一张。", str(table))
    return found


def neighbour(held: Mapping[int, int], fixed: Collection[int], table: int, *, up: bool) -> int | None:
    """The number of the nearest table above or below `table` that can be renumbered; None at the end of the list."""
    others = [number for other, number in held.items() if other not in fixed and other != table]
    found = [number for number in others if (number < held[table] if up else number > held[table])]
    return (max if up else min)(found, default=None)


def _place(found: dict[int, int], fixed: Collection[int], table: int, number: int) -> None:
    """Give `table` the number; the tables between its old and its new place change places one by one."""
    old = found[table]
    if number not in (other for one, other in found.items() if one != table):
        found[table] = number
        return
    low, high = min(old, number), max(old, number)
    between = sorted((n, one) for one, n in found.items() if one not in fixed and one != table and low <= n <= high)
    numbers = [n for n, _ in between]
    moved = [old, *numbers[:-1]] if number > old else [*numbers[1:], old]
    found.update(zip((one for _, one in between), moved, strict=True))
    found[table] = number
