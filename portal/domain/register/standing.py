"""Where a project of an office and year stands in the eyes of its readers. One specification: CASES.

`standing` reads CASES in Python; `queries.register.standings` builds an SQL expression from them, so lists, counts and
single pages agree. A standing is derived and stored nowhere. The four states of a table are in `states`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from portal.domain.permissions import Actor, Permission, grants_held
from portal.domain.states import State


class Standing(StrEnum):
    """In the order of the filters: as the work proceeds, then what nobody waits for."""

    NOT_BEGUN = "not_begun"
    DRAFTED = "drafted"
    UNDER_REVIEW = "under_review"
    TO_APPROVE = "to_approve"
    RETURNED = "returned"
    IN_ADJUSTMENT = "in_adjustment"
    APPROVED = "approved"
    EXEMPT = "exempt"
    VOIDED = "voided"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def icon(self) -> str:
        """Bootstrap name of the badge's icon."""
        return _ICONS[self]

    @property
    def can_start(self) -> bool:
        """Whether the office may start a table for an entry that stands here."""
        return self in (Standing.NOT_BEGUN, Standing.VOIDED)

    @property
    def is_submitted(self) -> bool:
        """Whether a submitted table answers for the entry, so that there is nothing to exempt."""
        return self in _SUBMITTED


_LABELS = {
    Standing.NOT_BEGUN: "未开始",
    Standing.DRAFTED: "草拟",
    Standing.UNDER_REVIEW: "待审核",
    Standing.TO_APPROVE: "待批复",
    Standing.RETURNED: "被退回",
    Standing.IN_ADJUSTMENT: "调整中",
    Standing.APPROVED: "已批复",
    Standing.EXEMPT: "免报",
    Standing.VOIDED: "作废",
}
_ICONS = {
    Standing.NOT_BEGUN: "circle",
    Standing.DRAFTED: "pencil",
    Standing.UNDER_REVIEW: "send",
    Standing.TO_APPROVE: "check2-circle",
    Standing.RETURNED: "arrow-return-left",
    Standing.IN_ADJUSTMENT: "arrow-repeat",
    Standing.APPROVED: "check-circle-fill",
    Standing.EXEMPT: "dash-circle",
    Standing.VOIDED: "x-circle",
}
_SUBMITTED = frozenset(
    {Standing.UNDER_REVIEW, Standing.TO_APPROVE, Standing.RETURNED, Standing.IN_ADJUSTMENT, Standing.APPROVED}
)


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """What CASES read. state None: no table. in_force: an approved revision is in force.

    recommended: a reviewer recommends the submitted text for approval. voided: of the table; exempt: of the entry.
    """

    state: State | None = None
    in_force: bool = False
    recommended: bool = False
    voided: bool = False
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Facts that all hold, by name, where a project has this standing."""

    standing: Standing
    facts: Mapping[str, State | bool]


CASES: tuple[Case, ...] = (
    Case(Standing.APPROVED, {"state": State.APPROVED}),
    Case(Standing.TO_APPROVE, {"state": State.SUBMITTED, "recommended": True}),
    Case(Standing.UNDER_REVIEW, {"state": State.SUBMITTED}),
    Case(Standing.IN_ADJUSTMENT, {"state": State.RETURNED, "in_force": True}),
    Case(Standing.RETURNED, {"state": State.RETURNED, "voided": False}),
    Case(Standing.EXEMPT, {"exempt": True}),
    Case(Standing.VOIDED, {"voided": True}),
    Case(Standing.DRAFTED, {"state": State.DRAFTED}),
)
"""The first case that holds counts; none: NOT_BEGUN. A submitted table counts more than an exemption, and that more
than a draft. A voided table answers for its entry: nobody waits for another one.
"""

FACTS = tuple(field.name for field in fields(StandingFacts))


def standing(facts: StandingFacts) -> Standing:
    for case in CASES:
        if all(getattr(facts, name) == wanted for name, wanted in case.facts.items()):
            return case.standing
    return Standing.NOT_BEGUN


def hears_of_recommendations(actor: Actor) -> bool:
    """The bureau and the auditor at once; an office with the decision."""
    return bool(grants_held(actor, Permission.SEE_BUREAU_NOTES))


def seen_by(actor: Actor, actual: Standing) -> Standing:
    """The standing that the actor is told."""
    is_hidden = actual is Standing.TO_APPROVE and not hears_of_recommendations(actor)
    return Standing.UNDER_REVIEW if is_hidden else actual
