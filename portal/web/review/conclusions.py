"""建议批复 and claims on the page of a table: what stands, and the forms that this viewer has.

The forms are sent to `opinions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal import queries
from portal.database import local_today
from portal.domain.conclusions import Dimension, Grade
from portal.domain.permissions import Permission
from portal.extensions import db
from portal.models import User
from portal.queries.review import OpinionLine
from portal.services.review import conclusions as service
from portal.web.filters import day, moment
from portal.web.table_page import TablePage


@dataclass(frozen=True, slots=True)
class ClaimView:
    """claimant: the name of whoever reviews the table, "" if nobody does; until: the last day of the claim."""

    claimant: str = ""
    claimant_id: int = 0
    until: str = ""
    may_claim: bool = False
    may_release: bool = False
    may_take_over: bool = False


@dataclass(frozen=True, slots=True)
class ConclusionView:
    """grade: "" while there is no conclusion. obstacles: what stands against a recommendation by the viewer."""

    grade: Grade | None
    by: str
    at: str
    dimensions: Sequence[Dimension]
    note: str
    may_recommend: bool
    may_retract: bool
    obstacles: Sequence[str]


def claim_of(loaded: TablePage) -> ClaimView | None:
    """None where the viewer has nothing to do with claims."""
    if not loaded.may(Permission.CLAIM):
        return None
    claimant_id = loaded.table.claimant_id(local_today())
    if claimant_id is None:
        return ClaimView(may_claim=True)
    is_own = claimant_id == loaded.actor.capacity_id
    claimant = db.session().get_one(User, claimant_id)
    return ClaimView(
        claimant.name, claimant_id, day(loaded.table.claimed_until), may_release=is_own, may_take_over=not is_own
    )


def conclusion_of(loaded: TablePage, lines: Sequence[OpinionLine]) -> ConclusionView | None:
    """None where there is no conclusion that the viewer sees or may give. lines: the opinions that the viewer sees."""
    session, table = db.session(), loaded.table
    found = queries.conclusions.visible(session, loaded.actor, table, loaded.facts)
    may_act = loaded.may(Permission.RECOMMEND)
    if found is None and not may_act:
        return None
    binding = [(line.state, line.author_id) for line in lines if line.binding]
    refusals = service.obstacles_among(loaded.actor, binding) if may_act and found is None else []
    return ConclusionView(
        grade=Grade(found.grade) if found else None,
        by=found.author_name if found else "",
        at=moment(found.at) if found else "",
        dimensions=[Dimension(each) for each in found.dimensions.split()] if found else (),
        note=found.note if found else "",
        may_recommend=may_act and found is None,
        may_retract=may_act and found is not None and table.is_recommended,
        obstacles=[refusal.message for refusal in refusals],
    )
