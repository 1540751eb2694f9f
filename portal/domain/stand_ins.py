"""代办: who may stand in for whom, and when. Appointing and ending belongs in `services.session.stand_ins`.

A stand-in acts in one capacity at a time, the own or the other's, so that rights of two people never add up. Who stands
in for a person does not stand in for those whom that person stands in for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, replace
from datetime import date

from portal.domain.errors import Invalid
from portal.domain.permissions import DUTIES, Actor, Principal, Role

SIDES = (frozenset({Role.DRAFTER, Role.HEAD}), *DUTIES)
"""The office, and the three of 三员分立. A stand-in and the person are on one and the same side."""
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Period:
    """Both days inclusive, local."""

    starts_on: date
    ends_on: date

    def meets(self, other: Period) -> Period | None:
        """The days that both have."""
        first, last = max(self.starts_on, other.starts_on), min(self.ends_on, other.ends_on)
        return Period(first, last) if first <= last else None


@dataclass(frozen=True, slots=True)
class Appointment:
    """That `stand_in` stands in for `person`; both are ids of accounts."""

    person: int
    stand_in: int
    period: Period


def are_on_one_side(*roles: Collection[Role]) -> bool:
    """Whether all people with these roles are on one and the same side, each on no other."""
    held = frozenset().union(*roles)
    return all(roles) and any(held <= side for side in SIDES)


def require_dates(period: Period, today: date) -> None:
    """Raises Invalid at the field with the wrong date."""
    if period.ends_on < period.starts_on:
        raise Invalid("代办结束的日期早于开始的日期。", "ends_on")
    if period.starts_on < today:
        raise Invalid("代办不能从过去的日期开始：已经办过的事不能补记为代办。", "starts_on")


def require_fitting(new: Appointment, others: Iterable[Appointment]) -> None:
    """Raises Invalid where the person has a stand-in in these days, or the stand-ins would go round in a circle.

    others: appointments that are not over.
    """
    known = list(others)
    for other in known:
        if other.person == new.person and (both := other.period.meets(new.period)):
            raise Invalid(
                f"这个人在 {both.starts_on} 至 {both.ends_on} 已经有人代办，日期不能重叠；请先提前结束原来的代办。",
                "starts_on",
            )
    if _reaches(new.stand_in, new.person, new.period, known, frozenset()):
        raise Invalid("这样会绕成一圈：在这段日期里，代办人自己的事（直接或间接）正由本人代办。", "stand_in")


def _reaches(start: int, goal: int, period: Period, known: list[Appointment], passed: Set[int]) -> bool:
    """Whether a chain of stand-ins leads from `start` to `goal` on at least one day of `period`."""
    if start == goal:
        return True
    return any(
        _reaches(other.stand_in, goal, both, known, passed | {start})
        for other in known
        if other.person == start and other.stand_in not in passed and (both := other.period.meets(period))
    )


def in_capacity_of(person: Actor, stand_in: Actor, stand_in_id: int, until: date) -> Actor:
    """`stand_in` acting for `person`: with the rights of that person and none of the own."""
    principal = Principal(person.id, person.username, person.name, stand_in_id, until)
    return replace(person, id=stand_in.id, username=stand_in.username, name=stand_in.name, principal=principal)
